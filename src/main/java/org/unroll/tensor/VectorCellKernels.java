package org.unroll.tensor;

/** The element by element part of {@link VectorKernels}: whole vectors, then what they leave. */
abstract sealed class VectorCellKernels extends Kernels permits VectorKernels {

  @Override
  public void addSquaredDeviations(
      float[] x, int xo, float[] numbers, int rows, int lanes, int width, float[] partial) {
    Passes.addSquaredDeviations(x, xo, numbers, rows, lanes, width, partial);
  }

  @Override
  public void scaleDeviations(
      float[] x, int xo, float[] numbers, float[] y, int yo, int rows, int lanes, int width) {
    if (lanes == 1) {
      FusedPasses.scaleDeviations(x, xo, numbers, y, yo, rows);
      return;
    }
    Passes.scaleDeviations(x, xo, numbers, y, yo, rows, lanes, width);
  }

  @Override
  public void addDeviationProducts(
      float[] dy,
      int dyo,
      float[] x,
      int xo,
      float[] numbers,
      int rows,
      int lanes,
      int width,
      float[] partial) {
    Passes.addDeviationProducts(dy, dyo, x, xo, numbers, rows, lanes, width, partial);
  }

  @Override
  public void scaleDeviationsBack(
      float[] dy, int dyo, float[] x, int xo, float[] numbers, int rows, int lanes, int width) {
    Passes.scaleDeviationsBack(dy, dyo, x, xo, numbers, rows, lanes, width);
  }

  @Override
  public void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    int end = Simd.whole(n);
    Passes.sigmoid(x, xo, y, yo, end);
    FusedPasses.sigmoid(x, xo, y, yo, end, n);
  }

  @Override
  public void logistic(float[] z, int zo, float[] e, int eo, int n) {
    int end = Simd.whole(n);
    Passes.logistic(z, zo, e, eo, end);
    FusedPasses.logistic(z, zo, e, eo, end, n);
  }

  @Override
  public void tanh(float[] x, int xo, float[] y, int yo, int n) {
    int end = Simd.whole(n);
    Passes.tanh(x, xo, y, yo, end);
    FusedPasses.tanh(x, xo, y, yo, end, n);
  }

  @Override
  public void relu(float[] x, int xo, float[] y, int yo, int n) {
    int end = Simd.whole(n);
    Passes.relu(x, xo, y, yo, end);
    FusedPasses.relu(x, xo, y, yo, end, n);
  }

  @Override
  public void add(float[] x, int xo, float[] y, int yo, int n) {
    int end = Simd.whole(n);
    Passes.add(x, xo, y, yo, end);
    FusedPasses.add(x, xo, y, yo, end, n);
  }

  @Override
  public void multiply(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    int end = Simd.whole(n);
    Passes.multiply(x, xo, y, yo, z, zo, end);
    FusedPasses.multiply(x, xo, y, yo, z, zo, end, n);
  }

  @Override
  public void tanhBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int end = Simd.whole(n);
    Passes.tanhBack(y, yo, dy, dyo, dx, dxo, end);
    FusedPasses.tanhBack(y, yo, dy, dyo, dx, dxo, end, n);
  }

  @Override
  public void reluBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int end = Simd.whole(n);
    Passes.reluBack(y, yo, dy, dyo, dx, dxo, end);
    FusedPasses.reluBack(y, yo, dy, dyo, dx, dxo, end, n);
  }

  @Override
  public void lstmState(float[] gates, int i, int f, int g, float[] c, int before, int now, int n) {
    int end = Simd.whole(n);
    Passes.lstmState(gates, i, f, g, c, before, now, end);
    FusedPasses.lstmState(gates, i, f, g, c, before, now, end, n);
  }

  @Override
  public void lstmBackOutput(
      float[] gates,
      int o,
      float[] shown,
      int so,
      float[] da,
      int dao,
      float[] ds,
      int dso,
      int n) {
    int end = Simd.whole(n);
    Passes.lstmBackOutput(gates, o, shown, so, da, dao, ds, dso, end);
    FusedPasses.lstmBackOutput(gates, o, shown, so, da, dao, ds, dso, end, n);
  }

  @Override
  public void lstmBackIdentity(
      float[] gates,
      int o,
      float[] shown,
      int so,
      float[] da,
      int dao,
      float[] ds,
      int dso,
      int n) {
    int end = Simd.whole(n);
    Passes.lstmBackIdentity(gates, o, shown, so, da, dao, ds, dso, end);
    FusedPasses.lstmBackIdentity(gates, o, shown, so, da, dao, ds, dso, end, n);
  }

  @Override
  public void lstmBackGates(
      float[] gates, int i, int f, int g, float[] c, int before, float[] dc, int dco, int n) {
    int end = Simd.whole(n);
    Passes.lstmBackGates(gates, i, f, g, c, before, dc, dco, end);
    FusedPasses.lstmBackGates(gates, i, f, g, c, before, dc, dco, end, n);
  }

  @Override
  public void gruState(float[] gates, int z, int n, float[] a, int before, int now, int length) {
    int end = Simd.whole(length);
    Passes.gruState(gates, z, n, a, before, now, end);
    FusedPasses.gruState(gates, z, n, a, before, now, end, length);
  }

  @Override
  public void gruBack(
      float[] gates,
      int z,
      int n,
      float[] a,
      int before,
      float[] da,
      int dao,
      int dBefore,
      int length) {
    int end = Simd.whole(length);
    Passes.gruBack(gates, z, n, a, before, da, dao, dBefore, end);
    FusedPasses.gruBack(gates, z, n, a, before, da, dao, dBefore, end, length);
  }

  @Override
  public void gruResetBeforeBack(
      float[] gates,
      int r,
      float[] drc,
      int drco,
      float[] a,
      int before,
      float[] da,
      int dBefore,
      int length) {
    int end = Simd.whole(length);
    Passes.gruResetBeforeBack(gates, r, drc, drco, a, before, da, dBefore, end);
    FusedPasses.gruResetBeforeBack(gates, r, drc, drco, a, before, da, dBefore, end, length);
  }

  @Override
  public void gruCandidateAfter(float[] gates, int r, int n, float[] hn, int hno, int length) {
    int end = Simd.whole(length);
    Passes.gruCandidateAfter(gates, r, n, hn, hno, end);
    FusedPasses.gruCandidateAfter(gates, r, n, hn, hno, end, length);
  }

  @Override
  public void gruResetAfterBack(float[] gates, int r, int dn, float[] hn, int hno, int length) {
    int end = Simd.whole(length);
    Passes.gruResetAfterBack(gates, r, dn, hn, hno, end);
    FusedPasses.gruResetAfterBack(gates, r, dn, hn, hno, end, length);
  }
}
