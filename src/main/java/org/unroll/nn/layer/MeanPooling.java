package org.unroll.nn.layer;

import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * The mean over each sequence's own steps: {@code p = (1/T_x) Σ_t a⟨t⟩}. Way back: {@code da⟨t⟩ =
 * dp / T_x}.
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
  public Steps forward(Pass pass, Steps input) {
    below = input.timeline();
    oneStep.reshapeToOneStepOf(below);
    output.reshape(oneStep, rows);
    output.clear();
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
    kernels.scaleLanes(output.data(), output.offset(0), rows, lanes, lanes, share);
    return output;
  }

  /** 1 / T_x of each lane; 0 where there is no sequence. */
  private void shares(Pass pass) {
    if (share.length < below.lanes()) {
      share = new float[below.lanes()];
    }
    for (int lane = 0; lane < below.lanes(); lane++) {
      share[lane] = lane < below.size() ? 1f / pass.block().length(lane) : 0f;
    }
  }

  @Override
  public boolean worksInWindows() {
    return false;
  }

  @Override
  public Steps backward(Pass pass, Steps outputGradient) {
    inputGradient.reshape(below, rows);
    int lanes = below.lanes();
    float[] d = outputGradient.data();
    kernels.scaleLanes(d, outputGradient.offset(0), rows, lanes, lanes, share);
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
