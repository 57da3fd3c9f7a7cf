package org.unroll.nn.head;

import java.util.Arrays;
import java.util.List;
import org.unroll.batch.Block;
import org.unroll.metric.LabelMeasures;
import org.unroll.metric.Measures;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * Independent labels with binary cross-entropy: {@code ŷ = σ(z)}, {@code z = W_ya a + b_y}, loss
 * {@code Σ_k −y_k log ŷ_k − (1−y_k) log(1−ŷ_k) = Σ_k log(1 + exp z_k) − Σ_{k: y_k = 1} z_k},
 * gradient of the logits {@code ŷ − y}, both times the weight s of the sequence. Unit of weight:
 * step × sequence weight.
 *
 * <p>The labels of a target are a list, never a vector of zeros and ones. Those that training never
 * saw have no output. Where a target is one of two classes, there is one output, the probability of
 * one of them; a target that is neither has neither loss nor weight.
 */
final class SigmoidHead implements Head {
  /** Factors from 1 to 2 are multiplied before a logarithm is taken: 2^512 is a double. */
  private static final int FACTORS = 512;

  private final Logits layer;
  private final int inputs;
  private final Steps inputGradient = new Steps();
  private final boolean one;
  private final int positive;
  private Kernels kernels;

  /** The steps at hand, from {@link #from} on. */
  private Steps logits;

  private int from;
  private float[] small = new float[0];
  private float[] factor = new float[0];
  private double[] loss = new double[0];
  private double[] product = new double[0];

  /** The labels of the target at hand. */
  private int[] labels = new int[8];

  private int labelCount;
  private int unknown;

  SigmoidHead(SigmoidSpec spec, HeadSpec.Place place) {
    layer = new Logits("output.", spec.outputs(), place.inputs(), place.start());
    inputs = place.inputs();
    one = spec.labels().one();
    positive = spec.positive();
  }

  @Override
  public List<ParameterSpec> parameters() {
    return layer.parameters();
  }

  @Override
  public void bind(Kernels kernels, Parameters values, Parameters gradient) {
    this.kernels = kernels;
    layer.bind(kernels, values, gradient);
  }

  @Override
  public Steps train(Pass pass, Steps input, Tally tally) {
    Timeline timeline = input.timeline();
    inputGradient.reshape(timeline, inputs);
    inputGradient.clear();
    reserve(timeline.lanes());
    int chunk = layer.chunk(timeline);
    for (from = 0; from < timeline.steps(); from += chunk) {
      int steps = Math.min(chunk, timeline.steps() - from);
      logits = layer.compute(input, from, steps);
      for (int t = 0; t < steps; t++) {
        train(pass, t, tally);
      }
      layer.back(inputGradient, from);
    }
    return inputGradient;
  }

  @Override
  public void evaluate(Pass pass, Steps input, Tally tally, Measures measures) {
    Timeline timeline = input.timeline();
    reserve(timeline.lanes());
    int chunk = layer.chunk(timeline);
    for (from = 0; from < timeline.steps(); from += chunk) {
      int steps = Math.min(chunk, timeline.steps() - from);
      logits = layer.compute(input, from, steps);
      for (int t = 0; t < steps; t++) {
        evaluate(pass, t, tally, (LabelMeasures) measures);
      }
    }
  }

  @Override
  public Steps predict(Steps input) {
    reserve(input.timeline().lanes());
    logits = layer.compute(input, 0, input.timeline().steps());
    for (int t = 0; t < input.timeline().steps(); t++) {
      logistic(t);
    }
    return logits;
  }

  private void reserve(int lanes) {
    if (factor.length < lanes) {
      factor = new float[lanes];
      loss = new double[lanes];
      product = new double[lanes];
    }
    int cells = layer.rows() * lanes;
    if (small.length < cells) {
      small = new float[cells];
    }
  }

  /** Turns the logits z of a step into σ(z), with exp(−|z|) beside them. */
  private void logistic(int t) {
    int lanes = logits.timeline().lanes();
    int width = logits.timeline().width(t);
    int o = logits.offset(t);
    float[] z = logits.data();
    if (width == lanes) {
      kernels.logistic(z, o, small, 0, layer.rows() * lanes);
      return;
    }
    for (int k = 0; k < layer.rows(); k++) {
      kernels.logistic(z, o + k * lanes, small, k * lanes, width);
    }
  }

