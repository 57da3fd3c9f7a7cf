package org.unroll.nn.head;

import org.unroll.batch.Block;
import org.unroll.metric.ClassMeasures;
import org.unroll.metric.Measures;
import org.unroll.nn.Pass;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

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
final class SoftmaxHead extends StepHead {
  private final int classes;
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

  SoftmaxHead(SoftmaxSpec spec, HeadSpec.Place place) {
    super(Logits.of(spec.outputs(), place));
    classes = spec.outputs();
    TargetWeights weights = spec.weights();
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
  }

  @Override
  public void evaluate(Pass pass, Steps input, Tally tally, Measures measures) {
    ClassMeasures own = (ClassMeasures) measures;
    reservePredictions(own, input.timeline());
    super.evaluate(pass, input, tally, measures);
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

  @Override
  public Steps predict(Steps input) {
    Timeline timeline = input.timeline();
    Steps logits = logits(input);
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

  @Override
  void begin(Timeline timeline) {
    int lanes = timeline.lanes();
    if (max.length < lanes) {
      max = new float[lanes];
      sum = new float[lanes];
      factor = new float[lanes];
      targetLogit = new float[lanes];
      spread = new float[lanes];
      sequenceWeight = new float[lanes];
    }
  }

  /** Takes the logits of a step's targets, and turns all logits into ŷ · (their sum). */
  private void softmax(Block block, Steps logits, int t, int cell) {
    Timeline window = logits.timeline();
    int lanes = window.lanes();
    int o = logits.offset(t);
    float[] z = logits.data();
    int[] targets = block.targets();
    for (int lane = 0; lane < window.active(t); lane++) {
      int target = targets[cell + lane];
      targetLogit[lane] = target < 0 ? 0f : z[o + target * lanes + lane];
    }
    kernels.softmax(z, o, classes, lanes, window.width(t), max, sum);
  }

  /** {@code −log ŷ_target} of a lane. */
  private double crossEntropy(int lane) {
    // StrictMath: the same bits on every processor.
    return StrictMath.log(sum[lane]) + ((double) max[lane] - targetLogit[lane]);
  }

  @Override
  void evaluate(Block block, Steps logits, int t, int cell, Tally tally, Measures measures) {
    ClassMeasures own = (ClassMeasures) measures;
    int active = logits.timeline().active(t);
    if (own.needsPredictions()) {
      for (int lane = 0; lane < active; lane++) {
        predicted[cell + lane] = Logits.largest(logits, t, lane, classes);
      }
    } else {
      countCorrect(block, logits, t, cell, own);
    }
    softmax(block, logits, t, cell);
    int known = 0;
    double loss = 0;
    for (int lane = 0; lane < active; lane++) {
      if (block.targets()[cell + lane] >= 0) {
        loss += crossEntropy(lane);
        known++;
      }
    }
    tally.add(loss, known);
    tally.addUnknown(active - known);
  }

  /** Adds the weighted and smoothed loss of a step, and turns its logits into their gradient. */
  @Override
  void train(Block block, Steps logits, int t, int cell, Tally tally) {
    Timeline window = logits.timeline();
    int lanes = window.lanes();
    int active = window.active(t);
    int width = window.width(t);
    int o = logits.offset(t);
    float[] z = logits.data();
    int[] targets = block.targets();
    if (smoothing != null) {
      kernels.weightedSums(z, o, classes, lanes, width, smoothing, spread);
    }
    softmax(block, logits, t, cell);
    double loss = 0;
    double weight = 0;
    double bound = 0;
    for (int lane = 0; lane < active; lane++) {
      int target = targets[cell + lane];
      double sequence = target < 0 ? 0 : block.weight(lane);
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
      if (targets[cell + lane] >= 0) {
        z[o + targets[cell + lane] * lanes + lane] -= targetLogit[lane];
      }
    }
    if (smoothing != null) {
      kernels.subtractOuter(z, o, classes, lanes, width, smoothing, sequenceWeight);
    }
  }

  /** Counts the lanes whose largest logit, the first among equals, is the target's. */
  private void countCorrect(Block block, Steps logits, int t, int cell, ClassMeasures measures) {
    Timeline window = logits.timeline();
    int lanes = window.lanes();
    float[] z = logits.data();
    int[] targets = block.targets();
    int correct = 0;
    for (int lane = 0; lane < window.active(t); lane++) {
      int target = targets[cell + lane];
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
