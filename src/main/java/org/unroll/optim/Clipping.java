package org.unroll.optim;

/**
 * Clipping of the averaged gradient (Pascanu 2013): each value to ±v, then the whole to a norm.
 *
 * @param value largest absolute value of a number; 0 is off
 * @param norm largest Euclidean length of the whole gradient; 0 is off
 */
public record Clipping(double value, double norm) {
  /** Added to the divisor, as PyTorch does it. */
  private static final double EPSILON = 1e-6;

  /** Cuts values {@code [from, to)} of {@code gradient} to ± {@link #value}. */
  void cut(float[] gradient, int from, int to) {
    if (value > 0) {
      float limit = (float) value;
      for (int i = from; i < to; i++) {
        gradient[i] = Math.max(-limit, Math.min(limit, gradient[i]));
      }
    }
  }

  /**
   * What the gradient is multiplied with.
   *
   * @param length its Euclidean norm, its values already cut
   * @return 1 if it is not too long
   */
  float factor(double length) {
    return norm > 0 && length + EPSILON > norm ? (float) (norm / (length + EPSILON)) : 1f;
  }
}
