package org.unroll.nn.layer;

import java.util.Arrays;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * The mean over each sequence's own steps: {@code p = (1/T_x) Σ_t a⟨t⟩}. Way back: {@code da⟨t⟩ =
 * dp / T_x}. Of sequences computed window by window, each adds its steps, and the last one divides.
 */
final class MeanPooling implements Layer {
  private final int rows;
  private final Timeline oneStep = new Timeline();
  private final Steps output = new Steps();
  private final Steps inputGradient = new Steps();
  private float[] share = new float[0];
  private Timeline below;
  private Kernels kernels;

  /**
   * A mean.
   *
   * @param rows width of the layer below
   */
  MeanPooling(int rows) {
    this.rows = rows;
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
  public boolean pools() {
    return true;
  }

  @Override
  public Steps forward(Pass pass, Steps input) {
    below = input.timeline();
    if (!pass.enters()) {
      oneStep.reshapeToOneStepOf(below);
      output.reshape(oneStep, rows);
      output.clear();
    }
    int lanes = below.lanes();
    for (int t = 0; t < below.steps(); t++) {
      int length = below.runLength(t, rows);
      int from = input.offset(t);
      int to = output.offset(0);
      for (int r = below.runs(t, rows); r > 0; r--, from += lanes, to += lanes) {
        kernels.add(input.data(), from, output.data(), to, length);
      }
    }
    shares(pass);
    if (!pass.leaves()) {
      kernels.scaleLanes(output.data(), output.offset(0), rows, lanes, lanes, share);
    }
    return output;
  }

  /** 1 / T_x of each lane; 0 where there is no sequence. */
  private void shares(Pass pass) {
    if (share.length < below.lanes()) {
      share = new float[below.lanes()];
    }
    if (!pass.enters()) {
      Arrays.fill(share, 0, below.lanes(), 0f);
    }
    for (int lane = 0; lane < below.size(); lane++) {
      if (pass.block().ends(lane)) {
        share[lane] = 1f / (pass.block().firstStep() + pass.block().length(lane));
      }
    }
  }

  @Override
  public Steps backward(Pass pass, Steps outputGradient) {
    inputGradient.reshape(below, rows);
    int lanes = below.lanes();
    float[] d = outputGradient.data();
    if (!pass.leaves()) {
      kernels.scaleLanes(d, outputGradient.offset(0), rows, lanes, lanes, share);
    }
    for (int t = 0; t < below.steps(); t++) {
      int length = below.runLength(t, rows);
      int from = outputGradient.offset(0);
      int to = inputGradient.offset(t);
      for (int r = below.runs(t, rows); r > 0; r--, from += lanes, to += lanes) {
        System.arraycopy(d, from, inputGradient.data(), to, length);
      }
      inputGradient.clearDead(t, below.width(t));
    }
    return inputGradient;
  }
}
