package org.unroll.tensor;

/** Updates as {@link UpdateLoops}: whole vectors, then what is left by the same operations. */
final class VectorUpdates extends UpdateKernels {
  private final int[] magnitudes = new int[Timeline.LANE_MULTIPLE];

  @Override
  public float addRounded(double[] sum, float[] v, int n, double magic) {
    int end = Simd.whole(n);
    UpdateLoops.addRounded(sum, v, end, magic, magnitudes);
    int largest = UpdateLoops.addRoundedTail(sum, v, end, n, magic);
    for (int m : magnitudes) {
      largest = Math.max(largest, m);
    }
    return Float.intBitsToFloat(largest);
  }

  private static int end(int from, int to) {
    return from + Simd.whole(to - from);
  }

  @Override
  public void mean(double[] sum, double total, float[] mean, int from, int to) {
    int end = end(from, to);
    UpdateLoops.mean(sum, total, mean, from, end);
    UpdateLoops.meanTail(sum, total, mean, end, to);
  }

  @Override
  void adam(float[] theta, float[] m, float[] v, float[] g, int from, int to, AdamStep s) {
    int end = end(from, to);
    float r = s.rate();
    float toGradient = s.towardsGradient();
    float toSquare = s.towardsSquare();
    UpdateLoops.adam(theta, m, v, g, from, end, r, s.root(), toGradient, toSquare, s.epsilon());
    UpdateLoops.adamTail(theta, m, v, g, end, to, r, s.root(), toGradient, toSquare, s.epsilon());
  }

  @Override
  void rmsprop(float[] theta, float[] v, float[] g, int from, int to, RmspropStep s) {
    int end = end(from, to);
    UpdateLoops.rmsprop(theta, v, g, from, end, s.rate(), s.towardsSquare(), s.epsilon());
    UpdateLoops.rmspropTail(theta, v, g, end, to, s.rate(), s.towardsSquare(), s.epsilon());
  }

  @Override
  void rmsprop(
      float[] theta, float[] v, float[] velocity, float[] g, int from, int to, RmspropStep s) {
    int end = end(from, to);
    float square = s.towardsSquare();
    float momentum = s.momentum();
    UpdateLoops.rmsprop(theta, v, velocity, g, from, end, s.rate(), square, momentum, s.epsilon());
    UpdateLoops.rmspropTail(
        theta, v, velocity, g, end, to, s.rate(), square, momentum, s.epsilon());
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
      RmspropStep s) {
    int end = end(from, to);
    float rate = s.rate();
    float towards = s.towardsSquare();
    float momentum = s.momentum();
    float epsilon = s.epsilon();
    UpdateLoops.moments(v, m, g, from, end, towards);
    UpdateLoops.rmspropCentred(theta, v, m, velocity, g, from, end, rate, momentum, epsilon);
    UpdateLoops.rmspropCentredTail(
        theta, v, m, velocity, g, end, to, rate, towards, momentum, epsilon);
  }

  @Override
  public void rprop(
      float[] theta,
      float[] size,
      float[] sign,
      float[] g,
      int from,
      int to,
      RpropStep s,
      boolean undo) {
    int end = end(from, to);
    float grow = s.increase() - 1;
    float shrink = 1 - s.decrease();
    float back = undo ? 1 : 0;
    UpdateLoops.rprop(theta, size, sign, g, from, end, grow, shrink, s.least(), s.most(), back);
    UpdateLoops.rpropTail(theta, size, sign, g, end, to, grow, shrink, s.least(), s.most(), back);
  }

  @Override
  public void decayAndAdd(float[] y, float[] x, int from, int to, float decay) {
    int end = end(from, to);
    UpdateLoops.momentum(y, x, from, end, decay);
    UpdateLoops.momentumTail(y, x, end, to, decay);
  }

  @Override
  public void addScaled(float[] x, float[] y, int from, int to, float factor) {
    int end = end(from, to);
    UpdateLoops.addScaled(x, y, from, end, factor);
    UpdateLoops.addScaledTail(x, y, end, to, factor);
  }

  @Override
  public void addKeepingRest(float[] x, float[] sum, float[] rest, int from, int to) {
    int end = end(from, to);
    UpdateLoops.addKeepingRest(x, sum, rest, from, end);
    UpdateLoops.addKeepingRestTail(x, sum, rest, end, to);
  }

  @Override
  public void scale(float[] x, int from, int to, float factor) {
    int end = end(from, to);
    UpdateLoops.scale(x, from, end, factor);
    UpdateLoops.scaleTail(x, end, to, factor);
  }
}
