package org.unroll.metric;

/** Shares of counts. */
final class Ratio {
  private Ratio() {}

  /** A share; 0 of nothing. */
  static double of(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
