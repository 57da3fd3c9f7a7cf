package org.unroll.nn.head;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.metric.ClassMeasures;
import org.unroll.metric.Measures;
import org.unroll.nn.Pass;
import org.unroll.nn.layer.Dense;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;
import org.unroll.tensor.Weight;

/**
 * Softmax with cross-entropy: {@code ŷ = softmax(W_ya a + b_y)}, loss {@code −log ŷ_target},
 * gradient of the logits {@code ŷ − 1(k = target)}. Unit of weight: a step.
 *
 * <p>In training a target y of a sequence of weight s may weigh {@code s w_y}, and be smoothed by ε
 * over the K classes (Szegedy 2016; both together as PyTorch does it): loss {@code s ((1−ε) w_y
 * (−log ŷ_y) + ε/K Σ_k w_k (−log ŷ_k))}, gradient {@code s (((1−ε) w_y + ε/K Σ_j w_j) ŷ_k − (1−ε)
 * w_y 1(k = y) − ε/K w_k)}. Unit of weight: step × class weight × sequence weight.
 *
 * <p>A target that is no class ({@link org.unroll.data.Example#UNKNOWN_TARGET}) has neither loss
 * nor weight.
 */
public final class SoftmaxHead implements Head {
  /** Floats of logits computed at a time: 1 MiB, which stays in the second-level cache. */
  private static final int CHUNK = 1 << 18;

  private static final String BIAS = "output.bias";

  private final int classes;
  private final int inputs;
  private final List<ParameterSpec> specs;
  private final String weightName;
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
  private int[] predicted = new int[0];
  private float[] max = new float[0];
  private float[] sum = new float[0];
  private float[] factor = new float[0];
  private float[] targetLogit = new float[0];
  private float[] spread = new float[0];
  private float[] sequenceWeight = new float[0];

  /** 1 − ε. */
  private final double kept;

  /** w_k; null if all are 1. */
  private final float[] classWeight;

  private final double heaviest;

  /** ε/K w_k; null if nothing is smoothed. */
  private final float[] smoothing;

  private final double smoothed;

  /** A softmax with a weight of its own. */
  SoftmaxHead(SoftmaxSpec spec, HeadSpec.Place place) {
    this(
        new ParameterSpec(
            "output.weight",
            ParameterRole.WEIGHT,
            spec.outputs(),
            place.inputs(),
            Dense.weightStart(place.inputs(), spec.outputs(), place.start())),
        place.start(),
        spec.weights(),
        true);
  }

  /**
   * A softmax whose weight is a parameter of another layer (Press and Wolf 2017): to the gradient
   * of that it adds first, because the way back begins here.
   */
  static SoftmaxHead tied(SoftmaxSpec spec, HeadSpec.Place place) {
    return new SoftmaxHead(place.tied(), place.start(), spec.weights(), false);
  }

