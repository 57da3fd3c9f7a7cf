package org.unroll.report;

/**
 * A logarithmic axis with ticks at powers of ten, on a short one also at 2 and 5 times a power:
 * equal distances are equal ratios, so that what vanishes is seen to vanish.
 *
 * @param from power of ten at the beginning
 * @param to power of ten at the end, above {@code from}
 * @param step powers of ten between ticks
 */
record LogAxis(int from, int to, int step) implements Scale {
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  /** Powers of ten up to this are written in full. */
  private static final int FULL = 3;

  /** Of a power of ten: what a value may lie beyond a tick and still count as on it. */
  private static final double SLACK = 1e-9;

  /**
   * An axis that holds a range.
   *
   * @param low least value, above 0
   * @param high greatest value, finite
   * @param intervals at most so many between ticks, at least 1
   */
  static LogAxis of(double low, double high, int intervals) {
    int least = (int) Math.floor(Math.log10(low) + SLACK);
    int greatest = Math.max(least + 1, (int) Math.ceil(Math.log10(high) - SLACK));
    int step = Math.max(1, -Math.floorDiv(least - greatest, intervals));
    return new LogAxis(Math.floorDiv(least, step) * step, greatest, step);
  }

  @Override
  public double[] ticks() {
    if (to - from == 1) {
      double first = Math.pow(10, from);
      return new double[] {first, 2 * first, 5 * first, 10 * first};
    }
    double[] ticks = new double[(to - from) / step + 1];
    for (int i = 0; i < ticks.length; i++) {
      ticks[i] = Math.pow(10, from + (double) i * step);
    }
    return ticks;
  }

  @Override
  public double share(double value) {
    return (Math.log10(value) - from) / (to - from);
  }

  @Override
  public String label(double tick) {
    int power = (int) Math.floor(Math.log10(tick) + SLACK);
    int factor = (int) Math.round(tick / Math.pow(10, power));
    if (Math.abs(power) <= FULL) {
      return power < 0 ? "0." + "0".repeat(-power - 1) + factor : factor + "0".repeat(power);
    }
    StringBuilder text = new StringBuilder(factor == 1 ? "10" : factor + "·10");
    text.append(power < 0 ? "⁻" : "");
    String digits = Integer.toString(Math.abs(power));
    for (int i = 0; i < digits.length(); i++) {
      text.append(SUPERSCRIPTS.charAt(digits.charAt(i) - '0'));
    }
    return text.toString();
  }
}
