package org.unroll.nn.layer;

import org.unroll.nn.Pass;
import org.unroll.tensor.Steps;

/** The first layer on real values: hands on the block's own. Nobody needs their gradient. */
public final class Frames implements Layer {
  private final int features;

  /**
   * The input.
   *
   * @param features real values per step
   */
  public Frames(int features) {
    this.features = features;
  }

  @Override
  public int outputRows() {
    return features;
  }

  @Override
  public Steps forward(Pass pass, Steps input) {
    Steps frames = pass.block().frames();
    if (frames.rows() != features) {
      throw new IllegalArgumentException(
          "a step must have " + features + " real values, got " + frames.rows());
    }
    return frames;
  }

  @Override
  public Steps backward(Pass pass, Steps outputGradient) {
    return null;
  }
}
