package org.unroll.nn.norm;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Timeline;

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016) of n rows, at each step and in each lane by
 * itself: {@code y += gain ∘ x̂} with {@code x̂ = (x − μ) / √(σ² + ε)}, μ and σ² the mean and the
 * variance of the n values. What it adds to, y, holds the shift.
 *
 * <p>Way back: with {@code d = gain ∘ dy}, {@code dx = (d − mean d − x̂ ∘ mean(d ∘ x̂)) / √(σ² +
 * ε)} and {@code dgain += Σ dy ∘ x̂}. Confined to one thread.
 */
public final class LayerNorm {
  private final int rows;
  private final int gainRow;
  private float[] gainPartial;
  private float[] inverse = new float[0];
  private Timeline timeline;
  private Kernels kernels;
  private FMatrixRMaj gain;
  private FMatrixRMaj gainGradient;

  /**
   * A normalisation.
   *
   * @param rows number n of values that share a mean
   * @param gainRow where their gains begin in the matrix that {@link #bind} gets
   */
  public LayerNorm(int rows, int gainRow) {
    this.rows = rows;
    this.gainRow = gainRow;
  }

  /**
   * Takes the gains after each change of their values.
   *
   * @param gain one column
   * @param gainGradient of the same shape
   */
  public void bind(Kernels kernels, FMatrixRMaj gain, FMatrixRMaj gainGradient) {
    this.kernels = kernels;
    this.gain = gain;
    this.gainGradient = gainGradient;
    if (gainPartial == null) {
      gainPartial = new float[rows * Timeline.LANE_MULTIPLE];
    }
  }

  /** Begins a pass over the steps of a block. */
  public void begin(Timeline timeline) {
    this.timeline = timeline;
    int size = timeline.steps() * timeline.lanes();
    if (inverse.length < size) {
      inverse = new float[Math.max(size, 2 * inverse.length)];
    }
  }

  /**
   * One step.
   *
   * @param x n rows from {@code xo} on; replaced by x̂
   * @param y n rows from {@code yo} on; added to
   */
  public void forward(int t, float[] x, int xo, float[] y, int yo) {
    int lanes = timeline.lanes();
    int width = timeline.width(t);
    kernels.normalize(x, xo, gain.data, gainRow, y, yo, rows, lanes, width, inverse, t * lanes);
  }

  /**
   * One step back; the gradient of the gains waits for {@link #finish}.
   *
   * @param x x̂, as {@link #forward} left it; replaced by the gradient with respect to x
   * @param dy gradient with respect to y, zero in dead lanes
   */
  public void backward(int t, float[] x, int xo, float[] dy, int dyo) {
    int lanes = timeline.lanes();
    int width = timeline.width(t);
    kernels.normalizeBack(
        dy, dyo, gain.data, gainRow, x, xo, rows, lanes, width, inverse, t * lanes, gainPartial);
  }

  /** Adds to the gradient of the gains what the steps back have left. */
  public void finish() {
    kernels.addPartialSums(gainPartial, rows, gainGradient, gainRow);
    Arrays.fill(gainPartial, 0f);
  }
}
