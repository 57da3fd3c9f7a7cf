package org.unroll.data;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Σ x and Σ x² of each feature without any rounding, so that neither the order of rows nor their
 * partition matters: a float is a whole number of 24 bits times a power of two, and there is one
 * whole-number sum for each power.
 */
public final class FeatureMoments implements Serializable {
  private static final long serialVersionUID = 1;

  private static final int MANTISSA_BITS = 24;
  private static final int SMALLEST = -149;

  /** Powers of two that the last bit of a float can stand for. */
  private static final int POWERS = 254;

  private final long[][] sums;
  private final long[][] squaresHigh;
  private final long[][] squaresLow;
  private long steps;

  /** Of nothing. */
  public FeatureMoments(int features) {
    sums = new long[features][POWERS];
    squaresHigh = new long[features][POWERS];
    squaresLow = new long[features][POWERS];
  }

  /** Adds the steps of a sequence, {@code [step][feature]}, all finite. */
  public void add(float[] values) {
    int features = sums.length;
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      int exponent = bits >>> 23 & 0xFF;
      long mantissa = exponent == 0 ? bits & 0x7FFFFF : bits & 0x7FFFFF | 0x800000;
      int power = Math.max(0, exponent - 1);
      int feature = i % features;
      sums[feature][power] += bits < 0 ? -mantissa : mantissa;
      long square = mantissa * mantissa;
      squaresHigh[feature][power] += square >>> MANTISSA_BITS;
      squaresLow[feature][power] += square & (1 << MANTISSA_BITS) - 1;
    }
    steps += features == 0 ? 0 : values.length / features;
  }

  /** Adds what another part of the data amounts to. */
  public void merge(FeatureMoments other) {
    steps += other.steps;
    addAll(sums, other.sums);
    addAll(squaresHigh, other.squaresHigh);
    addAll(squaresLow, other.squaresLow);
  }

  private static void addAll(long[][] to, long[][] from) {
    for (int feature = 0; feature < to.length; feature++) {
      for (int power = 0; power < POWERS; power++) {
        to[feature][power] += from[feature][power];
      }
    }
  }

  /** Number of steps added. */
  public long steps() {
    return steps;
  }

  /** Mean of a feature; 0 without steps. */
  public double mean(int feature) {
    return steps == 0 ? 0 : quotient(sum(feature), BigInteger.valueOf(steps), -SMALLEST);
  }

  /** Standard deviation of a feature (of the data, not an estimate beyond it). */
  public double deviation(int feature) {
    if (steps == 0) {
      return 0;
    }
    BigInteger n = BigInteger.valueOf(steps);
    BigInteger sum = sum(feature);
    // n Σx² − (Σx)², both whole: nothing cancels.
    BigInteger spread = squares(feature).multiply(n).subtract(sum.multiply(sum));
    return StrictMath.sqrt(quotient(spread, n.multiply(n), -2 * SMALLEST));
  }

  private BigInteger sum(int feature) {
    BigInteger sum = BigInteger.ZERO;
    for (int power = 0; power < POWERS; power++) {
      sum = sum.add(BigInteger.valueOf(sums[feature][power]).shiftLeft(power));
    }
    return sum;
  }

  private BigInteger squares(int feature) {
    BigInteger sum = BigInteger.ZERO;
    for (int power = 0; power < POWERS; power++) {
      BigInteger high = BigInteger.valueOf(squaresHigh[feature][power]).shiftLeft(MANTISSA_BITS);
      BigInteger low = BigInteger.valueOf(squaresLow[feature][power]);
      sum = sum.add(high.add(low).shiftLeft(2 * power));
    }
    return sum;
  }

  /** {@code a / b · 2^−bits}. */
  private static double quotient(BigInteger a, BigInteger b, int bits) {
    return new BigDecimal(a)
        .divide(new BigDecimal(b.shiftLeft(bits)), MathContext.DECIMAL128)
        .doubleValue();
  }
}
