package org.unroll.tensor;

/**
 * {@link PoolingKernels} on vectors. As in {@link Passes}, all loops are called from one place, so
 * that none is compiled as part of a caller.
 */
final class VectorPooling extends PoolingKernels {
  private static final int MAX = 0;
  private static final int MAX_BACK = 1;
  private static final int ADD_SCALED = 2;
  private static final int PRODUCTS = 3;

  /** A loop with room for the arguments of any; each takes those it needs. */
  private interface Loop {
    void run(
        float[] a,
        int p,
        float[] b,
        int q,
        float[] c,
        int r,
        float[] d,
        int s,
        int rows,
        int lanes,
        int width,
        float[] barrier);
  }

  /** In the order of their numbers. Elements of an array are no constants to the compiler. */
  private static final Loop[] LOOPS = {
    (a, p, b, q, c, r, d, s, n, lanes, w, e) -> PoolingLoops.max(a, p, b, q, n, lanes, w, e),
    (a, p, b, q, c, r, d, s, n, lanes, w, e) ->
        PoolingLoops.maxBack(a, p, b, q, c, r, d, s, n, lanes, w, e),
    (a, p, b, q, c, r, d, s, n, lanes, w, e) ->
        PoolingLoops.addScaled(a, p, b, q, c, r, n, lanes, w),
    (a, p, b, q, c, r, d, s, n, lanes, w, e) ->
        PoolingLoops.products(a, p, b, q, c, r, n, lanes, w),
  };

  private static void call(
      int loop,
      float[] a,
      int p,
      float[] b,
      int q,
      float[] c,
      int r,
      float[] d,
      int s,
      int rows,
      int lanes,
      int width,
      float[] barrier) {
    LOOPS[loop].run(a, p, b, q, c, r, d, s, rows, lanes, width, barrier);
  }

  @Override
  public void max(
      float[] x, int xo, float[] y, int yo, int rows, int lanes, int width, float[] barrier) {
    call(MAX, x, xo, y, yo, null, 0, null, 0, rows, lanes, width, barrier);
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
    call(MAX_BACK, x, xo, y, yo, left, lo, dx, dxo, rows, lanes, width, barrier);
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
    call(ADD_SCALED, factor, fo, x, xo, y, yo, null, 0, rows, lanes, width, null);
  }

  @Override
  public void products(
      float[] x, int xo, float[] y, int yo, float[] sums, int so, int rows, int lanes, int width) {
    call(PRODUCTS, x, xo, y, yo, sums, so, null, 0, rows, lanes, width, null);
  }
}
