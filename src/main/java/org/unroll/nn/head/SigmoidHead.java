package org.unroll.nn.head;

import java.util.Arrays;
import org.unroll.batch.Block;
import org.unroll.metric.LabelMeasures;
import org.unroll.metric.Measures;
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
final class SigmoidHead extends StepHead {
  /** Factors from 1 to 2 are multiplied before a logarithm is taken: 2^512 is a double. */
  private static final int FACTORS = 512;

  private final boolean one;
  private final int positive;
  private float[] small = new float[0];
  private float[] factor = new float[0];
  private double[] loss = new double[0];
  private double[] product = new double[0];

  /** The labels of the target at hand. */
  private int[] labels = new int[8];

  private int labelCount;
  private int unknown;

  SigmoidHead(SigmoidSpec spec, HeadSpec.Place place) {
    super(Logits.of(spec.outputs(), place));
    one = spec.labels().one();
    positive = spec.positive();
  }

  @Override
  public Steps predict(Steps input) {
    Steps logits = logits(input);
    for (int t = 0; t < input.timeline().steps(); t++) {
      logistic(logits, t);
    }
    return logits;
  }

  @Override
  void begin(Timeline timeline) {
    int lanes = timeline.lanes();
    if (factor.length < lanes) {
      factor = new float[lanes];
      loss = new double[lanes];
      product = new double[lanes];
    }
    int cells = rows() * lanes;
    if (small.length < cells) {
      small = new float[cells];
    }
  }

  /** Turns the logits z of a step into σ(z), with exp(−|z|) beside them. */
  private void logistic(Steps logits, int t) {
    int lanes = logits.timeline().lanes();
    int width = logits.timeline().width(t);
    int o = logits.offset(t);
    float[] z = logits.data();
    if (width == lanes) {
      kernels.logistic(z, o, small, 0, rows() * lanes);
      return;
    }
    for (int k = 0; k < rows(); k++) {
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
  private void beginLoss(int lane, float[] z, int o, int lanes) {
    double sum = 0;
    for (int i = 0; i < labelCount; i++) {
      sum += z[o + labels[i] * lanes + lane];
    }
    loss[lane] = -sum;
  }

  /** Adds Σ log(1 + exp z) to the loss of each lane, and turns z into σ(z). */
  private void finishLoss(Steps logits, int t) {
    int lanes = logits.timeline().lanes();
    int active = logits.timeline().active(t);
    int o = logits.offset(t);
    float[] z = logits.data();
    for (int k = 0; k < rows(); k++) {
      for (int lane = 0; lane < active; lane++) {
        loss[lane] += Math.max(0f, z[o + k * lanes + lane]);
      }
    }
    logistic(logits, t);
    for (int from = 0; from < rows(); from += FACTORS) {
      int to = Math.min(rows(), from + FACTORS);
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

  @Override
  void train(Block block, Steps logits, int t, int cell, Tally tally) {
    int lanes = logits.timeline().lanes();
    int active = logits.timeline().active(t);
    int width = logits.timeline().width(t);
    int o = logits.offset(t);
    float[] z = logits.data();
    for (int lane = 0; lane < active; lane++) {
      boolean counts = take(block, block.targets()[cell + lane]);
      factor[lane] = counts ? block.weight(lane) : 0f;
      beginLoss(lane, z, o, lanes);
    }
    Arrays.fill(factor, active, width, 0f);
    finishLoss(logits, t);
    double sum = 0;
    double weight = 0;
    for (int lane = 0; lane < active; lane++) {
      sum += factor[lane] == 0 ? 0 : factor[lane] * loss[lane];
      weight += factor[lane];
      take(block, block.targets()[cell + lane]);
      for (int i = 0; i < labelCount; i++) {
        z[o + labels[i] * lanes + lane] -= 1f;
      }
    }
    tally.add(sum, weight);
    kernels.scaleLanes(z, o, rows(), lanes, width, factor);
  }

  @Override
  void evaluate(Block block, Steps logits, int t, int cell, Tally tally, Measures measures) {
    LabelMeasures own = (LabelMeasures) measures;
    int lanes = logits.timeline().lanes();
    int active = logits.timeline().active(t);
    int o = logits.offset(t);
    float[] z = logits.data();
    for (int lane = 0; lane < active; lane++) {
      take(block, block.targets()[cell + lane]);
      beginLoss(lane, z, o, lanes);
      own.add(labels, labelCount, unknown, z, o + lane, lanes);
    }
    finishLoss(logits, t);
    int known = 0;
    int unseen = 0;
    double sum = 0;
    for (int lane = 0; lane < active; lane++) {
      if (take(block, block.targets()[cell + lane])) {
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
