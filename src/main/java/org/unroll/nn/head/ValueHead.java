package org.unroll.nn.head;

import org.unroll.batch.Block;
import org.unroll.data.FeatureScaler;
import org.unroll.metric.Measures;
import org.unroll.metric.RealMeasures;
import org.unroll.nn.Pass;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * An output layer of real values: {@code z = W_ya a + b_y}, some outputs for each value of a
 * target, and a loss of each value by itself, summed. Targets and outputs are standardised, answers
 * and measures in the unit of the data.
 *
 * <p>Unit of weight: step × sequence weight. A missing value has no loss; a target without any
 * value has no weight either.
 */
abstract class ValueHead extends StepHead {
  private final FeatureScaler scaler;
  private final int perValue;

  /**
   * Not yet bound to parameters.
   *
   * @param spec with the scaling of the values of a target, and the outputs for each
   */
  ValueHead(ValueSpec spec, HeadSpec.Place place) {
    super(Logits.of(spec.outputs(), place));
    scaler = spec.scaler();
    perValue = spec.perValue();
  }

  /**
   * Loss of a value, and its gradient with respect to the outputs, which takes their place.
   *
   * @param z outputs; the i-th of this value at {@code at + i · lanes}
   * @param y the target
   * @param weight of the sequence; the gradient is that of the weighted loss, the loss is not
   */
  abstract double train(float[] z, int at, int lanes, float y, double weight);

  /**
   * Loss of a value, which is measured as well.
   *
   * @param value its number within the target
   * @param measures of this kind of head
   */
  abstract double evaluate(float[] z, int at, int lanes, float y, int value, RealMeasures measures);

  /** Turns the outputs of a value into the answers, in the unit of the data. */
  abstract void answer(float[] z, int at, int lanes, double mean, double deviation);

  /** All it needs are the logits. */
  @Override
  void begin(Timeline timeline) {}

  @Override
  void train(Block block, Steps steps, int t, int cell, Tally tally) {
    int lanes = steps.timeline().lanes();
    int active = steps.timeline().active(t);
    float[] z = steps.data();
    double loss = 0;
    double weight = 0;
    for (int lane = 0; lane < active; lane++) {
      int place = block.targets()[cell + lane];
      double sequence = block.weight(lane);
      boolean known = false;
      int at = steps.offset(t) + lane;
      for (int v = 0; v < scaler.features(); v++, at += perValue * lanes) {
        float y = block.targetValue(place, v);
        if (Float.isNaN(y)) {
          for (int i = 0; i < perValue; i++) {
            z[at + i * lanes] = 0f;
          }
        } else {
          known = true;
          loss += sequence * train(z, at, lanes, y, sequence);
        }
      }
      weight += known ? sequence : 0;
    }
    steps.clearDead(t, steps.timeline().width(t));
    tally.add(loss, weight);
  }

  @Override
  public void evaluate(Pass pass, Steps input, Tally tally, Measures measures) {
    super.evaluate(pass, input, tally, measures);
    ((RealMeasures) measures).endBlock();
  }

  @Override
  void evaluate(Block block, Steps steps, int t, int cell, Tally tally, Measures measures) {
    RealMeasures own = (RealMeasures) measures;
    int lanes = steps.timeline().lanes();
    int active = steps.timeline().active(t);
    double loss = 0;
    int known = 0;
    for (int lane = 0; lane < active; lane++) {
      int place = block.targets()[cell + lane];
      int values = 0;
      int at = steps.offset(t) + lane;
      for (int v = 0; v < scaler.features(); v++, at += perValue * lanes) {
        float y = block.targetValue(place, v);
        if (!Float.isNaN(y)) {
          loss += evaluate(steps.data(), at, lanes, y, v, own);
          values++;
        }
      }
      known += values > 0 ? 1 : 0;
    }
    tally.add(loss, known);
    tally.addUnknown(active - known);
  }

  @Override
  public Steps predict(Steps input) {
    Steps z = logits(input);
    int lanes = z.timeline().lanes();
    for (int t = 0; t < z.timeline().steps(); t++) {
      for (int lane = 0; lane < z.timeline().active(t); lane++) {
        int at = z.offset(t) + lane;
        for (int v = 0; v < scaler.features(); v++, at += perValue * lanes) {
          answer(z.data(), at, lanes, scaler.mean(v), scaler.deviation(v));
        }
      }
    }
    return z;
  }
}
