package org.unroll.optim;

import java.util.List;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Slice;
import org.unroll.tensor.UpdateKernels;

/**
 * RMSProp (Tieleman and Hinton 2012, as PyTorch writes it): {@code v = ρ v + (1−ρ) g²}, {@code u =
 * μ u + g / (√v + ε)}, {@code θ = θ − α u}. ε is outside the root, and v is not corrected for its
 * start at 0.
 */
final class Rmsprop implements Optimizer {
  private static final String SQUARE = "square-mean";
  private static final String VELOCITY = "velocity";

  private final double smoothing;
  private final double momentum;
  private final double epsilon;

  Rmsprop(double smoothing, double momentum, double epsilon) {
    this.smoothing = smoothing;
    this.momentum = momentum;
    this.epsilon = epsilon;
  }

  @Override
  public List<String> slots() {
    return momentum > 0 ? List.of(SQUARE, VELOCITY) : List.of(SQUARE);
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
    kernels.rmsprop(
        parameters.get(p).data,
        state.slot(SQUARE).get(p).data,
        momentum > 0 ? state.slot(VELOCITY).get(p).data : null,
        gradient.get(p).data,
        slice.from(),
        slice.to(),
        learningRate,
        smoothing,
        momentum,
        epsilon);
  }
}
