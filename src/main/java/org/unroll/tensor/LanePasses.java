package org.unroll.tensor;

import static org.unroll.tensor.Simd.INTS;
import static org.unroll.tensor.Simd.LENGTH;
import static org.unroll.tensor.Simd.all;
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

  /** y = y + factor ∘ x, one factor per row. */
  static void addScaledRows(
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
      for (int r = 0, o = l; r < rows; r++, o += lanes) {
        all(factor[fo + r]).fma(at(x, xo + o), at(y, yo + o)).intoArray(y, yo + o);
      }
    }
  }

  /** As {@link #addLanes}, of x ∘ y, from {@code po} on. */
  static void addRowProducts(
      float[] x,
      int xo,
      float[] y,
      int yo,
      int rows,
      int lanes,
      int width,
      float[] partial,
      int po) {
    for (int v = 0; v < LANE_MULTIPLE; v += LENGTH) {
      for (int r = 0, o = v, p = po + v; r < rows; r++, o += lanes, p += LANE_MULTIPLE) {
        FloatVector s = at(partial, p);
        for (int l = o; l < o + width - v; l += LANE_MULTIPLE) {
          s = at(x, xo + l).fma(at(y, yo + l), s);
        }
        s.intoArray(partial, p);
      }
    }
  }

  /**
   * statistics[lane] += the sum of each lane's rows. Four sums side by side, of every fourth row:
   * one alone would wait for each addition.
   */
  static void addRows(float[] x, int xo, int rows, int lanes, int width, float[] statistics) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector s0 = at(statistics, l);
      FloatVector s1 = all(0f);
      FloatVector s2 = all(0f);
      FloatVector s3 = all(0f);
      int o = xo + l;
      int r = 0;
      for (; r + 4 <= rows; r += 4, o += 4 * lanes) {
        s0 = s0.add(at(x, o));
        s1 = s1.add(at(x, o + lanes));
        s2 = s2.add(at(x, o + 2 * lanes));
        s3 = s3.add(at(x, o + 3 * lanes));
      }
      for (; r < rows; r++, o += lanes) {
        s0 = s0.add(at(x, o));
      }
      s0.add(s1).add(s2.add(s3)).intoArray(statistics, l);
    }
  }

  /** statistics[lanes + lane] += Σ (x − mean)² of each lane's rows, given their mean. */
  static void addSquares(float[] x, int xo, int rows, int lanes, int width, float[] statistics) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector mean = at(statistics, l);
      FloatVector s0 = at(statistics, lanes + l);
      FloatVector s1 = all(0f);
      FloatVector s2 = all(0f);
      FloatVector s3 = all(0f);
      int o = xo + l;
      int r = 0;
      for (; r + 4 <= rows; r += 4, o += 4 * lanes) {
        s0 = addSquare(s0, at(x, o).sub(mean));
        s1 = addSquare(s1, at(x, o + lanes).sub(mean));
        s2 = addSquare(s2, at(x, o + 2 * lanes).sub(mean));
        s3 = addSquare(s3, at(x, o + 3 * lanes).sub(mean));
      }
      for (; r < rows; r++, o += lanes) {
        s0 = addSquare(s0, at(x, o).sub(mean));
      }
      s0.add(s1).add(s2.add(s3)).intoArray(statistics, lanes + l);
    }
  }

  private static FloatVector addSquare(FloatVector sum, FloatVector v) {
    return v.fma(v, sum);
  }

  /** x = (x − mean) · deviation's inverse. */
  static void standardize(float[] x, int xo, int rows, int lanes, int width, float[] statistics) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector mean = at(statistics, l);
      FloatVector inverse = at(statistics, lanes + l);
      for (int r = 0, o = xo + l; r < rows; r++, o += lanes) {
        at(x, o).sub(mean).mul(inverse).intoArray(x, o);
      }
    }
  }

  /** statistics += the sums over rows of d = gain ∘ dy and, {@code lanes} further, of d ∘ x. */
  static void addGradients(
      float[] dy,
      int dyo,
      float[] gain,
      int go,
      float[] x,
      int xo,
      int rows,
      int lanes,
      int width,
      float[] statistics) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector s0 = at(statistics, l);
      FloatVector s1 = all(0f);
      FloatVector along0 = at(statistics, lanes + l);
      FloatVector along1 = all(0f);
      int o = l;
      int r = 0;
      for (; r + 2 <= rows; r += 2, o += 2 * lanes) {
        FloatVector d0 = at(dy, dyo + o).mul(gain[go + r]);
        FloatVector d1 = at(dy, dyo + o + lanes).mul(gain[go + r + 1]);
        s0 = s0.add(d0);
        s1 = s1.add(d1);
        along0 = d0.fma(at(x, xo + o), along0);
        along1 = d1.fma(at(x, xo + o + lanes), along1);
      }
      // A loop, though of one round: the compiler leaves out a branch that it has never seen.
      for (; r < rows; r++, o += lanes) {
        FloatVector d = at(dy, dyo + o).mul(gain[go + r]);
        s0 = s0.add(d);
        along0 = d.fma(at(x, xo + o), along0);
      }
      s0.add(s1).intoArray(statistics, l);
      along0.add(along1).intoArray(statistics, lanes + l);
    }
  }

  /** x = (d − mean d − x ∘ mean (d ∘ x)) · the inverse, which stands {@code 2·lanes} further. */
  static void standardizeBack(
      float[] dy,
      int dyo,
      float[] gain,
      int go,
      float[] x,
      int xo,
      int rows,
      int lanes,
      int width,
      float[] statistics) {
    for (int l = 0; l < width; l += LENGTH) {
      FloatVector mean = at(statistics, l);
      FloatVector along = at(statistics, lanes + l).neg();
      FloatVector inverse = at(statistics, 2 * lanes + l);
      for (int r = 0, o = l; r < rows; r++, o += lanes) {
        FloatVector d = at(dy, dyo + o).mul(gain[go + r]).sub(mean);
        at(x, xo + o).fma(along, d).mul(inverse).intoArray(x, xo + o);
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
