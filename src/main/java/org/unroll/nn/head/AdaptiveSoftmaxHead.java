package org.unroll.nn.head;

import java.util.ArrayList;
import java.util.List;
import org.unroll.batch.Block;
import org.unroll.metric.ClassMeasures;
import org.unroll.metric.Measures;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * Adaptive softmax with cross-entropy (Grave 2017, "Efficient softmax approximation for GPUs"),
 * laid out as PyTorch's {@code AdaptiveLogSoftmaxWithLoss}. The head is a softmax over the most
 * frequent classes and one entry for each cluster of rarer ones, {@code h = softmax(W a + b)};
 * within cluster i, {@code q_i = softmax(V_i P_i a)}, where P_i makes the input narrower. So {@code
 * ŷ_k = h_k} for a frequent class, and {@code ŷ_k = h_(cluster of k) q_i,k} for a rare one; the
 * loss is {@code −log ŷ_target}. Unit of weight: step × sequence weight.
 *
 * <p>A cluster is computed where the target is one of its classes, see {@link SoftmaxCluster}; in
 * an evaluation also where one of its classes might be the likeliest. Probabilities sum to 1.
 *
 * <p>A target that is no class ({@link org.unroll.data.Example#UNKNOWN_TARGET}) has neither loss
 * nor weight.
 */
final class AdaptiveSoftmaxHead extends StepHead {
  /** Number of classes that the head computes itself. */
  private final int frequent;

  private final int classes;
  private final List<SoftmaxCluster> clusters = new ArrayList<>();
  private final Steps probabilities = new Steps();
  private float[] max = new float[0];
  private float[] sum = new float[0];
  private float[] factor = new float[0];
  private float[] wantedLogit = new float[0];
  private Answers answers = new Answers();

  AdaptiveSoftmaxHead(AdaptiveSoftmaxSpec spec, HeadSpec.Place place) {
    super(new Logits("output.head.", spec.headRows(), place.inputs(), place.start()));
    classes = spec.outputs();
    frequent = spec.first(0);
    for (int c = 0; c < spec.cutoffs().size(); c++) {
      clusters.add(new SoftmaxCluster(c, spec, place.inputs(), place.start()));
    }
  }

  /** The likeliest class so far at each place of a block. */
  static final class Answers {
    int[] predicted = new int[0];

    /** Its logit in the head, less what is common to all classes of a place. */
    double[] score = new double[0];

    private void reserve(int cells) {
      if (predicted.length < cells) {
        predicted = new int[cells + cells / 2];
        score = new double[predicted.length];
      }
    }
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> specs = new ArrayList<>(super.parameters());
    clusters.forEach(cluster -> specs.addAll(cluster.parameters()));
    return List.copyOf(specs);
  }

  @Override
  public void bind(Kernels kernels, Parameters values, Parameters gradient) {
    super.bind(kernels, values, gradient);
    for (SoftmaxCluster cluster : clusters) {
      cluster.bind(kernels, values, gradient);
    }
  }

  @Override
  public Steps train(Pass pass, Steps input, Tally tally) {
    Steps inputGradient = super.train(pass, input, tally);
    for (int c = 0; c < clusters.size(); c++) {
      clusters.get(c).train(pass, input, inputGradient, tally);
    }
    return inputGradient;
  }

  /** Adds the head's share of the loss of a step, and turns its logits into their gradient. */
  @Override
  void train(Block block, Steps logits, int t, int cell, Tally tally) {
    Timeline timeline = logits.timeline();
    int lanes = timeline.lanes();
    int active = timeline.active(t);
    int o = logits.offset(t);
    float[] z = logits.data();
    int[] targets = block.targets();
    softmax(logits, t, targets, cell);
    double loss = 0;
    double weight = 0;
    for (int lane = 0; lane < active; lane++) {
      int target = targets[cell + lane];
      double sequence = target < 0 ? 0 : block.weight(lane);
      loss += sequence * crossEntropy(lane);
      weight += sequence;
      factor[lane] = (float) sequence / sum[lane];
      if (target >= frequent) {
        clusterOf(target).add(cell + lane);
      }
    }
    for (int lane = active; lane < timeline.width(t); lane++) {
      factor[lane] = 0f;
    }
    tally.add(loss, weight);
    kernels.scaleLanes(z, o, rows(), lanes, timeline.width(t), factor);
    for (int lane = 0; lane < active; lane++) {
      int target = targets[cell + lane];
      if (target >= 0) {
        z[o + row(target) * lanes + lane] -= block.weight(lane);
      }
    }
  }

  @Override
  public void evaluate(Pass pass, Steps input, Tally tally, Measures measures) {
    answers.reserve(input.timeline().steps() * input.timeline().lanes());
    super.evaluate(pass, input, tally, measures);
    for (int c = 0; c < clusters.size(); c++) {
      clusters.get(c).evaluate(pass, input, answers, tally);
    }
    ((ClassMeasures) measures).add(pass.block(), answers.predicted);
  }

  /** Adds the head's share of the loss of a step; finds the likeliest frequent classes. */
  @Override
  void evaluate(Block block, Steps logits, int t, int cell, Tally tally, Measures measures) {
    Timeline timeline = logits.timeline();
    int lanes = timeline.lanes();
    int active = timeline.active(t);
    int[] targets = block.targets();
    float[] z = logits.data();
    for (int lane = 0; lane < active; lane++) {
      int o = logits.offset(t) + lane;
      int best = Logits.largest(logits, t, lane, frequent);
      answers.predicted[cell + lane] = best;
      answers.score[cell + lane] = z[o + best * lanes];
      for (int c = 0; c < clusters.size(); c++) {
        float entry = z[o + (frequent + c) * lanes];
        // A class is at most as likely as its cluster.
        if (entry > z[o + best * lanes] || clusters.get(c).has(targets[cell + lane])) {
          clusters.get(c).add(cell + lane, entry);
        }
      }
    }
    softmax(logits, t, targets, cell);
    int known = 0;
    double loss = 0;
    for (int lane = 0; lane < active; lane++) {
      if (targets[cell + lane] >= 0) {
        loss += crossEntropy(lane);
        known++;
      }
    }
    tally.add(loss, known);
    tally.addUnknown(active - known);
  }

  @Override
  public Steps predict(Steps input) {
    Timeline timeline = input.timeline();
    int lanes = timeline.lanes();
    Steps logits = logits(input);
    probabilities.reshape(timeline, classes);
    probabilities.clear();
    for (SoftmaxCluster cluster : clusters) {
      cluster.logits(input, probabilities);
    }
    float[] y = probabilities.data();
    for (int t = 0; t < timeline.steps(); t++) {
      int width = timeline.width(t);
      int o = logits.offset(t);
      kernels.softmax(logits.data(), o, rows(), lanes, width, max, sum);
      for (int lane = 0; lane < width; lane++) {
        factor[lane] = 1f / sum[lane];
      }
      kernels.scaleLanes(logits.data(), o, rows(), lanes, width, factor);
      int to = probabilities.offset(t);
      System.arraycopy(logits.data(), o, y, to, frequent * lanes);
      for (int c = 0; c < clusters.size(); c++) {
        SoftmaxCluster cluster = clusters.get(c);
        int first = to + cluster.first() * lanes;
        kernels.softmax(y, first, cluster.size(), lanes, width, max, sum);
        for (int lane = 0; lane < width; lane++) {
          factor[lane] = logits.data()[o + (frequent + c) * lanes + lane] / sum[lane];
        }
        kernels.scaleLanes(y, first, cluster.size(), lanes, width, factor);
      }
    }
    return probabilities;
  }

  @Override
  void begin(Timeline timeline) {
    if (max.length < timeline.lanes()) {
      max = new float[timeline.lanes()];
      sum = new float[timeline.lanes()];
      factor = new float[timeline.lanes()];
      wantedLogit = new float[timeline.lanes()];
    }
    for (int c = 0; c < clusters.size(); c++) {
      clusters.get(c).begin(timeline.steps() * timeline.lanes());
    }
  }

  /** The row of the head that a target belongs to. */
  private int row(int target) {
    return target < frequent ? target : frequent + clusterOf(target).number();
  }

  private SoftmaxCluster clusterOf(int target) {
    int c = 0;
    while (!clusters.get(c).has(target)) {
      c++;
    }
    return clusters.get(c);
  }

  /** Takes the logits of what is wanted at a step, and turns all logits into h · (their sum). */
  private void softmax(Steps logits, int t, int[] targets, int cell) {
    Timeline timeline = logits.timeline();
    int lanes = timeline.lanes();
    float[] z = logits.data();
    int o = logits.offset(t);
    for (int lane = 0; lane < timeline.active(t); lane++) {
      int target = targets[cell + lane];
      wantedLogit[lane] = target < 0 ? 0f : z[o + row(target) * lanes + lane];
    }
    kernels.softmax(z, o, rows(), lanes, timeline.width(t), max, sum);
  }

  /** {@code −log h} of what is wanted in a lane. */
  private double crossEntropy(int lane) {
    // StrictMath: the same bits on every processor.
    return StrictMath.log(sum[lane]) + ((double) max[lane] - wantedLogit[lane]);
  }
}
