package org.unroll.tensor;

/** {@link PoolingKernels} in plain loops. */
final class EjmlPooling extends PoolingKernels {

  @Override
  public void max(
      float[] x, int xo, float[] y, int yo, int rows, int lanes, int width, float[] barrier) {
    for (int r = 0; r < rows; r++) {
      int o = r * lanes;
      for (int l = 0; l < width; l++) {
        y[yo + o + l] = Math.max(y[yo + o + l], x[xo + o + l] + barrier[l]);
      }
    }
  }

  @Override
  public void maxBack(
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
    for (int r = 0; r < rows; r++) {
      for (int l = 0, o = r * lanes; l < width; l++, o++) {
        float here = x[xo + o] + barrier[l];
        boolean largest = Float.floatToRawIntBits(here) == Float.floatToRawIntBits(y[yo + o]);
        dx[dxo + o] = largest ? left[lo + o] : 0f;
        left[lo + o] = largest ? 0f : left[lo + o];
      }
    }
  }

  @Override
  public void addScaled(
      float[] factor,
      int fo,
      float[] x,
      int xo,
      float[] y,
      int yo,
      int rows,
      int lanes,
      int width) {
    for (int r = 0; r < rows; r++) {
      int o = r * lanes;
      for (int l = 0; l < width; l++) {
        y[yo + o + l] += factor[fo + l] * x[xo + o + l];
      }
    }
  }

  @Override
  public void products(
      float[] x, int xo, float[] y, int yo, float[] sums, int so, int rows, int lanes, int width) {
    java.util.Arrays.fill(sums, so, so + width, 0f);
    for (int r = 0; r < rows; r++) {
      int o = r * lanes;
      for (int l = 0; l < width; l++) {
        sums[so + l] += x[xo + o + l] * y[yo + o + l];
      }
    }
  }
}
