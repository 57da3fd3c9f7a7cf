package org.unroll.nn.layer;

import org.unroll.config.ModelConfig;
import org.unroll.hash.Hash;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * Inverted dropout (Srivastava 2014; between layers only, Zaremba 2014): in training each value is
 * zero with probability p and divided by 1 − p otherwise. Masks are a hash of (seed, epoch,
 * sequence, layer, step, unit): nothing is stored for the way back, and who shares the block does
 * not matter. Variational dropout (Gal and Ghahramani 2016) leaves the step out: one mask for all
 * steps of a sequence.
 */
public final class Dropout implements Layer {
  private final int number;
  private final int rows;
  private final ModelConfig.DropoutMask mask;
  private final int threshold;
  private final float scale;
  private final Steps output = new Steps();
  private int[] keys = new int[0];
  private int firstStep;
  private Kernels kernels;

  /**
   * Dropout.
   *
   * @param number tells this one's masks from those of others in the network
   * @param rows width of the layer below
   * @param probability share of values dropped, in [0, 1)
   * @param mask for how long a mask holds
   */
  public Dropout(int number, int rows, double probability, ModelConfig.DropoutMask mask) {
    this.number = number;
    this.rows = rows;
    this.mask = mask;
    threshold = (int) Math.round(probability * (1 << 24));
    scale = (float) (1 / (1 - threshold / (double) (1 << 24)));
  }

  @Override
  public void bind(Kernels kernels, Parameters values, Parameters gradient) {
    this.kernels = kernels;
  }

  @Override
  public int outputRows() {
    return rows;
  }

  @Override
  public Steps forward(Pass pass, Steps input) {
    if (!pass.isTraining()) {
      return input;
    }
    Timeline timeline = input.timeline();
    // A copy: the layer below needs its own values for the way back.
    output.reshape(timeline, rows);
    System.arraycopy(
        input.data(),
        input.offset(0),
        output.data(),
        output.offset(0),
        timeline.steps() * rows * timeline.lanes());
    if (keys.length < timeline.lanes()) {
      keys = new int[timeline.lanes()];
    }
    for (int lane = 0; lane < timeline.size(); lane++) {
      keys[lane] = pass.dropoutKey(lane, number);
    }
    firstStep = pass.block().firstStep();
    apply(output);
    return output;
  }

  @Override
  public Steps backward(Pass pass, Steps outputGradient) {
    if (pass.isTraining()) {
      apply(outputGradient);
    }
    return outputGradient;
  }

  private void apply(Steps values) {
    Timeline timeline = values.timeline();
    for (int t = 0; t < timeline.steps(); t++) {
      int step =
          switch (mask) {
            case STEP -> (int) (Hash.of(firstStep + t) >>> 32);
            case SEQUENCE -> 0;
          };
      kernels.dropout(
          values.data(),
          values.offset(t),
          rows,
          timeline.lanes(),
          timeline.width(t),
          keys,
          step,
          threshold,
          scale);
    }
  }
}
