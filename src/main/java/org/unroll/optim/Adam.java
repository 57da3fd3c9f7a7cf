package org.unroll.optim;

import java.util.List;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Slice;
import org.unroll.tensor.UpdateKernels;

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
  public boolean canHold(String slot, float value) {
    return !slot.equals(SECOND) || value >= 0;
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
    kernels.adam(
        parameters.get(p).data,
        state.slot(FIRST).get(p).data,
        state.slot(SECOND).get(p).data,
        gradient.get(p).data,
        slice.from(),
        slice.to(),
        state.updates(),
        learningRate,
        beta1,
        beta2,
        epsilon);
  }
}
