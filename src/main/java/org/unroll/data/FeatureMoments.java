package org.unroll.data;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Σ x and Σ x² of each feature without any rounding, so that neither the order of rows nor their
 * partition matters: a double is a whole number of 53 bits times a power of two, so that both are
 * whole numbers of some thousand bits. A feature takes 1.7 kB.
 */
public final class FeatureMoments implements Serializable {
  private static final long serialVersionUID = 1;

  private static final int MANTISSA_BITS = 52;
  private static final long MANTISSA = (1L << MANTISSA_BITS) - 1;
  private static final int EXPONENTS = 0x7FF;

  /** The last bit of the smallest double is 2^−1074. */
  private static final int UNIT = 1074;

  /** Bits of the largest double, in the unit of the smallest. */
  private static final int BITS = UNIT + 1024;

  /** Halves of the exponents by which a variance too small for a double is moved into its range. */
  private static final int SCALE = 1000;

  private final LongAccumulator[] sums;
  private final LongAccumulator[] squares;
  private long steps;

  /** Of nothing. */
  public FeatureMoments(int features) {
    sums = new LongAccumulator[features];
    squares = new LongAccumulator[features];
    for (int i = 0; i < features; i++) {
      sums[i] = new LongAccumulator(BITS);
      squares[i] = new LongAccumulator(2 * BITS);
    }
  }

  /** Number of features. */
  public int features() {
    return sums.length;
  }

  /** Adds the steps of a sequence, {@code [step][feature]}, all finite. */
  public void add(double[] values) {
    int features = sums.length;
    for (int i = 0; i < values.length; i++) {
      long bits = Double.doubleToRawLongBits(values[i]);
      int exponent = (int) (bits >>> MANTISSA_BITS) & EXPONENTS;
      long mantissa = exponent == 0 ? bits & MANTISSA : bits & MANTISSA | MANTISSA + 1;
      int power = Math.max(0, exponent - 1);
      int feature = i % features;
      sums[feature].add(bits < 0, mantissa, power);
      squares[feature].add(false, mantissa * mantissa, 2 * power);
      squares[feature].add(false, Math.multiplyHigh(mantissa, mantissa), 2 * power + Long.SIZE);
    }
    steps += features == 0 ? 0 : values.length / features;
  }

  /** Adds what another part of the data amounts to. */
  public void merge(FeatureMoments other) {
    steps += other.steps;
    for (int i = 0; i < sums.length; i++) {
      sums[i].add(other.sums[i]);
      squares[i].add(other.squares[i]);
    }
  }

  /** Number of steps added. */
  public long steps() {
    return steps;
  }

  /** Whether the first feature has had two different values at least. */
  boolean changes() {
    return deviation(0) > 0;
  }

  /** Mean of a feature; 0 without steps. */
  public double mean(int feature) {
    return steps == 0 ? 0 : quotient(sums[feature].value(), BigInteger.valueOf(steps), UNIT);
  }

  /** Standard deviation of a feature (of the data, not an estimate beyond it). */
  public double deviation(int feature) {
    if (steps == 0) {
      return 0;
    }
    BigInteger n = BigInteger.valueOf(steps);
    BigInteger sum = sums[feature].value();
    // n Σx² − (Σx)², both whole: nothing cancels.
    BigInteger spread = squares[feature].value().multiply(n).subtract(sum.multiply(sum));
    double variance = quotient(spread, n.multiply(n), 2 * UNIT);
    return variance < Double.MIN_NORMAL && spread.signum() > 0
        ? Math.scalb(StrictMath.sqrt(quotient(spread, n.multiply(n), 2 * UNIT - 2 * SCALE)), -SCALE)
        : StrictMath.sqrt(variance);
  }

  /** {@code a / b · 2^−bits}. */
  private static double quotient(BigInteger a, BigInteger b, int bits) {
    return new BigDecimal(a)
        .divide(new BigDecimal(b.shiftLeft(bits)), MathContext.DECIMAL128)
        .doubleValue();
  }
}
