package org.unroll.optim;

import java.util.List;
import org.unroll.config.OptimizerConfig;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Slice;
import org.unroll.tensor.UpdateKernels;

/**
 * iRprop⁺ and iRprop⁻ (Igel and Hüsken 2003), for gradients of all data: each value of θ has a step
 * size Δ of its own and moves by it against the sign of its gradient, whatever the gradient's size.
 * With {@code s = g⟨t-1⟩ g⟨t⟩}:
 *
 * <ul>
 *   <li>{@code s > 0}: {@code Δ = min(η⁺ Δ, Δmax)}, {@code θ = θ − sign(g) Δ};
 *   <li>{@code s < 0}: {@code Δ = max(η⁻ Δ, Δmin)}, {@code g = 0}: no move, and the next one is as
 *       under {@code s = 0}. iRprop⁺ takes the last move back if the loss has risen since;
 *   <li>{@code s = 0}: {@code θ = θ − sign(g) Δ}.
 * </ul>
 *
 * The learning rate is the first Δ. Of the last gradient only signs are kept: its product with the
 * next one can then not underflow. A move taken back is {@code −sign(g⟨t-1⟩) Δ⟨t-1⟩}, so it needs
 * no memory.
 */
final class Irprop implements Optimizer {
  private static final String SIZE = "step-size";
  private static final String SIGN = "gradient-sign";

  private final UpdateKernels.RpropStep step;
  private final float first;
  private final boolean plus;

  /**
   * An iRprop.
   *
   * @param plus whether moves that raised the loss are taken back
   */
  Irprop(OptimizerConfig config, boolean plus) {
    step =
        new UpdateKernels.RpropStep(
            (float) config.increase(),
            (float) config.decrease(),
            (float) config.minStep(),
            (float) config.maxStep());
    first = (float) config.learningRate();
    this.plus = plus;
  }

  @Override
  public List<String> slots() {
    return List.of(SIZE, SIGN);
  }

  @Override
  public float start(String slot) {
    return slot.equals(SIZE) ? first : 0f;
  }

  @Override
  public boolean canHold(String slot, float value) {
    return slot.equals(SIZE) ? value >= 0 : value == 0 || Math.abs(value) == 1;
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
    kernels.rprop(
        parameters.get(p).data,
        state.slot(SIZE).get(p).data,
        state.slot(SIGN).get(p).data,
        gradient.get(p).data,
        slice.from(),
        slice.to(),
        step,
        plus && state.lossHasRisen());
  }
}
