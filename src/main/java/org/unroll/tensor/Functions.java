package org.unroll.tensor;

/**
 * The non-linear functions, in single precision and in additions, multiplications and one division
 * only: no library call, so the same bits on every machine and JDK, and loops over them vectorise.
 */
public final class Functions {
  /** Beyond this, tanh is ±1 in single precision. */
  static final float TANH_LIMIT = 7.9053111f;

  static final float TANH_P13 = -2.76076847742355e-16f;
  static final float TANH_P11 = 2.00018790482477e-13f;
  static final float TANH_P9 = -8.60467152213735e-11f;
  static final float TANH_P7 = 5.12229709037114e-08f;
  static final float TANH_P5 = 1.48572235717979e-05f;
  static final float TANH_P3 = 6.37261928875436e-04f;
  static final float TANH_P1 = 4.89352455891786e-03f;
  static final float TANH_Q6 = 1.19825839466702e-06f;
  static final float TANH_Q4 = 1.18534705686654e-04f;
  static final float TANH_Q2 = 2.26843463243900e-03f;
  static final float TANH_Q0 = 4.89352518554385e-03f;

  static final float LOG_P0 = 3.3333331174e-1f;
  static final float LOG_P1 = -2.4999993993e-1f;
  static final float LOG_P2 = 2.0000714765e-1f;
  static final float LOG_P3 = -1.6668057665e-1f;
  static final float LOG_P4 = 1.4249322787e-1f;
  static final float LOG_P5 = -1.2420140846e-1f;
  static final float LOG_P6 = 1.1676998740e-1f;
  static final float LOG_P7 = -1.1514610310e-1f;
  static final float LOG_P8 = 7.0376836292e-2f;
  static final float LOG_2_HIGH = 0.693359375f;
  static final float LOG_2_LOW = -2.12194440e-4f;

  /** The bits of √½. */
  static final int SQRT_HALF_BITS = 0x3F3504F3;

  /** Below this, exp is taken as exp of this: about 1e-38, the smallest normal number. */
  static final float EXP_LIMIT = -87.33f;

  static final float LOG2_E = 1.44269504088896341f;

  /** ln 2 in two parts, the first with few bits, so that n·part is exact (Cody and Waite 1980). */
  static final float LN2_HIGH = 0.693359375f;

  static final float LN2_LOW = -2.12194440e-4f;

  /** Adding and subtracting it rounds to whole numbers; its low bits then hold that number. */
  static final float ROUND = 12582912f;

  static final float EXP_P5 = 1.9875691500e-4f;
  static final float EXP_P4 = 1.3981999507e-3f;
  static final float EXP_P3 = 8.3334519073e-3f;
  static final float EXP_P2 = 4.1665795894e-2f;
  static final float EXP_P1 = 1.6666665459e-1f;
  static final float EXP_P0 = 5.0000001201e-1f;

  private Functions() {}

  /**
   * Hyperbolic tangent: a rational approximation, odd 13 / even 6, a few units in the last place.
   */
  public static float tanh(float x) {
    x = Math.max(-TANH_LIMIT, Math.min(TANH_LIMIT, x));
    float s = x * x;
    float p = TANH_P13;
    p = p * s + TANH_P11;
    p = p * s + TANH_P9;
    p = p * s + TANH_P7;
    p = p * s + TANH_P5;
    p = p * s + TANH_P3;
    p = p * s + TANH_P1;
    float q = TANH_Q6;
    q = q * s + TANH_Q4;
    q = q * s + TANH_Q2;
    q = q * s + TANH_Q0;
    return p * x / q;
  }

  /** The logistic function, {@code ½ + ½ tanh(x/2)}. */
  public static float sigmoid(float x) {
    return tanh(x * .5f) * .5f + .5f;
  }

  /** exp of a number from −87 to 88; below −87 it stays at exp(−87). Relative error 2e-7. */
  public static float exp(float x) {
    x = Math.max(x, EXP_LIMIT);
    float shifted = x * LOG2_E + ROUND;
    float n = shifted - ROUND;
    float r = x - n * LN2_HIGH - n * LN2_LOW;
    float p = EXP_P5;
    p = p * r + EXP_P4;
    p = p * r + EXP_P3;
    p = p * r + EXP_P2;
    p = p * r + EXP_P1;
    p = p * r + EXP_P0;
    p = p * (r * r) + r + 1f;
    return p * Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + 0x3F800000);
  }

  /**
   * The natural logarithm of a normal positive number, after Moshier's Cephes. Relative error 2e-7,
   * absolute where the result is near 0.
   */
  public static float log(float x) {
    int bits = Float.floatToRawIntBits(x);
    // x = 2^n (1 + f), with 1 + f from √½ to √2.
    int n = (bits - SQRT_HALF_BITS) >> 23;
    float f = Float.intBitsToFloat(bits - (n << 23)) - 1f;
    float z = f * f;
    float p = LOG_P8;
    p = p * f + LOG_P7;
    p = p * f + LOG_P6;
    p = p * f + LOG_P5;
    p = p * f + LOG_P4;
    p = p * f + LOG_P3;
    p = p * f + LOG_P2;
    p = p * f + LOG_P1;
    p = p * f + LOG_P0;
    float tail = f * z * p + n * LOG_2_LOW - .5f * z;
    return f + tail + n * LOG_2_HIGH;
  }
}
