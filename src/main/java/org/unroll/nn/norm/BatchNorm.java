package org.unroll.nn.norm;

import static org.unroll.tensor.CellKernels.ALONG;
import static org.unroll.tensor.CellKernels.MEAN;
import static org.unroll.tensor.CellKernels.ROW_NUMBERS;
import static org.unroll.tensor.CellKernels.SCALE;
import static org.unroll.tensor.CellKernels.SHIFT;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * Batch normalisation (Ioffe and Szegedy 2015; of a recurrent layer's input, Laurent 2015) of each
 * row by itself, over all n living lanes of all steps of a block: {@code y = gain ∘ (v − μ) / √(σ²
 * + ε) + shift}. In training μ and σ² are mean and variance of the block's values; else, and where
 * they are fixed, the running moments, which are part of the model.
 *
 * <p>Way back: {@code dgain = Σ dy ∘ x̂}, {@code dshift = Σ dy}, {@code dv = gain ∘ (dy − dshift/n
 * − x̂ ∘ dgain/n) / √(σ² + ε)}, {@code x̂ = (v − μ) / √(σ² + ε)}; with running moments, which do
 * not depend on v, {@code dv = gain ∘ dy / √(σ² + ε)}.
 *
 * <p>Where values come from a table, each stands there once and counts as often as it was looked
 * up: sums over v are weighted, and so is what the moments give back. Confined to one thread.
 */
public final class BatchNorm {
  /** ε, as in PyTorch. */
  public static final double EPSILON = 1e-5;

  private final int rows;
  private final double momentum;
  private final float[] running;
  private final float[] measured;
  private final float[] back;
  private final float[] inverse;
  private final float[] scales;
  private final float[] partial;
  private final FMatrixRMaj sums;
  private final FMatrixRMaj squares;
  private final FMatrixRMaj products;

  /** Working space where lanes count by weights. */
  private final Steps deviations = new Steps();

  private final Steps weighted = new Steps();
  private Kernels kernels;
  private FMatrixRMaj gain;
  private FMatrixRMaj shift;
  private FMatrixRMaj gainGradient;
  private FMatrixRMaj shiftGradient;
  private boolean isFixed;
  private boolean measures;
  private long count;

  /**
   * A normalisation.
   *
   * @param rows number of rows
   * @param momentum weight of a round in the running moments
   */
  public BatchNorm(int rows, double momentum) {
    this.rows = rows;
    this.momentum = momentum;
    running = new float[rows * ROW_NUMBERS];
    measured = new float[rows * ROW_NUMBERS];
    back = new float[rows * ROW_NUMBERS];
    inverse = new float[rows];
    scales = new float[rows];
    partial = new float[2 * rows * Timeline.LANE_MULTIPLE];
    sums = new FMatrixRMaj(rows, 1);
    squares = new FMatrixRMaj(rows, 1);
    products = new FMatrixRMaj(2 * rows, 1);
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Weight of a round in the running moments. */
  public double momentum() {
    return momentum;
  }

  /** Has training normalise with the running moments too, and measure none. */
  public void fix() {
    isFixed = true;
  }

  /** Whether training normalises with the running moments. */
  public boolean isFixed() {
    return isFixed;
  }

  /**
   * Takes gains, shifts and running moments after each change of their values; all one column.
   *
   * @param mean running mean
   * @param variance running variance
   */
  public void bind(
      Kernels kernels,
      FMatrixRMaj gain,
      FMatrixRMaj shift,
      FMatrixRMaj mean,
      FMatrixRMaj variance,
      FMatrixRMaj gainGradient,
      FMatrixRMaj shiftGradient) {
    this.kernels = kernels;
    this.gain = gain;
    this.shift = shift;
    this.gainGradient = gainGradient;
    this.shiftGradient = shiftGradient;
    for (int r = 0; r < rows; r++) {
      running[r * ROW_NUMBERS + MEAN] = mean.data[r];
      setScale(running, r, inverse(variance.data[r]));
    }
  }

  private static float inverse(float variance) {
    return 1f / (float) Math.sqrt(variance + (float) EPSILON);
  }

  private void setScale(float[] numbers, int r, float inverse) {
    numbers[r * ROW_NUMBERS + SCALE] = gain.data[r] * inverse;
    numbers[r * ROW_NUMBERS + SHIFT] = shift.data[r];
    this.inverse[r] = inverse;
  }

  /**
   * All steps.
   *
   * @param v rows × lanes, zero in dead lanes; modified only there
   * @param y overwritten
   * @param training whether to measure, if nothing is fixed
   */
  public void forward(Steps v, Steps y, boolean training) {
    forward(v, y, training, null);
  }

  /**
   * As above of values that occur several times.
   *
   * @param weights whole numbers, how often each lane counts, at every step; 0 in dead lanes; null
   *     if every living lane counts once
   */
  public void forward(Steps v, Steps y, boolean training, float[] weights) {
    measures = training && !isFixed;
    if (measures && weights == null) {
      measure(v);
    } else if (measures) {
      measure(v, weights);
    }
    scale(v, measures ? measured : running, y);
  }

  private void measure(Steps v) {
    Timeline timeline = v.timeline();
    count = 0;
    for (int t = 0; t < timeline.steps(); t++) {
      count += timeline.active(t);
    }
    setMeans(v);
    for (int t = 0; t < timeline.steps(); t++) {
      setDeadToMean(v, t);
      kernels.addSquaredDeviations(
          v.data(), v.offset(t), measured, rows, timeline.lanes(), timeline.width(t), partial);
    }
    setScales();
  }

  private void measure(Steps v, float[] weights) {
    Timeline timeline = v.timeline();
    int lanes = timeline.lanes();
    count = 0;
    for (int l = 0; l < timeline.active(0); l++) {
      count += (long) weights[l] * timeline.steps();
    }
    setWeighted(v, weights);
    setMeans(weighted);
    for (int r = 0; r < rows; r++) {
      measured[r * ROW_NUMBERS + SCALE] = 1f;
      measured[r * ROW_NUMBERS + SHIFT] = 0f;
    }
    deviations.reshape(timeline, rows);
    scale(v, measured, deviations);
    setWeighted(deviations, weights);
    for (int t = 0; t < timeline.steps(); t++) {
      int o = deviations.offset(t);
      int width = timeline.width(t);
      kernels.addRowProducts(
          deviations.data(), o, weighted.data(), weighted.offset(t), rows, lanes, width, partial);
    }
    setScales();
  }

  /** The values times their weights. */
  private void setWeighted(Steps values, float[] weights) {
    Timeline timeline = values.timeline();
    int lanes = timeline.lanes();
    weighted.reshape(timeline, rows);
    for (int t = 0; t < timeline.steps(); t++) {
      int o = weighted.offset(t);
      System.arraycopy(values.data(), values.offset(t), weighted.data(), o, rows * lanes);
      kernels.scaleLanes(weighted.data(), o, rows, lanes, timeline.width(t), weights);
    }
  }

  private void setMeans(Steps values) {
    sums.zero();
    kernels.rowSums(values, 0, rows, sums, 0);
    for (int r = 0; r < rows; r++) {
      measured[r * ROW_NUMBERS + MEAN] = sums.data[r] / count;
    }
  }

  /** From the sums of squared deviations. */
  private void setScales() {
    finish(rows, squares);
    for (int r = 0; r < rows; r++) {
      setScale(measured, r, inverse(squares.data[r] / count));
    }
  }

  private void scale(Steps v, float[] numbers, Steps y) {
    Timeline timeline = v.timeline();
    for (int t = 0; t < timeline.steps(); t++) {
      int width = timeline.width(t);
      kernels.scaleDeviations(
          v.data(), v.offset(t), numbers, y.data(), y.offset(t), rows, timeline.lanes(), width);
    }
  }

  /** So that they deviate by nothing. */
  private void setDeadToMean(Steps v, int t) {
    Timeline timeline = v.timeline();
    int from = timeline.active(t);
    int to = timeline.width(t);
    if (from < to) {
      for (int r = 0, o = v.offset(t); r < rows; r++, o += timeline.lanes()) {
        Arrays.fill(v.data(), o + from, o + to, measured[r * ROW_NUMBERS + MEAN]);
      }
    }
  }

  /** Adds up partial sums, and makes them zero for the next. */
  private void finish(int count, FMatrixRMaj total) {
    total.zero();
    kernels.addPartialSums(partial, count, total, 0);
    Arrays.fill(partial, 0, count * Timeline.LANE_MULTIPLE, 0f);
  }

  /**
   * Way back of all steps, once after {@link #forward}; adds to the gradients of gains and shifts.
   *
   * @param dy gradient with respect to y, zero in dead lanes
   * @param v as {@link #forward} left it; replaced by the gradient with respect to it, zero in dead
   *     lanes
   */
  public void backward(Steps dy, Steps v) {
    backward(dy, v, null);
  }

  /**
   * As above of values that occur several times.
   *
   * @param dy for each value the sum over its occurrences
   * @param weights as in {@link #forward}
   */
  public void backward(Steps dy, Steps v, float[] weights) {
    Timeline timeline = dy.timeline();
    int lanes = timeline.lanes();
    float[] numbers = measures ? measured : running;
    for (int t = 0; t < timeline.steps(); t++) {
      int width = timeline.width(t);
      kernels.addDeviationProducts(
          dy.data(), dy.offset(t), v.data(), v.offset(t), numbers, rows, lanes, width, partial);
    }
    finish(2 * rows, products);
    for (int r = 0; r < rows; r++) {
      backNumbers(numbers, r);
    }
    if (weights != null && measures) {
      scaleBack(dy, v, weights);
      return;
    }
    for (int t = 0; t < timeline.steps(); t++) {
      int width = timeline.width(t);
      kernels.scaleDeviationsBack(
          dy.data(), dy.offset(t), v.data(), v.offset(t), back, rows, lanes, width);
      v.clearDead(t, width);
    }
  }

  /** dv = scale · dy + weight · (along · (v − μ) + shift): each occurrence moves the moments. */
  private void scaleBack(Steps dy, Steps v, float[] weights) {
    Timeline timeline = v.timeline();
    int lanes = timeline.lanes();
    for (int r = 0; r < rows; r++) {
      scales[r] = back[r * ROW_NUMBERS + SCALE];
      back[r * ROW_NUMBERS + SCALE] = back[r * ROW_NUMBERS + ALONG];
    }
    deviations.reshape(timeline, rows);
    scale(v, back, deviations);
    setWeighted(deviations, weights);
    for (int t = 0; t < timeline.steps(); t++) {
      int o = weighted.offset(t);
      int width = timeline.width(t);
      kernels.addScaledRows(
          scales, 0, dy.data(), dy.offset(t), weighted.data(), o, rows, lanes, width);
      System.arraycopy(weighted.data(), o, v.data(), v.offset(t), rows * lanes);
      v.clearDead(t, width);
    }
  }

  private void backNumbers(float[] numbers, int r) {
    int n = r * ROW_NUMBERS;
    float dShift = products.data[2 * r];
    float dGain = products.data[2 * r + 1] * inverse[r];
    float scale = numbers[n + SCALE];
    back[n + MEAN] = numbers[n + MEAN];
    back[n + SCALE] = scale;
    back[n + SHIFT] = measures ? -scale * dShift / count : 0f;
    back[n + ALONG] = measures ? -scale * dGain / count * inverse[r] : 0f;
    shiftGradient.data[r] += dShift;
    gainGradient.data[r] += dGain;
  }

  /** Number n of values per row in the block that was measured last; 0 if none was. */
  public long count() {
    return count;
  }

  /** Σ v of a row of that block. */
  public double sum(int row) {
    return sums.data[row];
  }

  /** Σ v² of a row of that block: from the deviations, which are exact where the mean is large. */
  public double sumOfSquares(int row) {
    double mean = measured[row * ROW_NUMBERS + MEAN];
    return squares.data[row] + mean * (2.0 * sums.data[row] - count * mean);
  }
}
