package org.unroll.tensor;

/**
 * One element of what {@link Simd} and the vector kernels do to many: the same operations in the
 * same order, so that the tail of an array gets the same bits as its body.
 *
 * <p>Only for processors with fused multiply-add: elsewhere {@link Math#fma} is a library call.
 */
final class Fused {
  private Fused() {}

  static float flush(float v) {
    return Math.abs(v) < Kernels.FLUSH ? 0f : v;
  }

  static float wherePositive(float y, float value) {
    return Float.floatToRawIntBits(y) > 0 ? value : 0f;
  }

  static float oneMinusSquare(float v) {
    return Math.fma(-v, v, 1f);
  }

  static float logisticSlope(float v) {
    return Math.fma(-v, v, v);
  }

  static float tanh(float x) {
    float clamped = Math.max(-Functions.TANH_LIMIT, Math.min(Functions.TANH_LIMIT, x));
    float s = clamped * clamped;
    float p = Functions.TANH_P13;
    p = Math.fma(p, s, Functions.TANH_P11);
    p = Math.fma(p, s, Functions.TANH_P9);
    p = Math.fma(p, s, Functions.TANH_P7);
    p = Math.fma(p, s, Functions.TANH_P5);
    p = Math.fma(p, s, Functions.TANH_P3);
    p = Math.fma(p, s, Functions.TANH_P1);
    float q = Functions.TANH_Q6;
    q = Math.fma(q, s, Functions.TANH_Q4);
    q = Math.fma(q, s, Functions.TANH_Q2);
    q = Math.fma(q, s, Functions.TANH_Q0);
    return p * clamped / q;
  }

  static float sigmoid(float x) {
    return Math.fma(tanh(x * .5f), .5f, .5f);
  }

  static float exp(float x) {
    float v = Math.max(x, Functions.EXP_LIMIT);
    float shifted = Math.fma(v, Functions.LOG2_E, Functions.ROUND);
    float n = shifted - Functions.ROUND;
    float r = Math.fma(n, -Functions.LN2_LOW, Math.fma(n, -Functions.LN2_HIGH, v));
    float p = Functions.EXP_P5;
    p = Math.fma(p, r, Functions.EXP_P4);
    p = Math.fma(p, r, Functions.EXP_P3);
    p = Math.fma(p, r, Functions.EXP_P2);
    p = Math.fma(p, r, Functions.EXP_P1);
    p = Math.fma(p, r, Functions.EXP_P0);
    p = Math.fma(p, r * r, r) + 1f;
    return p * Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + 0x3F800000);
  }
}
