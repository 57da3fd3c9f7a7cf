package org.unroll.optim;

import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;

/**
 * Clipping of the averaged gradient (Pascanu 2013): each value to ±v, then the whole to a norm.
 *
 * @param value largest absolute value of a number; 0 is off
 * @param norm largest Euclidean length of the whole gradient; 0 is off
 */
public record Clipping(double value, double norm) {
  /** Added to the divisor, as PyTorch does it. */
  private static final double EPSILON = 1e-6;

  /**
   * Clips.
   *
   * @param kernels what to compute with
   * @param gradient modified
   * @return its Euclidean norm, after the cut by value, before the cut by norm
   */
  public double apply(Kernels kernels, Parameters gradient) {
    if (value > 0) {
      float limit = (float) value;
      for (int p = 0; p < gradient.count(); p++) {
        float[] g = gradient.get(p).data;
        for (int i = 0; i < gradient.size(p); i++) {
          g[i] = Math.max(-limit, Math.min(limit, g[i]));
        }
      }
    }
    double length = norm(gradient);
    if (norm > 0 && length + EPSILON > norm) {
      float scale = (float) (norm / (length + EPSILON));
      for (int p = 0; p < gradient.count(); p++) {
        kernels.scale(gradient.get(p).data, gradient.size(p), scale);
      }
    }
    return length;
  }

  /** Euclidean norm, summed in double precision in one fixed order. */
  public static double norm(Parameters gradient) {
    double total = 0;
    for (int p = 0; p < gradient.count(); p++) {
      total += Kernels.sumOfSquares(gradient.get(p).data, gradient.size(p));
    }
    return Math.sqrt(total);
  }
}
