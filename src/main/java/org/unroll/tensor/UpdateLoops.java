package org.unroll.tensor;

import static org.unroll.tensor.Simd.LENGTH;
import static org.unroll.tensor.Simd.all;
import static org.unroll.tensor.Simd.at;
import static org.unroll.tensor.Simd.flush;

import java.util.Arrays;
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

  static void rmsprop(
      float[] theta,
      float[] v,
      float[] g,
      int from,
      int end,
      float rate,
      float towardsSquare,
      float epsilon) {
    for (int k = from; k < end; k += LENGTH) {
      FloatVector gradient = at(g, k);
      FloatVector square = at(v, k);
      square = flush(gradient.mul(gradient).sub(square).fma(all(towardsSquare), square));
      square.intoArray(v, k);
      FloatVector move = gradient.div(square.sqrt().add(epsilon));
      move.fma(all(-rate), at(theta, k)).intoArray(theta, k);
    }
  }

  static void rmspropTail(
      float[] theta,
      float[] v,
      float[] g,
      int k,
      int n,
      float rate,
      float towardsSquare,
      float epsilon) {
    for (; k < n; k++) {
      v[k] = Fused.flush(Math.fma(g[k] * g[k] - v[k], towardsSquare, v[k]));
      float move = g[k] / ((float) Math.sqrt(v[k]) + epsilon);
      theta[k] = Math.fma(move, -rate, theta[k]);
    }
  }

  /** With momentum. */
  static void rmsprop(
      float[] theta,
      float[] v,
      float[] velocity,
      float[] g,
      int from,
      int end,
      float rate,
      float towardsSquare,
      float momentum,
      float epsilon) {
    for (int k = from; k < end; k += LENGTH) {
      FloatVector gradient = at(g, k);
      FloatVector square = at(v, k);
      square = flush(gradient.mul(gradient).sub(square).fma(all(towardsSquare), square));
      square.intoArray(v, k);
      FloatVector move = gradient.div(square.sqrt().add(epsilon));
      move = flush(at(velocity, k).fma(all(momentum), move));
      move.intoArray(velocity, k);
      move.fma(all(-rate), at(theta, k)).intoArray(theta, k);
    }
  }

  static void rmspropTail(
      float[] theta,
      float[] v,
      float[] velocity,
      float[] g,
      int k,
      int n,
      float rate,
      float towardsSquare,
      float momentum,
      float epsilon) {
    for (; k < n; k++) {
      v[k] = Fused.flush(Math.fma(g[k] * g[k] - v[k], towardsSquare, v[k]));
      float move = g[k] / ((float) Math.sqrt(v[k]) + epsilon);
      velocity[k] = Fused.flush(Math.fma(velocity[k], momentum, move));
      theta[k] = Math.fma(velocity[k], -rate, theta[k]);
    }
  }

  /**
   * Mean and mean square of {@link UpdateKernels#rmspropCentred} over whole vectors. Apart from the
   * step: in one loop there is more than the compiler inlines, and vectors would be allocated.
   */
  static void moments(float[] v, float[] m, float[] g, int from, int end, float towards) {
    for (int k = from; k < end; k += LENGTH) {
      FloatVector gradient = at(g, k);
      FloatVector square = at(v, k);
      square = flush(gradient.mul(gradient).sub(square).fma(all(towards), square));
      square.intoArray(v, k);
      FloatVector mean = at(m, k);
      flush(gradient.sub(mean).fma(all(towards), mean)).intoArray(m, k);
    }
  }

  /** The step of {@link UpdateKernels#rmspropCentred} over whole vectors. */
  static void rmspropCentred(
      float[] theta,
      float[] v,
      float[] m,
      float[] velocity,
      float[] g,
      int from,
      int end,
      float rate,
      float momentum,
      float epsilon) {
    for (int k = from; k < end; k += LENGTH) {
      FloatVector gradient = at(g, k);
      FloatVector mean = at(m, k);
      FloatVector variance = mean.mul(all(-1f)).fma(mean, at(v, k)).max(all(0f));
      FloatVector move = gradient.div(variance.sqrt().add(epsilon));
      move = flush(at(velocity, k).fma(all(momentum), move));
      move.intoArray(velocity, k);
      move.fma(all(-rate), at(theta, k)).intoArray(theta, k);
    }
  }

  static void rmspropCentredTail(
      float[] theta,
      float[] v,
      float[] m,
      float[] velocity,
      float[] g,
      int k,
      int n,
      float rate,
      float towards,
      float momentum,
      float epsilon) {
    for (; k < n; k++) {
      v[k] = Fused.flush(Math.fma(g[k] * g[k] - v[k], towards, v[k]));
      m[k] = Fused.flush(Math.fma(g[k] - m[k], towards, m[k]));
      float variance = Math.max(Math.fma(-m[k], m[k], v[k]), 0f);
      float move = g[k] / ((float) Math.sqrt(variance) + epsilon);
      velocity[k] = Fused.flush(Math.fma(velocity[k], momentum, move));
      theta[k] = Math.fma(velocity[k], -rate, theta[k]);
    }
  }

  /**
   * {@link UpdateKernels#rprop} without masks, which are slow on JDK 17: signs are multiplied.
   *
   * @param grow η⁺ − 1
   * @param shrink 1 − η⁻
   * @param back 1 if the last move is undone where the gradient turns, else 0
   */
  static void rprop(
      float[] theta,
      float[] size,
      float[] sign,
      float[] g,
      int from,
      int end,
      float grow,
      float shrink,
      float least,
      float most,
      float back) {
    for (int k = from; k < end; k += LENGTH) {
      FloatVector now = Simd.sign(at(g, k));
      FloatVector last = at(sign, k);
      FloatVector agree = now.mul(last);
      // -1 where the gradient turns, else 0.
      FloatVector turned = agree.min(0f);
      FloatVector before = at(size, k);
      FloatVector factor = agree.max(0f).fma(all(grow), turned.fma(all(shrink), all(1f)));
      FloatVector after = before.mul(factor).max(least).min(most);
      after.intoArray(size, k);
      now = now.mul(turned.add(1f));
      now.intoArray(sign, k);
      FloatVector moved = now.neg().fma(after, at(theta, k));
      turned.neg().mul(last).fma(before.mul(back), moved).intoArray(theta, k);
    }
  }

  static void rpropTail(
      float[] theta,
      float[] size,
      float[] sign,
      float[] g,
      int k,
      int n,
      float grow,
      float shrink,
      float least,
      float most,
      float back) {
    for (; k < n; k++) {
      float now = Math.signum(g[k]);
      float agree = now * sign[k];
      float turned = Math.min(agree, 0f);
      float before = size[k];
      float factor = Math.fma(Math.max(agree, 0f), grow, Math.fma(turned, shrink, 1f));
      size[k] = Math.min(most, Math.max(least, before * factor));
      float last = sign[k];
      sign[k] = now * (turned + 1f);
      float moved = Math.fma(-sign[k], size[k], theta[k]);
      theta[k] = Math.fma(-turned * last, before * back, moved);
    }
  }

  static void momentum(float[] velocity, float[] g, int from, int end, float momentum) {
    for (int k = from; k < end; k += LENGTH) {
      flush(at(velocity, k).fma(all(momentum), at(g, k))).intoArray(velocity, k);
    }
  }

  static void momentumTail(float[] velocity, float[] g, int k, int n, float momentum) {
    for (; k < n; k++) {
      velocity[k] = Fused.flush(Math.fma(velocity[k], momentum, g[k]));
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

  static void addKeepingRest(float[] x, float[] sum, float[] rest, int from, int end) {
    for (int k = from; k < end; k += LENGTH) {
      FloatVector term = at(x, k);
      FloatVector before = at(sum, k);
      FloatVector after = before.add(term);
      FloatVector added = after.sub(before);
      FloatVector lost = before.sub(after.sub(added)).add(term.sub(added));
      at(rest, k).add(lost).intoArray(rest, k);
      after.intoArray(sum, k);
    }
  }

  static void addKeepingRestTail(float[] x, float[] sum, float[] rest, int k, int n) {
    for (; k < n; k++) {
      float after = sum[k] + x[k];
      float added = after - sum[k];
      rest[k] += (sum[k] - (after - added)) + (x[k] - added);
      sum[k] = after;
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
    Arrays.fill(magnitudes, 0);
    // Loaded, as the accumulators of tiles are: a vector of zeros was allocated in some launches.
    IntVector largest = IntVector.fromArray(Simd.INTS, magnitudes, 0);
    for (int k = 0; k < end; k += LENGTH) {
      largest = largest.max(at(v, k).reinterpretAsInts().and(0x7FFFFFFF));
    }
    // Number by number, which takes no longer beside the memory it waits for: floats turned into
    // doubles as vectors are one thing more that the compiler may allocate.
    for (int k = 0; k < end; k++) {
      sum[k] += (v[k] + magic) - magic;
    }
    largest.intoArray(magnitudes, 0);
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
