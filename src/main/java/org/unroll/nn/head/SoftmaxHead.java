package org.unroll.nn.head;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.nn.Pass;
import org.unroll.nn.layer.Dense;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;
import org.unroll.tensor.Weight;

/**
 * Softmax with cross-entropy: {@code ŷ = softmax(W_ya a + b_y)}, loss {@code −log ŷ_target},
 * gradient of the logits {@code ŷ − 1(k = target)}. Unit of weight: a step.
 */
public final class SoftmaxHead implements Head {
  /** Floats of logits computed at a time: 1 MiB, which stays in the second-level cache. */
  private static final int CHUNK = 1 << 18;

  private static final String WEIGHT = "output.weight";
  private static final String BIAS = "output.bias";

  private final int classes;
  private final int inputs;
  private final List<ParameterSpec> specs;
  private final Weight weight;
  private final Timeline window = new Timeline();
  private final Steps logits = new Steps();
  private final Steps inputGradient = new Steps();
  private final Steps gradientWindow = inputGradient.share();
  private Steps shared;
  private Steps inputWindow;
  private Kernels kernels;
  private FMatrixRMaj bias;
  private FMatrixRMaj weightGradient;
  private FMatrixRMaj biasGradient;
  private float[] max = new float[0];
  private float[] sum = new float[0];
  private float[] factor = new float[0];
  private float[] targetLogit = new float[0];

  /**
   * A softmax over classes.
   *
   * @param classes number of classes
   * @param inputs width of the last layer
   */
  public SoftmaxHead(int classes, int inputs, Initialization start) {
    this.classes = classes;
    this.inputs = inputs;
    specs =
        List.of(
            new ParameterSpec(WEIGHT, classes, inputs, Dense.weightStart(inputs, classes, start)),
            new ParameterSpec(BIAS, classes, 1, Dense.biasStart(inputs, start)));
    weight = new Weight(classes, inputs);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return specs;
  }

  @Override
  public void bind(Kernels kernels, Parameters values, Parameters gradient) {
    this.kernels = kernels;
    bias = values.get(BIAS);
    weightGradient = gradient.get(WEIGHT);
    biasGradient = gradient.get(BIAS);
    weight.set(values.get(WEIGHT), 0);
    kernels.prepare(weight);
  }

  @Override
  public Steps train(Pass pass, Steps input, Tally tally) {
    Timeline timeline = input.timeline();
    inputGradient.reshape(timeline, inputs);
    inputGradient.clear();
    int chunk = chunkSteps(timeline);
    for (int from = 0; from < timeline.steps(); from += chunk) {
      int steps = Math.min(chunk, timeline.steps() - from);
      logits(input, from, steps);
      for (int t = 0; t < steps; t++) {
        loss(pass, from, t, true, tally);
      }
      gradientWindow.window(inputGradient, from, window);
      kernels.multiplyTransposed(weight, logits, 0, gradientWindow);
      kernels.outer(logits, 0, classes, inputWindow, 0, weightGradient, 0);
      kernels.rowSums(logits, 0, classes, biasGradient, 0);
    }
    return inputGradient;
  }

  @Override
  public void evaluate(Pass pass, Steps input, Tally tally) {
    Timeline timeline = input.timeline();
    int chunk = chunkSteps(timeline);
    for (int from = 0; from < timeline.steps(); from += chunk) {
      int steps = Math.min(chunk, timeline.steps() - from);
      logits(input, from, steps);
      for (int t = 0; t < steps; t++) {
        countCorrect(pass, from, t, tally);
        loss(pass, from, t, false, tally);
      }
    }
  }

  @Override
  public Steps predict(Steps input) {
    Timeline timeline = input.timeline();
    reserve(timeline.lanes());
    logits(input, 0, timeline.steps());
    for (int t = 0; t < timeline.steps(); t++) {
      int width = timeline.width(t);
      kernels.softmax(logits.data(), logits.offset(t), classes, timeline.lanes(), width, max, sum);
      for (int l = 0; l < width; l++) {
        factor[l] = 1f / sum[l];
      }
      kernels.scaleLanes(logits.data(), logits.offset(t), classes, timeline.lanes(), width, factor);
    }
    return logits;
  }

  private int chunkSteps(Timeline timeline) {
    reserve(timeline.lanes());
    return Math.max(1, CHUNK / Math.max(1, classes * timeline.lanes()));
  }

  private void reserve(int lanes) {
    if (max.length < lanes) {
      max = new float[lanes];
      sum = new float[lanes];
      factor = new float[lanes];
      targetLogit = new float[lanes];
    }
  }

  /** Logits of {@code steps} steps from {@code from} on. */
  private void logits(Steps input, int from, int steps) {
    if (shared != input) {
      shared = input;
      inputWindow = input.share();
    }
    window.window(input.timeline(), from, steps);
    inputWindow.window(input, from, window);
    logits.reshape(window, classes);
    kernels.fillRows(bias, 0, classes, logits, 0);
    kernels.multiply(weight, inputWindow, logits, 0);
  }

  /** Where the targets of a step begin in the block. */
  private static int targetOffset(Pass pass, Timeline timeline, int step) {
    return pass.block().targetPerStep() ? step * timeline.lanes() : 0;
  }

  /** Adds the loss of a step; turns its logits into their gradient if wanted. */
  private void loss(Pass pass, int from, int t, boolean gradient, Tally tally) {
    int lanes = window.lanes();
    int active = window.active(t);
    int width = window.width(t);
    int o = logits.offset(t);
    float[] z = logits.data();
    int[] targets = pass.block().targets();
    int to = targetOffset(pass, window, from + t);
    for (int lane = 0; lane < active; lane++) {
      targetLogit[lane] = z[o + targets[to + lane] * lanes + lane];
    }
    kernels.softmax(z, o, classes, lanes, width, max, sum);
    double loss = 0;
    for (int lane = 0; lane < active; lane++) {
      // StrictMath: the same bits on every processor.
      loss += StrictMath.log(sum[lane]) + ((double) max[lane] - targetLogit[lane]);
    }
    tally.add(loss, active);
    if (gradient) {
      for (int lane = 0; lane < width; lane++) {
        factor[lane] = lane < active ? 1f / sum[lane] : 0f;
      }
      kernels.scaleLanes(z, o, classes, lanes, width, factor);
      for (int lane = 0; lane < active; lane++) {
        z[o + targets[to + lane] * lanes + lane] -= 1f;
      }
    }
  }

  /** Counts the lanes whose largest logit, the first among equals, is the target's. */
  private void countCorrect(Pass pass, int from, int t, Tally tally) {
    int lanes = window.lanes();
    int to = targetOffset(pass, window, from + t);
    float[] z = logits.data();
    int[] targets = pass.block().targets();
    int correct = 0;
    for (int lane = 0; lane < window.active(t); lane++) {
      int target = targets[to + lane];
      int o = logits.offset(t) + lane;
      float wanted = z[o + target * lanes];
      int k = 0;
      while (k < classes && (k < target ? z[o + k * lanes] < wanted : z[o + k * lanes] <= wanted)) {
        k++;
      }
      correct += k == classes ? 1 : 0;
    }
    tally.addCorrect(correct);
  }
}
