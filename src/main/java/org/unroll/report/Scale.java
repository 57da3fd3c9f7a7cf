package org.unroll.report;

/** An axis of a chart: where values lie on it, and its ticks. */
sealed interface Scale permits Axis, LogAxis {
  /** The values at the ticks, rising. */
  double[] ticks();

  /** Where a value lies, as a share of the axis. */
  double share(double value);

  /** A tick's text. */
  String label(double tick);
}
