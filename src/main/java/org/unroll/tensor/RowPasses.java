package org.unroll.tensor;

import static org.unroll.tensor.CellKernels.ALONG;
import static org.unroll.tensor.CellKernels.MEAN;
import static org.unroll.tensor.CellKernels.ROW_NUMBERS;
import static org.unroll.tensor.CellKernels.SCALE;
import static org.unroll.tensor.CellKernels.SHIFT;
import static org.unroll.tensor.Simd.LENGTH;
import static org.unroll.tensor.Simd.all;
import static org.unroll.tensor.Simd.at;
import static org.unroll.tensor.Timeline.LANE_MULTIPLE;

import jdk.incubator.vector.FloatVector;

/**
 * Work on rows × lanes as {@link LanePasses}, with {@link CellKernels#ROW_NUMBERS} numbers for each
 * row: batch normalisation.
 */
final class RowPasses {
  private RowPasses() {}

  /** {@link CellKernels#addSquaredDeviations}. */
  static void addSquaredDeviations(
      float[] x, int xo, float[] numbers, int rows, int lanes, int width, float[] partial) {
    for (int v = 0; v < LANE_MULTIPLE; v += LENGTH) {
      for (int r = 0, o = xo + v, p = v; r < rows; r++, o += lanes, p += LANE_MULTIPLE) {
        FloatVector mean = all(numbers[r * ROW_NUMBERS + MEAN]);
        FloatVector s = at(partial, p);
        for (int l = o; l < o + width - v; l += LANE_MULTIPLE) {
          FloatVector deviation = at(x, l).sub(mean);
          s = deviation.fma(deviation, s);
        }
        s.intoArray(partial, p);
      }
    }
  }

  /** {@link CellKernels#scaleDeviations}. */
  static void scaleDeviations(
      float[] x, int xo, float[] numbers, float[] y, int yo, int rows, int lanes, int width) {
    for (int l = 0; l < width; l += LENGTH) {
      for (int r = 0, o = l, n = 0; r < rows; r++, o += lanes, n += ROW_NUMBERS) {
        FloatVector deviation = at(x, xo + o).sub(numbers[n + MEAN]);
        FloatVector scale = all(numbers[n + SCALE]);
        scale.fma(deviation, all(numbers[n + SHIFT])).intoArray(y, yo + o);
      }
    }
  }

  /** {@link CellKernels#addDeviationProducts}. */
  static void addDeviationProducts(
      float[] dy,
      int dyo,
      float[] x,
      int xo,
      float[] numbers,
      int rows,
      int lanes,
      int width,
      float[] partial) {
    for (int v = 0; v < LANE_MULTIPLE; v += LENGTH) {
      for (int r = 0, o = v, p = v; r < rows; r++, o += lanes, p += 2 * LANE_MULTIPLE) {
        FloatVector mean = all(numbers[r * ROW_NUMBERS + MEAN]);
        FloatVector s = at(partial, p);
        FloatVector along = at(partial, p + LANE_MULTIPLE);
        for (int l = o; l < o + width - v; l += LANE_MULTIPLE) {
          FloatVector d = at(dy, dyo + l);
          s = s.add(d);
          along = d.fma(at(x, xo + l).sub(mean), along);
        }
        s.intoArray(partial, p);
        along.intoArray(partial, p + LANE_MULTIPLE);
      }
    }
  }

  /** {@link CellKernels#scaleDeviationsBack}. */
  static void scaleDeviationsBack(
      float[] dy, int dyo, float[] x, int xo, float[] numbers, int rows, int lanes, int width) {
    for (int l = 0; l < width; l += LENGTH) {
      for (int r = 0, o = l, n = 0; r < rows; r++, o += lanes, n += ROW_NUMBERS) {
        FloatVector deviation = at(x, xo + o).sub(numbers[n + MEAN]);
        FloatVector along = all(numbers[n + ALONG]).fma(deviation, all(numbers[n + SHIFT]));
        all(numbers[n + SCALE]).fma(at(dy, dyo + o), along).intoArray(x, xo + o);
      }
    }
  }
}