  /** Takes the labels of a target; false if it has neither loss nor weight. */
  private boolean take(Block block, int target) {
    labelCount = 0;
    unknown = 0;
    if (one) {
      labels[0] = 0;
      labelCount = target == positive ? 1 : 0;
      unknown = target < 0 ? 1 : 0;
      return unknown == 0;
    }
    int end = block.labelStart(target + 1);
    for (int i = block.labelStart(target); i < end; i++) {
      int label = block.label(i);
      if (label < 0) {
        unknown++;
        continue;
      }
      if (labelCount == labels.length) {
        labels = Arrays.copyOf(labels, 2 * labelCount);
      }
      labels[labelCount++] = label;
    }
    return true;
  }

  /** Sets the loss of each lane to −Σ z of the labels that its target has. */
  private void beginLoss(int lane, int o, float[] z) {
    int lanes = logits.timeline().lanes();
    double sum = 0;
    for (int i = 0; i < labelCount; i++) {
      sum += z[o + labels[i] * lanes + lane];
    }
    loss[lane] = -sum;
  }

  /** Adds Σ log(1 + exp z) to the loss of each lane, and turns z into σ(z). */
  private void finishLoss(int t) {
    int lanes = logits.timeline().lanes();
    int active = logits.timeline().active(t);
    int o = logits.offset(t);
    float[] z = logits.data();
    for (int k = 0; k < layer.rows(); k++) {
      for (int lane = 0; lane < active; lane++) {
        loss[lane] += Math.max(0f, z[o + k * lanes + lane]);
      }
    }
    logistic(t);
    for (int from = 0; from < layer.rows(); from += FACTORS) {
      int to = Math.min(layer.rows(), from + FACTORS);
      Arrays.fill(product, 0, active, 1.0);
      for (int k = from; k < to; k++) {
        for (int lane = 0; lane < active; lane++) {
          product[lane] *= 1.0 + small[k * lanes + lane];
        }
      }
      for (int lane = 0; lane < active; lane++) {
        // StrictMath: the same bits on every processor.
        loss[lane] += StrictMath.log(product[lane]);
      }
    }
  }

  /** Adds the weighted loss of a step, and turns its logits into their gradient. */
  private void train(Pass pass, int t, Tally tally) {
    Block block = pass.block();
    int lanes = logits.timeline().lanes();
    int active = logits.timeline().active(t);
    int width = logits.timeline().width(t);
    int o = logits.offset(t);
    int to = block.targetPerStep() ? (from + t) * lanes : 0;
    float[] z = logits.data();
    for (int lane = 0; lane < active; lane++) {
      boolean counts = take(block, block.targets()[to + lane]);
      factor[lane] = counts ? block.weight(lane) : 0f;
      beginLoss(lane, o, z);
    }
    Arrays.fill(factor, active, width, 0f);
    finishLoss(t);
    double sum = 0;
    double weight = 0;
    for (int lane = 0; lane < active; lane++) {
      sum += factor[lane] == 0 ? 0 : factor[lane] * loss[lane];
      weight += factor[lane];
      take(block, block.targets()[to + lane]);
      for (int i = 0; i < labelCount; i++) {
        z[o + labels[i] * lanes + lane] -= 1f;
      }
    }
    tally.add(sum, weight);
    kernels.scaleLanes(z, o, layer.rows(), lanes, width, factor);
  }

  /** Adds the loss and the answers of a step. */
  private void evaluate(Pass pass, int t, Tally tally, LabelMeasures measures) {
    Block block = pass.block();
    int lanes = logits.timeline().lanes();
    int active = logits.timeline().active(t);
    int o = logits.offset(t);
    int to = block.targetPerStep() ? (from + t) * lanes : 0;
    float[] z = logits.data();
    for (int lane = 0; lane < active; lane++) {
      take(block, block.targets()[to + lane]);
      beginLoss(lane, o, z);
      measures.add(labels, labelCount, unknown, z, o + lane, lanes);
    }
    finishLoss(t);
    int known = 0;
    int unseen = 0;
    double sum = 0;
    for (int lane = 0; lane < active; lane++) {
      if (take(block, block.targets()[to + lane])) {
        sum += loss[lane];
        known++;
        unseen += unknown;
      }
    }
    tally.add(sum, known);
    tally.addUnknown(active - known);
    tally.addUnknownLabels(unseen);
  }
}
