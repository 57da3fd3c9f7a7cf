package org.unroll.optim;

import java.util.function.Predicate;
import org.unroll.config.OptimizerConfig;
import org.unroll.config.OptimizerConfig.Decayed;
import org.unroll.config.OptimizerConfig.Kind;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Slice;
import org.unroll.tensor.UpdateKernels;

/**
 * Weight decay: as a penalty ½λ‖θ‖² whose gradient λθ is added to the clipped one, or, decoupled
 * (Loshchilov and Hutter 2019), {@code θ = θ − αλθ} before the step. As in PyTorch, the penalty is
 * not part of the loss that is reported.
 *
 * @param rate λ; 0 is off
 * @param decoupled whether it bypasses the optimiser
 * @param decayed which parameters
 * @param frozen tells by its name whether a parameter is kept as it is
 */
record WeightDecay(double rate, boolean decoupled, Decayed decayed, Predicate<String> frozen) {
  /** No decay. */
  static final WeightDecay NONE = new WeightDecay(0, false, Decayed.WEIGHTS, name -> false);

  static WeightDecay of(OptimizerConfig config, Predicate<String> frozen) {
    return new WeightDecay(
        config.weightDecay(), config.kind() == Kind.ADAMW, config.weightDecayOn(), frozen);
  }

  /** Whether a parameter decays: a matter of its role. */
  boolean covers(ParameterSpec spec) {
    if (rate == 0 || frozen.test(spec.name())) {
      return false;
    }
    return switch (spec.role()) {
      case WEIGHT -> true;
      case EMBEDDING, BIAS, GAIN -> decayed == Decayed.ALL;
      // What is kept as it was loaded, and what is measured, must not decay either.
      case SECOND_BIAS, MOMENT -> false;
    };
  }

  /**
   * Decays a slice of a parameter that is covered.
   *
   * @param parameters θ; the slice is modified if decoupled
   * @param gradient clipped; the slice is modified if not
   * @param learningRate α
   */
  void apply(
      UpdateKernels kernels,
      Slice slice,
      Parameters parameters,
      Parameters gradient,
      double learningRate) {
    float[] theta = parameters.get(slice.parameter()).data;
    if (decoupled) {
      // θ − αλθ, not (1 − αλ)θ: of the factor single precision would keep few digits of αλ.
      float factor = (float) (-learningRate * rate);
      kernels.addScaled(theta, theta, slice.from(), slice.to(), factor);
    } else {
      float[] g = gradient.get(slice.parameter()).data;
      kernels.addScaled(theta, g, slice.from(), slice.to(), (float) rate);
    }
  }
}
