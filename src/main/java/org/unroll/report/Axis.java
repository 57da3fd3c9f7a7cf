package org.unroll.report;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * A linear axis with ticks at round numbers.
 *
 * @param from value at the beginning, a tick
 * @param to value at the end, a tick
 * @param step between ticks: 1, 2 or 5 times a power of ten
 */
record Axis(double from, double to, double step) implements Scale {
  /** Steps that people read easily, per power of ten. */
  private static final double[] STEPS = {1, 2, 5, 10};

  /** Of a step: what a value may lie beyond a tick and still count as on it. */
  private static final double SLACK = 1e-9;

  /**
   * An axis that holds a range.
   *
   * @param low least value, finite
   * @param high greatest value, finite
   * @param intervals about how many between ticks
   */
  static Axis of(double low, double high, int intervals) {
    double least = low;
    double greatest = high;
    if (greatest - least <= Math.ulp(greatest) * 16) {
      // A constant gets room on both sides, or its line would lie on the frame.
      double room = greatest == 0 ? 1 : Math.abs(greatest) * 0.1;
      least -= room;
      greatest += room;
    }
    double step = step((greatest - least) / intervals);
    double first = Math.floor(least / step + SLACK);
    double last = Math.ceil(greatest / step - SLACK);
    return new Axis(first * step, last * step, step);
  }

  /** An axis of whole numbers that begins and ends where the data does. */
  static Axis exactly(double low, double high, int intervals) {
    double greatest = high > low ? high : low + 1;
    return new Axis(low, greatest, Math.max(1, step((greatest - low) / intervals)));
  }

  private static double step(double raw) {
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    for (double step : STEPS) {
      // A little slack, so that 0.2 stored as 0.20000000000000004 does not become 0.5.
      if (raw <= step * power * 1.0001) {
        return step * power;
      }
    }
    return 10 * power;
  }

  @Override
  public double[] ticks() {
    long first = (long) Math.ceil(from / step - SLACK);
    long last = (long) Math.floor(to / step + SLACK);
    double[] ticks = new double[(int) (last - first + 1)];
    for (int i = 0; i < ticks.length; i++) {
      ticks[i] = (first + i) * step;
    }
    return ticks;
  }

  @Override
  public double share(double value) {
    return (value - from) / (to - from);
  }

  /** A tick's text: as many decimals as the step needs, thousands as k, M, G. */
  @Override
  public String label(double tick) {
    double largest = Math.max(Math.abs(from), Math.abs(to));
    double unit = largest >= 1e9 ? 1e9 : largest >= 1e6 ? 1e6 : largest >= 1e4 ? 1e3 : 1;
    String suffix = unit == 1e9 ? "G" : unit == 1e6 ? "M" : unit == 1e3 ? "k" : "";
    if (largest < 1e-3) {
      return tick == 0 ? "0" : scientific(tick);
    }
    // Rounded to the step's digits: 3 * 0.1 is not 0.3 in binary.
    int decimals = Math.max(0, -(int) Math.floor(Math.log10(step / unit) + SLACK));
    String text = String.format(Locale.ROOT, "%." + decimals + "f", tick / unit);
    boolean zero = new BigDecimal(text).signum() == 0;
    return zero ? "0" : text.replace('-', '\u2212') + suffix;
  }

  private static String scientific(double value) {
    String text = String.format(Locale.ROOT, "%.1e", value);
    return text.replace(".0e", "e").replace("e-0", "e\u2212").replace("e-", "e\u2212");
  }
}
