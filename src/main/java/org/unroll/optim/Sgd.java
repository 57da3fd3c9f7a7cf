package org.unroll.optim;

import java.util.List;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;

/**
 * Gradient descent, with heavy-ball momentum if μ &gt; 0 (Polyak 1964, as PyTorch writes it):
 * {@code v = μ v + g}, {@code θ = θ − α v}.
 */
final class Sgd implements Optimizer {
  private static final String VELOCITY = "velocity";

  private final double momentum;

  Sgd(double momentum) {
    this.momentum = momentum;
  }

  @Override
  public List<String> slots() {
    return momentum > 0 ? List.of(VELOCITY) : List.of();
  }

  @Override
  public void step(
      Kernels kernels,
      Parameters parameters,
      Parameters gradient,
      OptimizerState state,
      double learningRate) {
    for (int p = 0; p < parameters.count(); p++) {
      float[] velocity = momentum > 0 ? state.slot(VELOCITY).get(p).data : null;
      kernels.sgd(
          parameters.get(p).data,
          velocity,
          gradient.get(p).data,
          parameters.size(p),
          (float) learningRate,
          (float) momentum,
          false);
    }
  }
}
