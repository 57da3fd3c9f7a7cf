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
 * {@code z = W a + b} of an output layer, all steps at once or some at a time in the same storage,
 * and the way back.
 */
final class Logits {
  /** Floats of logits computed at a time: 1 MiB, which stays in the second-level cache. */
  private static final int CHUNK = 1 << 18;

  private final ParameterSpec weightSpec;
  private final ParameterSpec biasSpec;
  private final boolean isOwn;
  private final Weight weight;
  private final Timeline window = new Timeline();
  private final Steps logits = new Steps();
  private final Steps inputGradient = new Steps();
  private final Steps gradientWindow = inputGradient.share();
  private Steps input;
  private Steps inputWindow;
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
    this(
        prefix,
        new ParameterSpec(
            prefix + "weight",
            ParameterRole.WEIGHT,
            rows,
            inputs,
            Dense.weightStart(inputs, rows, start)),
        true,
        start);
  }

  private Logits(String prefix, ParameterSpec matrix, boolean isOwn, Initialization start) {
    int rows = matrix.rows();
    int inputs = matrix.columns();
    weightSpec = matrix;
    biasSpec =
        new ParameterSpec(
            prefix + "bias", ParameterRole.BIAS, rows, 1, Dense.biasStart(inputs, start));
    this.isOwn = isOwn;
    weight = new Weight(rows, inputs);
  }

  /**
   * Those of an output layer. Its weight may be the embedding (Press and Wolf 2017): to the
   * gradient of that it adds first, because the way back begins here.
   */
  static Logits of(int rows, HeadSpec.Place place) {
    return place.tied() == null
        ? new Logits("output.", rows, place.inputs(), place.start())
        : new Logits("output.", place.tied(), false, place.start());
  }

  /** Without the weight if that is a parameter of another layer. */
  List<ParameterSpec> parameters() {
    return isOwn ? List.of(weightSpec, biasSpec) : List.of(biasSpec);
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

  /** Logits of all steps at once, as {@link #compute(Steps, int, int)}. */
  Steps compute(Steps input) {
    return compute(input, 0, input.timeline().steps());
  }

  /** Begins the way back: {@link #inputGradient} is zero. */
  void beginBack(Timeline timeline) {
    inputGradient.reshape(timeline, weight.columns());
    inputGradient.clear();
  }

  /**
   * Goes back from what was computed last, whose gradient stands in its place now: adds to the
   * gradients of the parameters and of the input.
   *
   * @param from its first step
   */
  void back(int from) {
    gradientWindow.window(inputGradient, from, window);
    kernels.multiplyTransposed(weight, logits, 0, gradientWindow);
    kernels.outer(logits, 0, rows(), inputWindow, 0, weightGradient, 0);
    kernels.rowSums(logits, 0, rows(), biasGradient, 0);
  }

  /** Goes back from all steps at once; returns {@link #inputGradient}. */
  Steps back() {
    beginBack(window);
    back(0);
    return inputGradient;
  }

  /** Gradient with respect to the whole input; owned by this. */
  Steps inputGradient() {
    return inputGradient;
  }

  /** The row of the largest of the first {@code rows} logits of a lane, the first among equals. */
  static int largest(Steps logits, int t, int lane, int rows) {
    float[] z = logits.data();
    int lanes = logits.timeline().lanes();
    int o = logits.offset(t) + lane;
    int best = 0;
    for (int k = 1; k < rows; k++) {
      best = z[o + k * lanes] > z[o + best * lanes] ? k : best;
    }
    return best;
  }
}
