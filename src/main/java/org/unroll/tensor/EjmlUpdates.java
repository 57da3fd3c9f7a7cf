package org.unroll.tensor;

/** Updates as plain loops. */
final class EjmlUpdates extends UpdateKernels {
  @Override
  public float addRounded(double[] sum, float[] v, int n, double magic) {
    float largest = 0;
    for (int i = 0; i < n; i++) {
      // Math.max keeps NaN, so one bad value is not lost behind a larger good one.
      largest = Math.max(largest, Math.abs(v[i]));
      sum[i] += (v[i] + magic) - magic;
    }
    return largest;
  }

  @Override
  public void mean(double[] sum, double total, float[] mean, int from, int to) {
    for (int i = from; i < to; i++) {
      mean[i] = (float) (sum[i] / total);
    }
  }

  @Override
  void adam(float[] theta, float[] m, float[] v, float[] g, int from, int to, AdamStep step) {
    for (int i = from; i < to; i++) {
      m[i] = flush(m[i] + (g[i] - m[i]) * step.towardsGradient());
      v[i] = flush(v[i] + (g[i] * g[i] - v[i]) * step.towardsSquare());
      float root = (float) Math.sqrt(v[i]) * step.root();
      theta[i] -= step.rate() * (m[i] / (root + step.epsilon()));
    }
  }

  @Override
  void rmsprop(float[] theta, float[] v, float[] g, int from, int to, RmspropStep step) {
    for (int i = from; i < to; i++) {
      v[i] = flush(v[i] + (g[i] * g[i] - v[i]) * step.towardsSquare());
      theta[i] -= step.rate() * (g[i] / ((float) Math.sqrt(v[i]) + step.epsilon()));
    }
  }

  @Override
  void rmsprop(
      float[] theta, float[] v, float[] velocity, float[] g, int from, int to, RmspropStep step) {
    for (int i = from; i < to; i++) {
      v[i] = flush(v[i] + (g[i] * g[i] - v[i]) * step.towardsSquare());
      float move = g[i] / ((float) Math.sqrt(v[i]) + step.epsilon());
      velocity[i] = flush(step.momentum() * velocity[i] + move);
      theta[i] -= step.rate() * velocity[i];
    }
  }

  @Override
  void rmspropCentred(
      float[] theta,
      float[] v,
      float[] m,
      float[] velocity,
      float[] g,
      int from,
      int to,
      RmspropStep step) {
    for (int i = from; i < to; i++) {
      v[i] = flush(v[i] + (g[i] * g[i] - v[i]) * step.towardsSquare());
      m[i] = flush(m[i] + (g[i] - m[i]) * step.towardsSquare());
      float variance = Math.max(v[i] - m[i] * m[i], 0f);
      float move = g[i] / ((float) Math.sqrt(variance) + step.epsilon());
      velocity[i] = flush(step.momentum() * velocity[i] + move);
      theta[i] -= step.rate() * velocity[i];
    }
  }

  @Override
  public void rprop(
      float[] theta,
      float[] size,
      float[] sign,
      float[] g,
      int from,
      int to,
      RpropStep step,
      boolean undo) {
    for (int i = from; i < to; i++) {
      float now = Math.signum(g[i]);
      float agree = sign[i] * now;
      float before = size[i];
      float factor = agree > 0 ? step.increase() : agree < 0 ? step.decrease() : 1f;
      size[i] = Math.min(step.most(), Math.max(step.least(), before * factor));
      if (agree < 0) {
        theta[i] += undo ? sign[i] * before : 0f;
        sign[i] = 0;
      } else {
        theta[i] -= now * size[i];
        sign[i] = now;
      }
    }
  }

  @Override
  public void decayAndAdd(float[] y, float[] x, int from, int to, float decay) {
    for (int i = from; i < to; i++) {
      y[i] = flush(decay * y[i] + x[i]);
    }
  }

  @Override
  public void addScaled(float[] x, float[] y, int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      y[i] += factor * x[i];
    }
  }

  @Override
  public void addKeepingRest(float[] x, float[] sum, float[] rest, int from, int to) {
    for (int i = from; i < to; i++) {
      float before = sum[i];
      float after = before + x[i];
      float added = after - before;
      rest[i] += (before - (after - added)) + (x[i] - added);
      sum[i] = after;
    }
  }

  @Override
  public void scale(float[] x, int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      x[i] *= factor;
    }
  }

  private static float flush(float v) {
    return Math.abs(v) < FLUSH ? 0f : v;
  }
}
