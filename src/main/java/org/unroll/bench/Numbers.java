package org.unroll.bench;

import java.util.Arrays;

/** Figures for people. */
final class Numbers {
  private Numbers() {}

  /** Rounded to so many decimals. */
  static double round(double value, int decimals) {
    double scale = Math.pow(10, decimals);
    return Math.round(value * scale) / scale;
  }

  /** The middle value, the mean of two if their number is even; the values are not modified. */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
