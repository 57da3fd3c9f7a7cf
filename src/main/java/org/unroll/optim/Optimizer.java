package org.unroll.optim;

import java.util.List;
import org.unroll.config.OptimizerConfig;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Slice;
import org.unroll.tensor.UpdateKernels;

/** Turns a gradient into an update of the parameters. Everything it remembers is in its state. */
public interface Optimizer {
  /** Names of the slots it keeps, each of the parameters' shapes. */
  List<String> slots();

  /** What every value of a slot is before the first update. */
  default float start(String slot) {
    return 0f;
  }

  /** Whether a slot can come to hold a value, which is finite. */
  default boolean canHold(String slot, float value) {
    return true;
  }

  /**
   * Updates a slice of the parameters; slices are updated by several threads.
   *
   * @param kernels what to compute with
   * @param slice which values
   * @param parameters θ; the slice is modified
   * @param gradient averaged gradient; not modified
   * @param state the slice is modified; its update count already includes this update
   * @param learningRate step size of this update
   */
  void step(
      UpdateKernels kernels,
      Slice slice,
      Parameters parameters,
      Parameters gradient,
      OptimizerState state,
      double learningRate);

  /** The optimiser that a job asks for. */
  static Optimizer of(OptimizerConfig config) {
    return switch (config.kind()) {
      case SGD -> new Sgd(config.momentum(), config.nesterov());
      case RMSPROP -> new Rmsprop(config);
      // They differ in how weights decay, which is not the optimiser's affair.
      case ADAM, ADAMW -> new Adam(config.beta1(), config.beta2(), config.epsilon());
      case IRPROP_PLUS -> new Irprop(config, true);
      case IRPROP_MINUS -> new Irprop(config, false);
    };
  }
}
