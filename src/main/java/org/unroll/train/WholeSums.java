package org.unroll.train;

import java.io.Serializable;

/**
 * Sums of doubles in whole numbers of 128 bits, which add exactly in any order. The unit is 2⁻⁴⁰; a
 * term is cut to it and is below 2⁶⁰, so 2²⁶ terms cannot overflow.
 */
final class WholeSums implements Serializable {
  private static final long serialVersionUID = 1;

  private static final double UNIT = 0x1p-40;
  private static final double LIMIT = 0x1p60;
  private static final double WORD = 0x1p64;

  private final long[] high;
  private final long[] low;

  /** So many empty sums. */
  WholeSums(int size) {
    high = new long[size];
    low = new long[size];
  }

  /** Adds to the i-th sum; false, and nothing is added, beyond the limit or if not a number. */
  boolean add(int i, double value) {
    double size = Math.abs(value) / UNIT;
    if (!(Math.abs(value) < LIMIT)) {
      return false;
    }
    double upper = Math.floor(size / WORD);
    long h = (long) upper;
    long l = unsigned(size - upper * WORD);
    if (value < 0) {
      l = -l;
      h = l == 0 ? -h : ~h;
    }
    add(i, h, l);
    return true;
  }

  /** A number from 0 to 2⁶⁴, cut to a whole one. */
  private static long unsigned(double value) {
    return value < 0x1p63 ? (long) value : (long) (value - 0x1p63) + Long.MIN_VALUE;
  }

  private void add(int i, long h, long l) {
    low[i] += l;
    high[i] += h + (Long.compareUnsigned(low[i], l) < 0 ? 1 : 0);
  }

  /** Adds other sums, each to its own. */
  void add(WholeSums other) {
    for (int i = 0; i < high.length; i++) {
      add(i, other.high[i], other.low[i]);
    }
  }

  /** The i-th sum, rounded. */
  double value(int i) {
    boolean negative = high[i] < 0;
    long l = negative ? -low[i] : low[i];
    long h = !negative ? high[i] : l == 0 ? -high[i] : ~high[i];
    double lower = (l >>> 1) * 2.0 + (l & 1);
    double size = (h * WORD + lower) * UNIT;
    return negative ? -size : size;
  }

  /** All sums, exactly. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < high.length; i++) {
      text.append(Long.toHexString(high[i])).append(':').append(Long.toHexString(low[i]));
      text.append(' ');
    }
    return text.toString();
  }
}
