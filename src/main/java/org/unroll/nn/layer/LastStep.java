package org.unroll.nn.layer;

import org.unroll.nn.Pass;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * From all steps to one per sequence, each direction's own last: {@code [a_fwd⟨T_x⟩, a_bwd⟨1⟩]},
 * with T_x the sequence's own length. Of sequences computed window by window, each window gives the
 * last steps of those that end in it.
 */
final class LastStep implements Layer {
  private final int rows;
  private final int forwardRows;
  private final Timeline oneStep = new Timeline();
  private final Steps output = new Steps();
  private final Steps inputGradient = new Steps();
  private Timeline below;

  /**
   * Picks the last steps.
   *
   * @param rows width of the layer below
   * @param forwardRows how many of its rows, the first ones, run forward
   */
  LastStep(int rows, int forwardRows) {
    this.rows = rows;
    this.forwardRows = forwardRows;
  }

  @Override
  public int outputRows() {
    return rows;
  }

  @Override
  public boolean pools() {
    return true;
  }

  @Override
  public Steps forward(Pass pass, Steps input) {
    below = input.timeline();
    int lanes = below.lanes();
    if (!pass.enters()) {
      oneStep.reshapeToOneStepOf(below);
      output.reshape(oneStep, rows);
      output.clear();
    }
    for (int lane = 0; lane < below.size(); lane++) {
      if (!pass.block().ends(lane)) {
        continue;
      }
      int last = pass.block().length(lane) - 1;
      for (int r = 0; r < rows; r++) {
        int from = input.offset(r < forwardRows ? last : 0) + r * lanes + lane;
        output.data()[output.offset(0) + r * lanes + lane] = input.data()[from];
      }
    }
    return output;
  }

  @Override
  public Steps backward(Pass pass, Steps outputGradient) {
    inputGradient.reshape(below, rows);
    inputGradient.clear();
    int lanes = below.lanes();
    for (int lane = 0; lane < below.size(); lane++) {
      if (!pass.block().ends(lane)) {
        continue;
      }
      int last = pass.block().length(lane) - 1;
      for (int r = 0; r < rows; r++) {
        int to = inputGradient.offset(r < forwardRows ? last : 0) + r * lanes + lane;
        inputGradient.data()[to] =
            outputGradient.data()[outputGradient.offset(0) + r * lanes + lane];
      }
    }
    return inputGradient;
  }
}
