package org.unroll.nn.head;

/**
 * Positive numbers of any size: a mantissa from 1 to 2, and a power of two beside it. What a sum of
 * logarithms is for, without an exponential and a logarithm for each addition; and all in basic
 * operations, so that bits are the same on every processor.
 */
final class Scaled {
  /** The power of two beside a mantissa of 0: below that of any other number. */
  static final int NONE = -(1 << 30);

  private static final long FRACTION = (1L << 52) - 1;
  private static final long ONE = 1023L << 52;
  private static final double LN2 = 0.6931471805599453;

  private Scaled() {}

  /** {@code 2^power}; 0 or nearly so if it is too small for a double. */
  static double power(int power) {
    return Double.longBitsToDouble((long) (1023 + Math.max(-1023, power)) << 52);
  }

  /** The mantissa of a number, positive and not denormal, from 1 to 2; 0 of 0. */
  static double mantissa(double x) {
    return x == 0 ? 0 : Double.longBitsToDouble(Double.doubleToRawLongBits(x) & FRACTION | ONE);
  }

  /** The power of two beside the mantissa of a number that is multiplied with another power. */
  static int exponent(double x, int power) {
    return x == 0 ? NONE : (int) (Double.doubleToRawLongBits(x) >>> 52) - 1023 + power;
  }

  /** The natural logarithm; minus infinity of 0. */
  static double log(double mantissa, int exponent) {
    return mantissa == 0 ? Double.NEGATIVE_INFINITY : StrictMath.log(mantissa) + exponent * LN2;
  }

  /** {@code exp(x)} as a power of two and the rest, which is from 1 to 2. */
  static int powerOfExp(double x) {
    return (int) Math.floor(x / LN2);
  }

  /** What {@link #powerOfExp} leaves; 1 if {@code power} is larger than that. */
  static double restOfExp(double x, int power) {
    return StrictMath.exp(Math.max(0, x - power * LN2));
  }
}
