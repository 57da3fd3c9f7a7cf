package org.unroll.nn.head;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.nn.layer.Dense;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;
import org.unroll.tensor.Weight;

/**
 * {@code z = W a + b} of an output layer, some steps at a time, and the way back. The same storage
 * is used for all steps.
 */
final class Logits {
  /** Floats of logits computed at a time: 1 MiB, which stays in the second-level cache. */
  private static final int CHUNK = 1 << 18;

  private final ParameterSpec weightSpec;
  private final ParameterSpec biasSpec;
  private final Weight weight;
  private final Timeline window = new Timeline();
  private final Steps logits = new Steps();
  private Steps input;
  private Steps inputWindow;
  private Steps gradient;
  private Steps gradientWindow;
  private Kernels kernels;
  private FMatrixRMaj bias;
  private FMatrixRMaj weightGradient;
  private FMatrixRMaj biasGradient;

  /**
   * Not yet bound to parameters.
   *
   * @param prefix beginning of the names of its parameters, such as {@code output.}
   */
  Logits(String prefix, int rows, int inputs, Initialization start) {
    weightSpec =
        new ParameterSpec(
            prefix + "weight",
            ParameterRole.WEIGHT,
            rows,
            inputs,
            Dense.weightStart(inputs, rows, start));
    biasSpec =
        new ParameterSpec(
            prefix + "bias", ParameterRole.BIAS, rows, 1, Dense.biasStart(inputs, start));
    weight = new Weight(rows, inputs);
  }

  List<ParameterSpec> parameters() {
    return List.of(weightSpec, biasSpec);
  }

  void bind(Kernels kernels, Parameters values, Parameters gradient) {
    this.kernels = kernels;
    bias = values.get(biasSpec.name());
    weightGradient = gradient.get(weightSpec.name());
    biasGradient = gradient.get(biasSpec.name());
    weight.set(values.get(weightSpec.name()), 0);
    kernels.prepare(weight);
  }

  int rows() {
    return weight.rows();
  }

  /** How many steps to compute at a time. */
  int chunk(Timeline timeline) {
    return Math.max(1, CHUNK / Math.max(1, rows() * timeline.lanes()));
  }

  /**
   * Logits of {@code steps} steps from {@code from} on.
   *
   * @param input inputs × lanes; not modified
   * @return owned by this, overwritten by the next call; its first step is step {@code from}
   */
  Steps compute(Steps input, int from, int steps) {
    if (this.input != input) {
      this.input = input;
      inputWindow = input.share();
    }
    window.window(input.timeline(), from, steps);
    inputWindow.window(input, from, window);
    logits.reshape(window, rows());
    kernels.fillRows(bias, 0, rows(), logits, 0);
    kernels.multiply(weight, inputWindow, logits, 0);
    return logits;
  }

  /**
   * Goes back from what was computed last, whose gradient stands in its place now.
   *
   * @param gradient with respect to the whole input; added to
   */
  void back(Steps gradient, int from) {
    if (this.gradient != gradient) {
      this.gradient = gradient;
      gradientWindow = gradient.share();
    }
    gradientWindow.window(gradient, from, window);
    kernels.multiplyTransposed(weight, logits, 0, gradientWindow);
    kernels.outer(logits, 0, rows(), inputWindow, 0, weightGradient, 0);
    kernels.rowSums(logits, 0, rows(), biasGradient, 0);
  }
}
