package org.unroll.optim;

import java.util.List;
import org.unroll.tensor.Parameters;

/**
 * Adam (Kingma and Ba 2015): {@code m = β₁ m + (1−β₁) g}, {@code v = β₂ v + (1−β₂) g²}, {@code θ =
 * θ − α · (m / (1−β₁ᵗ)) / (√(v / (1−β₂ᵗ)) + ε)}.
 */
final class Adam implements Optimizer {
  private static final String FIRST = "first-moment";
  private static final String SECOND = "second-moment";

  private final double beta1;
  private final double beta2;
  private final double epsilon;

  Adam(double beta1, double beta2, double epsilon) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
  }

  @Override
  public List<String> slots() {
    return List.of(FIRST, SECOND);
  }

  @Override
  public void step(
      Parameters parameters, Parameters gradient, OptimizerState state, double learningRate) {
    long t = state.updates();
    // StrictMath: the same bits on every processor.
    float rate = (float) (learningRate / (1 - StrictMath.pow(beta1, t)));
    float correction = (float) (1 / StrictMath.sqrt(1 - StrictMath.pow(beta2, t)));
    for (int p = 0; p < parameters.count(); p++) {
      step(
          parameters.get(p).data,
          gradient.get(p).data,
          state.slot(FIRST).get(p).data,
          state.slot(SECOND).get(p).data,
          parameters.size(p),
          rate,
          correction);
    }
  }

  private void step(
      float[] theta, float[] g, float[] m, float[] v, int n, float rate, float correction) {
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float c1 = (float) (1 - beta1);
    float c2 = (float) (1 - beta2);
    float e = (float) epsilon;
    for (int i = 0; i < n; i++) {
      float gradient = g[i];
      float first = b1 * m[i] + c1 * gradient;
      float second = b2 * v[i] + c2 * (gradient * gradient);
      m[i] = first;
      v[i] = second;
      theta[i] -= rate * first / ((float) Math.sqrt(second) * correction + e);
    }
  }
}
