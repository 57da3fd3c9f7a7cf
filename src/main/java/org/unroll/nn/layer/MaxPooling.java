package org.unroll.nn.layer;

import java.util.Arrays;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * The maximum over each sequence's own steps, unit by unit: {@code p = max_t a⟨t⟩}. Way back: dp
 * goes to the step that has the maximum, the first of several; of sequences computed window by
 * window, in the first window that has it.
 */
final class MaxPooling implements Layer {
  private final int rows;
  private final Timeline oneStep = new Timeline();
  private final Steps output = new Steps();
  private final Steps inputGradient = new Steps();
  private final Steps windowGradient = new Steps();

  /** 0 in the lanes that live at a step, −∞ in others, whose zeros are no values. */
  private float[] barrier = new float[0];

  /** Maxima of the windows before. */
  private float[] before = new float[0];

  /** The last window in which a maximum has risen so far: the first that has it. */
  private int[] risen = new int[0];

  /** As {@link #risen} after the last window; kept while windows are computed again. */
  private int[] window = new int[0];

  private Steps input;
  private Kernels kernels;

  /**
   * A maximum.
   *
   * @param rows width of the layer below
   */
  MaxPooling(int rows) {
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
    this.input = input;
    Timeline below = input.timeline();
    float[] y = begin(pass, below);
    int lanes = below.lanes();
    openBarrier(lanes);
    for (int t = 0; t < below.steps(); t++) {
      int width = below.width(t);
      closeBarrier(below, t);
      kernels
          .pooling()
          .max(input.data(), input.offset(t), y, output.offset(0), rows, lanes, width, barrier);
    }
    if (pass.enters()) {
      noteRises(pass.window());
    }
    if (!pass.leaves()) {
      output.clearDead(0, lanes);
      System.arraycopy(risen, 0, window, 0, rows * lanes);
    }
    return output;
  }

  /** Begins a block, or goes on from the maxima of the windows before. */
  private float[] begin(Pass pass, Timeline below) {
    if (!pass.enters()) {
      oneStep.reshapeToOneStepOf(below);
      output.reshape(oneStep, rows);
      float[] y = output.data();
      Arrays.fill(y, output.offset(0), output.offset(1), Float.NEGATIVE_INFINITY);
      int size = rows * below.lanes();
      if (risen.length < size) {
        before = new float[size];
        risen = new int[size];
        window = new int[size];
      }
      Arrays.fill(risen, 0, size, 0);
      return y;
    }
    System.arraycopy(output.data(), output.offset(0), before, 0, rows * below.lanes());
    return output.data();
  }

  /** Once per window, not per step. */
  private void noteRises(int number) {
    float[] y = output.data();
    int o = output.offset(0);
    int size = rows * oneStep.lanes();
    for (int i = 0; i < size; i++) {
      risen[i] = y[o + i] > before[i] ? number : risen[i];
    }
  }

  private void openBarrier(int lanes) {
    if (barrier.length < lanes) {
      barrier = new float[lanes];
    }
    Arrays.fill(barrier, 0, lanes, 0f);
  }

  private void closeBarrier(Timeline timeline, int t) {
    Arrays.fill(barrier, timeline.active(t), timeline.lanes(), Float.NEGATIVE_INFINITY);
  }

  @Override
  public Steps backward(Pass pass, Steps outputGradient) {
    Timeline below = input.timeline();
    inputGradient.reshape(below, rows);
    int lanes = below.lanes();
    Steps left = ofWindow(pass, outputGradient);
    openBarrier(lanes);
    for (int t = 0; t < below.steps(); t++) {
      closeBarrier(below, t);
      kernels
          .pooling()
          .maxBack(
              input.data(),
              input.offset(t),
              output.data(),
              output.offset(0),
              left.data(),
              left.offset(0),
              inputGradient.data(),
              inputGradient.offset(t),
              rows,
              lanes,
              below.width(t),
              barrier);
    }
    return inputGradient;
  }

  /** The gradient of the maxima that stand in the window; all of it if the block is whole. */
  private Steps ofWindow(Pass pass, Steps outputGradient) {
    if (!pass.enters() && !pass.leaves()) {
      return outputGradient;
    }
    windowGradient.reshape(oneStep, rows);
    float[] from = outputGradient.data();
    float[] to = windowGradient.data();
    int fo = outputGradient.offset(0);
    int o = windowGradient.offset(0);
    int size = rows * oneStep.lanes();
    for (int i = 0; i < size; i++) {
      to[o + i] = window[i] == pass.window() ? from[fo + i] : 0f;
    }
    return windowGradient;
  }
}
