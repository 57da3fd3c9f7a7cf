package org.unroll.optim;

import java.util.List;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Slice;
import org.unroll.tensor.UpdateKernels;

/**
 * Gradient descent, with heavy-ball momentum if μ &gt; 0 (Polyak 1964, as PyTorch writes it):
 * {@code v = μ v + g}, {@code θ = θ − α v}; after Nesterov (1983, as Sutskever 2013) {@code θ = θ −
 * α (g + μ v)}.
 */
final class Sgd implements Optimizer {
  private static final String VELOCITY = "velocity";

  private final double momentum;
  private final boolean nesterov;

  Sgd(double momentum, boolean nesterov) {
    this.momentum = momentum;
    this.nesterov = nesterov;
  }

  @Override
  public List<String> slots() {
    return momentum > 0 ? List.of(VELOCITY) : List.of();
  }

  @Override
  public void step(
      UpdateKernels kernels,
      Slice slice,
      Parameters parameters,
      Parameters gradient,
      OptimizerState state,
      double learningRate) {
    int p = slice.parameter();
    kernels.sgd(
        parameters.get(p).data,
        momentum > 0 ? state.slot(VELOCITY).get(p).data : null,
        gradient.get(p).data,
        slice.from(),
        slice.to(),
        (float) learningRate,
        (float) momentum,
        nesterov);
  }
}
