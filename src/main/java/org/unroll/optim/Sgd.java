package org.unroll.optim;

import java.util.List;
import org.unroll.tensor.Parameters;

/**
 * Gradient descent, with heavy-ball momentum if μ &gt; 0 (Polyak 1964, as PyTorch writes it):
 * {@code v = μ v + g}, {@code θ = θ − α v}.
 */
final class Sgd implements Optimizer {
  private static final String VELOCITY = "velocity";

  private final float momentum;

  Sgd(double momentum) {
    this.momentum = (float) momentum;
  }

  @Override
  public List<String> slots() {
    return momentum > 0 ? List.of(VELOCITY) : List.of();
  }

  @Override
  public void step(
      Parameters parameters, Parameters gradient, OptimizerState state, double learningRate) {
    float rate = (float) learningRate;
    for (int p = 0; p < parameters.count(); p++) {
      float[] theta = parameters.get(p).data;
      float[] g = gradient.get(p).data;
      int n = parameters.size(p);
      if (momentum > 0) {
        float[] v = state.slot(VELOCITY).get(p).data;
        for (int i = 0; i < n; i++) {
          v[i] = momentum * v[i] + g[i];
          theta[i] -= rate * v[i];
        }
      } else {
        for (int i = 0; i < n; i++) {
          theta[i] -= rate * g[i];
        }
      }
    }
  }
}
