package org.unroll.nn.layer;

import java.util.Arrays;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * The maximum over each sequence's own steps, unit by unit: {@code p = max_t a⟨t⟩}. Way back: dp
 * goes to the step that has the maximum, the first of several.
 */
final class MaxPooling implements Layer {
  private final int rows;
  private final Timeline oneStep = new Timeline();
  private final Steps output = new Steps();
  private final Steps inputGradient = new Steps();

  /** 0 in the lanes that live at a step, −∞ in others, whose zeros are no values. */
  private float[] barrier = new float[0];

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
  public boolean worksInWindows() {
    // The first of several maxima is found from the first step on only.
    return false;
  }

  @Override
  public Steps forward(Pass pass, Steps input) {
    this.input = input;
    Timeline below = input.timeline();
    oneStep.reshapeToOneStep(below.size());
    output.reshape(oneStep, rows);
    float[] y = output.data();
    Arrays.fill(y, output.offset(0), output.offset(1), Float.NEGATIVE_INFINITY);
    int lanes = below.lanes();
    openBarrier(lanes);
    for (int t = 0; t < below.steps(); t++) {
      int width = below.width(t);
      closeBarrier(below, t);
      kernels
          .pooling()
          .max(input.data(), input.offset(t), y, output.offset(0), rows, lanes, width, barrier);
    }
    output.clearDead(0, lanes);
    return output;
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
              outputGradient.data(),
              outputGradient.offset(0),
              inputGradient.data(),
              inputGradient.offset(t),
              rows,
              lanes,
              below.width(t),
              barrier);
    }
    return inputGradient;
  }
}
