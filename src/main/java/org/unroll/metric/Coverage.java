package org.unroll.metric;

import java.io.Serializable;

/** How often a value lies in the interval that was predicted for it. */
final class Coverage implements Serializable {
  private static final long serialVersionUID = 1;

  /** Share of the values within the interval; best where it is the nominal one. */
  static final Metric SHARE = Metric.share("coverage");

  /** Distance of the share from the nominal one, which may be what chooses a model. */
  static final Metric ERROR = new Metric("coverage-error", false, Metric.Unit.SHARE);

  private final double nominal;
  private long within;
  private long all;

  Coverage(double nominal) {
    this.nominal = nominal;
  }

  void add(boolean isWithin) {
    within += isWithin ? 1 : 0;
    all++;
  }

  void add(Coverage other) {
    within += other.within;
    all += other.all;
  }

  double nominal() {
    return nominal;
  }

  /** Number of values that there was an interval for. */
  long values() {
    return all;
  }

  double share() {
    return (double) within / all;
  }

  double error() {
    return Math.abs(share() - nominal);
  }
}
