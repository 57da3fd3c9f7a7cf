package org.unroll.tensor;

import static org.unroll.tensor.Simd.LENGTH;
import static org.unroll.tensor.Simd.all;
import static org.unroll.tensor.Simd.at;
import static org.unroll.tensor.Simd.flush;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What optimisers do to parameters, over whole vectors and, by the same steps, to the rest. Moments
 * are flushed: those of a rare word's embedding would decay into denormals.
 */
final class UpdateLoops {
  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, Simd.FLOATS.vectorShape());

  private UpdateLoops() {}

  static void adam(
      float[] theta,
      float[] m,
      float[] v,
      float[] g,
      int from,
      int end,
      float rate,
      float root,
      float towardsGradient,
      float towardsSquare,
      float epsilon) {
    for (int k = from; k < end; k += LENGTH) {
      FloatVector gradient = at(g, k);
      FloatVector mean = at(m, k);
      mean = flush(gradient.sub(mean).fma(all(towardsGradient), mean));
      FloatVector square = at(v, k);
      square = flush(gradient.mul(gradient).sub(square).fma(all(towardsSquare), square));
      mean.intoArray(m, k);
      square.intoArray(v, k);
      FloatVector move = mean.div(square.sqrt().fma(all(root), all(epsilon)));
      move.fma(all(-rate), at(theta, k)).intoArray(theta, k);
    }
  }

  static void adamTail(
      float[] theta,
      float[] m,
      float[] v,
      float[] g,
      int k,
      int n,
      float rate,
      float root,
      float towardsGradient,
      float towardsSquare,
      float epsilon) {
    for (; k < n; k++) {
      m[k] = Fused.flush(Math.fma(g[k] - m[k], towardsGradient, m[k]));
      v[k] = Fused.flush(Math.fma(g[k] * g[k] - v[k], towardsSquare, v[k]));
      float move = m[k] / Math.fma((float) Math.sqrt(v[k]), root, epsilon);
      theta[k] = Math.fma(move, -rate, theta[k]);
    }
  }

  static void momentum(float[] velocity, float[] g, int from, int end, float momentum) {
    for (int k = from; k < end; k += LENGTH) {
      at(velocity, k).fma(all(momentum), at(g, k)).intoArray(velocity, k);
    }
  }

  static void momentumTail(float[] velocity, float[] g, int k, int n, float momentum) {
    for (; k < n; k++) {
      velocity[k] = Math.fma(velocity[k], momentum, g[k]);
    }
  }

  static void addScaled(float[] x, float[] y, int from, int end, float factor) {
    for (int k = from; k < end; k += LENGTH) {
      at(x, k).fma(all(factor), at(y, k)).intoArray(y, k);
    }
  }

  static void addScaledTail(float[] x, float[] y, int k, int n, float factor) {
    for (; k < n; k++) {
      y[k] = Math.fma(x[k], factor, y[k]);
    }
  }

  static void scale(float[] x, int from, int end, float factor) {
    for (int k = from; k < end; k += LENGTH) {
      at(x, k).mul(factor).intoArray(x, k);
    }
  }

  static void scaleTail(float[] x, int k, int n, float factor) {
    for (; k < n; k++) {
      x[k] *= factor;
    }
  }

  /**
   * {@link UpdateKernels#addRounded} over whole vectors.
   *
   * @param magnitudes the largest magnitudes, as bits: whole numbers that order as they do, with
   *     NaN above infinity; overwritten
   */
  static void addRounded(double[] sum, float[] v, int end, double magic, int[] magnitudes) {
    IntVector largest = IntVector.zero(Simd.INTS);
    for (int k = 0; k < end; k += LENGTH) {
      FloatVector x = at(v, k);
      largest = largest.max(x.reinterpretAsInts().and(0x7FFFFFFF));
      addRounded((DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 0), sum, k, magic);
      addRounded(
          (DoubleVector) x.convertShape(VectorOperators.F2D, DOUBLES, 1),
          sum,
          k + LENGTH / 2,
          magic);
    }
    largest.intoArray(magnitudes, 0);
  }

  private static void addRounded(DoubleVector x, double[] sum, int o, double magic) {
    DoubleVector before = DoubleVector.fromArray(DOUBLES, sum, o);
    before.add(x.add(magic).sub(magic)).intoArray(sum, o);
  }

  static int addRoundedTail(double[] sum, float[] v, int k, int n, double magic) {
    int largest = 0;
    for (; k < n; k++) {
      largest = Math.max(largest, Float.floatToRawIntBits(v[k]) & 0x7FFFFFFF);
      sum[k] += (v[k] + magic) - magic;
    }
    return largest;
  }

  /** {@link UpdateKernels#mean} over whole vectors. */
  static void mean(double[] sum, double total, float[] mean, int from, int end) {
    for (int k = from; k < end; k += LENGTH) {
      DoubleVector lower = DoubleVector.fromArray(DOUBLES, sum, k).div(total);
      DoubleVector upper = DoubleVector.fromArray(DOUBLES, sum, k + LENGTH / 2).div(total);
      FloatVector first = (FloatVector) lower.convertShape(VectorOperators.D2F, Simd.FLOATS, 0);
      FloatVector second = (FloatVector) upper.convertShape(VectorOperators.D2F, Simd.FLOATS, -1);
      // Each is zero where the other has its values.
      first.add(second).intoArray(mean, k);
    }
  }

  static void meanTail(double[] sum, double total, float[] mean, int k, int n) {
    for (; k < n; k++) {
      // Zero is added as it is to vectors: it makes -0 the same 0.
      mean[k] = (float) (sum[k] / total) + 0f;
    }
  }
}
