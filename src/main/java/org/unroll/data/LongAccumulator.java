package org.unroll.data;

import java.io.Serializable;
import java.math.BigInteger;

/**
 * A sum of whole numbers as large as any product of two doubles, without rounding: the long
 * accumulator of Kulisch (2013), in limbs of 32 bits. A limb keeps its carries in the upper half of
 * a long, and they move on only every 2²⁹ terms, so that a term touches no more limbs than it has
 * bits in.
 */
final class LongAccumulator implements Serializable {
  private static final long serialVersionUID = 1;

  private static final int LIMB = 32;
  private static final long MASK = 0xFFFFFFFFL;

  /** Terms after which carries move on: the limbs of two such sums add up to below 2⁶³. */
  private static final int TERMS = 1 << 29;

  private final long[] limbs;
  private int terms;

  /**
   * The empty sum.
   *
   * @param bits of the largest term; 2⁶³ of these can be added
   */
  LongAccumulator(int bits) {
    limbs = new long[(bits + Long.SIZE) / LIMB + 2];
  }

  /**
   * Adds {@code ± magnitude · 2^shift}.
   *
   * @param magnitude unsigned
   */
  void add(boolean negative, long magnitude, int shift) {
    int limb = shift / LIMB;
    int offset = shift % LIMB;
    long low = magnitude << offset & MASK;
    long middle = magnitude >>> LIMB - offset & MASK;
    long high = offset == 0 ? 0 : magnitude >>> 2 * LIMB - offset;
    limbs[limb] += negative ? -low : low;
    limbs[limb + 1] += negative ? -middle : middle;
    limbs[limb + 2] += negative ? -high : high;
    count(1);
  }

  /** Adds another sum of terms of the same size. */
  void add(LongAccumulator other) {
    for (int i = 0; i < limbs.length; i++) {
      limbs[i] += other.limbs[i];
    }
    count(other.terms);
  }

  private void count(int more) {
    terms += more;
    if (terms >= TERMS) {
      carry();
    }
  }

  private void carry() {
    for (int i = 0; i + 1 < limbs.length; i++) {
      limbs[i + 1] += limbs[i] >> LIMB;
      limbs[i] &= MASK;
    }
    // What is left in a limb is not more than a term.
    terms = 1;
  }

  /** The sum. */
  BigInteger value() {
    BigInteger sum = BigInteger.ZERO;
    for (int i = limbs.length - 1; i >= 0; i--) {
      sum = sum.shiftLeft(LIMB).add(BigInteger.valueOf(limbs[i]));
    }
    return sum;
  }
}