  private SoftmaxHead(
      ParameterSpec matrix, Initialization start, TargetWeights weights, boolean isOwn) {
    classes = matrix.rows();
    inputs = matrix.columns();
    if (!weights.ofClasses().isEmpty() && weights.ofClasses().size() != classes) {
      throw new IllegalArgumentException(
          "there must be a weight for each of "
              + classes
              + " classes, got "
              + weights.ofClasses().size());
    }
    kept = 1 - weights.smoothing();
    classWeight = weights.ofClasses().isEmpty() ? null : new float[classes];
    smoothing = weights.smoothing() == 0 ? null : new float[classes];
    heaviest = weights.largest();
    double total = 0;
    for (int k = 0; k < classes; k++) {
      double w = classWeight == null ? 1 : weights.ofClasses().get(k);
      if (classWeight != null) {
        classWeight[k] = (float) w;
      }
      if (smoothing != null) {
        smoothing[k] = (float) (weights.smoothing() / classes * w);
        total += smoothing[k];
      }
    }
    smoothed = total;
    ParameterSpec bias =
        new ParameterSpec(BIAS, ParameterRole.BIAS, classes, 1, Dense.biasStart(inputs, start));
    specs = isOwn ? List.of(matrix, bias) : List.of(bias);
    weightName = matrix.name();
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
    weightGradient = gradient.get(weightName);
    biasGradient = gradient.get(BIAS);
    weight.set(values.get(weightName), 0);
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
        train(pass, from, t, tally);
      }
      gradientWindow.window(inputGradient, from, window);
      kernels.multiplyTransposed(weight, logits, 0, gradientWindow);
      kernels.outer(logits, 0, classes, inputWindow, 0, weightGradient, 0);
      kernels.rowSums(logits, 0, classes, biasGradient, 0);
    }
    return inputGradient;
  }

  @Override
  public void evaluate(Pass pass, Steps input, Tally tally, Measures measures) {
    ClassMeasures own = (ClassMeasures) measures;
    Timeline timeline = input.timeline();
    int chunk = chunkSteps(timeline);
    reservePredictions(own, timeline);
    for (int from = 0; from < timeline.steps(); from += chunk) {
      int steps = Math.min(chunk, timeline.steps() - from);
      logits(input, from, steps);
      for (int t = 0; t < steps; t++) {
        if (own.needsPredictions()) {
          predict(pass, from, t);
        } else {
          countCorrect(pass, from, t, own);
        }
        evaluate(pass, from, t, tally);
      }
    }
    if (own.needsPredictions()) {
      own.add(pass.block(), predicted);
    }
  }

  private void reservePredictions(ClassMeasures measures, Timeline timeline) {
    int cells = timeline.steps() * timeline.lanes();
    if (measures.needsPredictions() && predicted.length < cells) {
      predicted = new int[cells + cells / 2];
    }
  }

  /** Finds the largest logit, the first among equals, of each lane at a step. */
  private void predict(Pass pass, int from, int t) {
    int lanes = window.lanes();
    int to = targetOffset(pass, window, from + t);
    float[] z = logits.data();
    for (int lane = 0; lane < window.active(t); lane++) {
      int o = logits.offset(t) + lane;
      int best = 0;
      for (int k = 1; k < classes; k++) {
        best = z[o + k * lanes] > z[o + best * lanes] ? k : best;
      }
      predicted[to + lane] = best;
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
      spread = new float[lanes];
      sequenceWeight = new float[lanes];
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

  /** Takes the logits of a step's targets, and turns all logits into ŷ · (their sum). */
  private void softmax(Pass pass, int to, int t) {
    int lanes = window.lanes();
    int o = logits.offset(t);
    float[] z = logits.data();
    int[] targets = pass.block().targets();
    for (int lane = 0; lane < window.active(t); lane++) {
      int target = targets[to + lane];
      targetLogit[lane] = target < 0 ? 0f : z[o + target * lanes + lane];
    }
    kernels.softmax(z, o, classes, lanes, window.width(t), max, sum);
  }

  /** {@code −log ŷ_target} of a lane. */
  private double crossEntropy(int lane) {
    // StrictMath: the same bits on every processor.
    return StrictMath.log(sum[lane]) + ((double) max[lane] - targetLogit[lane]);
  }

  /** Adds the loss of a step. */
  private void evaluate(Pass pass, int from, int t, Tally tally) {
    int to = targetOffset(pass, window, from + t);
    softmax(pass, to, t);
    int active = window.active(t);
    int known = 0;
    double loss = 0;
    for (int lane = 0; lane < active; lane++) {
      if (pass.block().targets()[to + lane] >= 0) {
        loss += crossEntropy(lane);
        known++;
      }
    }
    tally.add(loss, known);
    tally.addUnknown(active - known);
  }

  /** Adds the weighted and smoothed loss of a step, and turns its logits into their gradient. */
  private void train(Pass pass, int from, int t, Tally tally) {
    int lanes = window.lanes();
    int active = window.active(t);
    int width = window.width(t);
    int o = logits.offset(t);
    float[] z = logits.data();
    int[] targets = pass.block().targets();
    int to = targetOffset(pass, window, from + t);
    if (smoothing != null) {
      kernels.weightedSums(z, o, classes, lanes, width, smoothing, spread);
    }
    softmax(pass, to, t);
    double loss = 0;
    double weight = 0;
    double bound = 0;
    for (int lane = 0; lane < active; lane++) {
      int target = targets[to + lane];
      double sequence = target < 0 ? 0 : pass.block().weight(lane);
      double whole = classWeight == null || target < 0 ? sequence : sequence * classWeight[target];
      double ofTarget = kept * whole;
      loss += ofTarget * crossEntropy(lane);
      if (smoothing != null) {
        double logSum = StrictMath.log(sum[lane]) + max[lane];
        loss += sequence * (smoothed * logSum - spread[lane]);
      }
      weight += whole;
      bound += sequence * heaviest;
      factor[lane] = (float) (ofTarget + sequence * smoothed) / sum[lane];
      targetLogit[lane] = (float) ofTarget;
      sequenceWeight[lane] = (float) sequence;
    }
    for (int lane = active; lane < width; lane++) {
      factor[lane] = 0f;
      sequenceWeight[lane] = 0f;
    }
    tally.add(loss, weight, bound);
    kernels.scaleLanes(z, o, classes, lanes, width, factor);
    for (int lane = 0; lane < active; lane++) {
      if (targets[to + lane] >= 0) {
        z[o + targets[to + lane] * lanes + lane] -= targetLogit[lane];
      }
    }
    if (smoothing != null) {
      kernels.subtractOuter(z, o, classes, lanes, width, smoothing, sequenceWeight);
    }
  }

  /** Counts the lanes whose largest logit, the first among equals, is the target's. */
  private void countCorrect(Pass pass, int from, int t, ClassMeasures measures) {
    int lanes = window.lanes();
    int to = targetOffset(pass, window, from + t);
    float[] z = logits.data();
    int[] targets = pass.block().targets();
    int correct = 0;
    for (int lane = 0; lane < window.active(t); lane++) {
      int target = targets[to + lane];
      if (target < 0) {
        continue;
      }
      int o = logits.offset(t) + lane;
      float wanted = z[o + target * lanes];
      int k = 0;
      while (k < classes && (k < target ? z[o + k * lanes] < wanted : z[o + k * lanes] <= wanted)) {
        k++;
      }
      correct += k == classes ? 1 : 0;
    }
    measures.count(correct, window.active(t));
  }
}
