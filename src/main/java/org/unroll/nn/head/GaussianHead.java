package org.unroll.nn.head;

import org.unroll.metric.GaussianMeasures;
import org.unroll.metric.RealMeasures;

/**
 * Negative log-likelihood of a normal distribution (Nix and Weigend 1994), as PyTorch's {@code
 * GaussianNLLLoss(full=True)}: of each value the outputs are the mean μ and s, the variance is
 * {@code v = log(1 + exp s) + 10⁻⁶}; loss {@code ½ (log v + (y − μ)² / v + log 2π)}.
 *
 * <p>Gradient: {@code (μ − y) / v} of the mean, {@code ½ (1 / v − (y − μ)² / v²) σ(s)} of s.
 */
final class GaussianHead extends ValueHead {
  /** The least variance, as in PyTorch. */
  private static final double LEAST = 1e-6;

  private static final double LOG_2_PI = StrictMath.log(2 * Math.PI);

  GaussianHead(GaussianSpec spec, HeadSpec.Place place) {
    super(spec, place);
  }

  /** {@code exp(−|s|)}. */
  private static double small(float s) {
    return StrictMath.exp(-Math.abs((double) s));
  }

  private static double variance(float s, double small) {
    return Math.max(s, 0) + StrictMath.log1p(small) + LEAST;
  }

  private static double loss(double error, double variance) {
    return 0.5 * (StrictMath.log(variance) + error * error / variance + LOG_2_PI);
  }

  @Override
  double train(float[] z, int at, int lanes, float y, double weight) {
    float s = z[at + lanes];
    double small = small(s);
    double variance = variance(s, small);
    double error = (double) z[at] - y;
    double slope = (s >= 0 ? 1 : small) / (1 + small);
    z[at] = (float) (weight * error / variance);
    z[at + lanes] = (float) (weight * 0.5 * (1 - error * error / variance) / variance * slope);
    return loss(error, variance);
  }

  @Override
  double evaluate(float[] z, int at, int lanes, float y, int value, RealMeasures measures) {
    float s = z[at + lanes];
    double variance = variance(s, small(s));
    double error = (double) z[at] - y;
    double loss = loss(error, variance);
    ((GaussianMeasures) measures).add(value, error, variance, loss);
    return loss;
  }

  @Override
  void answer(float[] z, int at, int lanes, double mean, double deviation) {
    float s = z[at + lanes];
    z[at] = (float) (mean + deviation * z[at]);
    z[at + lanes] = (float) (deviation * deviation * variance(s, small(s)));
  }
}
