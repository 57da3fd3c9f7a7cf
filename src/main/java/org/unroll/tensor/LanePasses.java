package org.unroll.tensor;

import static org.unroll.tensor.Simd.INTS;
import static org.unroll.tensor.Simd.LENGTH;
import static org.unroll.tensor.Simd.at;
import static org.unroll.tensor.Timeline.LANE_MULTIPLE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Work on rows × lanes of which {@code width} lanes are computed, a multiple of {@link
 * Timeline#LANE_MULTIPLE} and so of every vector's length.
 */
final class LanePasses {
  private LanePasses() {}

  /** max = the largest of each lane; NaN if any is. */
  static void max(float[] z, int zo, int rows, int lanes, int width, float[] max) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector m = at(z, zo + l);
      for (int r = 1, o = zo + l + lanes; r < rows; r++, o += lanes) {
        m = m.max(at(z, o));
      }
      m.intoArray(max, l);
    }
  }

  /** z = exp(z − max), sum = their sum in the order of rows. */
  static void exp(float[] z, int zo, int rows, int lanes, int width, float[] max, float[] sum) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector m = at(max, l);
      FloatVector s = Simd.all(0f);
      for (int r = 0, o = zo + l; r < rows; r++, o += lanes) {
        FloatVector e = Simd.exp(at(z, o).sub(m));
        e.intoArray(z, o);
        s = s.add(e);
      }
      s.intoArray(sum, l);
    }
  }

  static void scale(float[] z, int zo, int rows, int lanes, int width, float[] factor) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector f = at(factor, l);
      for (int r = 0, o = zo + l; r < rows; r++, o += lanes) {
        at(z, o).mul(f).intoArray(z, o);
      }
    }
  }

  /** {@link Kernels#weightedSums}. */
  static void weightedSums(
      float[] z, int zo, int rows, int lanes, int width, float[] weight, float[] sum) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector s = Simd.all(0f);
      for (int r = 0, o = zo + l; r < rows; r++, o += lanes) {
        s = at(z, o).fma(Simd.all(weight[r]), s);
      }
      s.intoArray(sum, l);
    }
  }

  /** {@link Kernels#subtractOuter}. */
  static void subtractOuter(
      float[] z, int zo, int rows, int lanes, int width, float[] weight, float[] factor) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector f = at(factor, l);
      for (int r = 0, o = zo + l; r < rows; r++, o += lanes) {
        f.fma(Simd.all(-weight[r]), at(z, o)).intoArray(z, o);
      }
    }
  }

  /** {@link Kernels#dropoutHash} of a vector of lanes, and zero where it is below the threshold. */
  static void dropout(
      float[] x,
      int xo,
      int rows,
      int lanes,
      int width,
      int[] keys,
      int step,
      int threshold,
      float scale) {
    for (int l = 0; l < width; l += LENGTH) {
      IntVector key = IntVector.fromArray(INTS, keys, l).add(step);
      for (int r = 0, o = xo + l; r < rows; r++, o += lanes) {
        IntVector keep = keep(key.add(r * 0x9E3779B1), threshold);
        at(x, o).mul(scale).reinterpretAsInts().and(keep).reinterpretAsFloats().intoArray(x, o);
      }
    }
  }

  private static IntVector keep(IntVector h, int threshold) {
    h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16)).mul(0x85EBCA6B);
    h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 13)).mul(0xC2B2AE35);
    h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16));
    IntVector below = h.lanewise(VectorOperators.LSHR, 8).sub(threshold);
    return below.lanewise(VectorOperators.ASHR, 31).not();
  }

  /** Copies the lanes of rows to {@code out}, where rows are {@link Tiles#TERMS} apart. */
  static void copyRows(float[] d, int from, int rows, int lanes, int width, float[] out, int o) {
    for (int r = 0; r < rows; r++) {
      int source = from + r * lanes;
      int target = o + r * Tiles.TERMS;
      for (int l = 0; l < width; l += LENGTH) {
        at(d, source + l).intoArray(out, target + l);
      }
    }
  }

  /**
   * Adds the lanes of each row to that row's {@link Timeline#LANE_MULTIPLE} partial sums, lane l to
   * the (l mod 16)-th: the same sums whatever the vector's length.
   */
  static void addLanes(float[] d, int from, int rows, int lanes, int width, float[] partial) {
    for (int r = 0, o = from; r < rows; r++, o += lanes) {
      for (int v = 0; v < LANE_MULTIPLE; v += LENGTH) {
        FloatVector s = at(partial, r * LANE_MULTIPLE + v);
        for (int l = v; l < width; l += LANE_MULTIPLE) {
          s = s.add(at(d, o + l));
        }
        s.intoArray(partial, r * LANE_MULTIPLE + v);
      }
    }
  }
}
