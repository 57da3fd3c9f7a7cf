package org.unroll.tensor;

import static org.unroll.tensor.Simd.LENGTH;
import static org.unroll.tensor.Simd.all;
import static org.unroll.tensor.Simd.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** The loops of {@link VectorPooling}; {@code width} is a multiple of every vector's length. */
final class PoolingLoops {
  private PoolingLoops() {}

  /** {@link PoolingKernels#max}. */
  static void max(
      float[] x, int xo, float[] y, int yo, int rows, int lanes, int width, float[] barrier) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector b = at(barrier, l);
      for (int r = 0, o = l; r < rows; r++, o += lanes) {
        at(y, yo + o).max(at(x, xo + o).add(b)).intoArray(y, yo + o);
      }
    }
  }

  /** {@link PoolingKernels#maxBack}. */
  static void maxBack(
      float[] x,
      int xo,
      float[] y,
      int yo,
      float[] left,
      int lo,
      float[] dx,
      int dxo,
      int rows,
      int lanes,
      int width,
      float[] barrier) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector b = at(barrier, l);
      for (int r = 0, o = l; r < rows; r++, o += lanes) {
        IntVector same = Simd.same(at(x, xo + o).add(b), at(y, yo + o));
        IntVector rest = at(left, lo + o).reinterpretAsInts();
        rest.and(same).reinterpretAsFloats().intoArray(dx, dxo + o);
        rest.and(same.not()).reinterpretAsFloats().intoArray(left, lo + o);
      }
    }
  }

  /** {@link PoolingKernels#addScaled}. */
  static void addScaled(
      float[] factor,
      int fo,
      float[] x,
      int xo,
      float[] y,
      int yo,
      int rows,
      int lanes,
      int width) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector f = at(factor, fo + l);
      for (int r = 0, o = l; r < rows; r++, o += lanes) {
        f.fma(at(x, xo + o), at(y, yo + o)).intoArray(y, yo + o);
      }
    }
  }

  /** {@link PoolingKernels#products}. */
  static void products(
      float[] x, int xo, float[] y, int yo, float[] sums, int so, int rows, int lanes, int width) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector s = all(0f);
      for (int r = 0, o = l; r < rows; r++, o += lanes) {
        s = at(x, xo + o).fma(at(y, yo + o), s);
      }
      s.intoArray(sums, so + l);
    }
  }
}
