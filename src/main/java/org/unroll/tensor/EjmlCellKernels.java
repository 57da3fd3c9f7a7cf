package org.unroll.tensor;

/** The element by element part of {@link EjmlKernels}, in plain loops. */
abstract sealed class EjmlCellKernels extends Kernels permits EjmlKernels {

  @Override
  public void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Functions.sigmoid(x[xo + i]);
    }
  }

  @Override
  public void logistic(float[] z, int zo, float[] e, int eo, int n) {
    for (int i = 0; i < n; i++) {
      float small = Functions.exp(-Math.abs(z[zo + i]));
      e[eo + i] = small;
      z[zo + i] = (z[zo + i] > 0 ? 1f : small) / (1f + small);
    }
  }

  @Override
  public void tanh(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Functions.tanh(x[xo + i]);
    }
  }

  @Override
  public void relu(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Math.max(0f, x[xo + i]);
    }
  }

  @Override
  public void add(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] += x[xo + i];
    }
  }

  @Override
  public void multiply(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i] * y[yo + i];
    }
  }

  @Override
  public void tanhBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      float a = y[yo + i];
      dx[dxo + i] = flush(dy[dyo + i]) * (1f - a * a);
    }
  }

  @Override
  public void reluBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] = y[yo + i] > 0f ? flush(dy[dyo + i]) : 0f;
    }
  }

  @Override
  public void lstmState(float[] gates, int i, int f, int g, float[] c, int before, int now, int n) {
    for (int k = 0; k < n; k++) {
      c[now + k] = gates[f + k] * c[before + k] + gates[i + k] * gates[g + k];
    }
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
    for (int k = 0; k < n; k++) {
      float d = flush(da[dao + k]);
      float out = gates[o + k];
      float h = shown[so + k];
      ds[dso + k] = flush(ds[dso + k] + d * out * (1f - h * h));
      gates[o + k] = d * h * out * (1f - out);
    }
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
    for (int k = 0; k < n; k++) {
      float d = flush(da[dao + k]);
      float out = gates[o + k];
      ds[dso + k] = flush(ds[dso + k] + d * out);
      gates[o + k] = d * shown[so + k] * out * (1f - out);
    }
  }

  @Override
  public void lstmBackGates(
      float[] gates, int i, int f, int g, float[] c, int before, float[] dc, int dco, int n) {
    for (int k = 0; k < n; k++) {
      float s = dc[dco + k];
      float in = gates[i + k];
      float forget = gates[f + k];
      float candidate = gates[g + k];
      dc[dco + k] = s * forget;
      gates[i + k] = s * candidate * in * (1f - in);
      gates[f + k] = s * c[before + k] * forget * (1f - forget);
      gates[g + k] = s * in * (1f - candidate * candidate);
    }
  }

  @Override
  public void gruState(float[] gates, int z, int n, float[] a, int before, int now, int length) {
    for (int k = 0; k < length; k++) {
      float candidate = gates[n + k];
      a[now + k] = candidate + gates[z + k] * (a[before + k] - candidate);
    }
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
    for (int k = 0; k < length; k++) {
      float d = flush(da[dao + k]);
      float update = gates[z + k];
      float candidate = gates[n + k];
      da[dBefore + k] += d * update;
      gates[z + k] = d * (a[before + k] - candidate) * update * (1f - update);
      gates[n + k] = d * (1f - update) * (1f - candidate * candidate);
    }
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
    for (int k = 0; k < length; k++) {
      float reset = gates[r + k];
      float d = drc[drco + k];
      da[dBefore + k] += d * reset;
      gates[r + k] = d * a[before + k] * reset * (1f - reset);
    }
  }

  @Override
  public void gruCandidateAfter(float[] gates, int r, int n, float[] hn, int hno, int length) {
    for (int k = 0; k < length; k++) {
      gates[n + k] = Functions.tanh(gates[n + k] + gates[r + k] * hn[hno + k]);
    }
  }

  @Override
  public void gruResetAfterBack(float[] gates, int r, int dn, float[] hn, int hno, int length) {
    for (int k = 0; k < length; k++) {
      float d = gates[dn + k];
      float reset = gates[r + k];
      gates[r + k] = d * hn[hno + k] * reset * (1f - reset);
      hn[hno + k] = d * reset;
    }
  }

  @Override
  public void addSquaredDeviations(
      float[] x, int xo, float[] numbers, int rows, int lanes, int width, float[] partial) {
    for (int r = 0; r < rows; r++) {
      float mean = numbers[r * ROW_NUMBERS + MEAN];
      for (int l = 0; l < width; l++) {
        float deviation = x[xo + r * lanes + l] - mean;
        partial[partial(r, l)] += deviation * deviation;
      }
    }
  }

  /** Where lane l of row r is summed. */
  private static int partial(int r, int l) {
    return r * Timeline.LANE_MULTIPLE + l % Timeline.LANE_MULTIPLE;
  }

  @Override
  public void scaleDeviations(
      float[] x, int xo, float[] numbers, float[] y, int yo, int rows, int lanes, int width) {
    for (int r = 0; r < rows; r++) {
      int n = r * ROW_NUMBERS;
      for (int k = r * lanes; k < r * lanes + width; k++) {
        y[yo + k] = numbers[n + SCALE] * (x[xo + k] - numbers[n + MEAN]) + numbers[n + SHIFT];
      }
    }
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
    for (int r = 0; r < rows; r++) {
      float mean = numbers[r * ROW_NUMBERS + MEAN];
      for (int l = 0; l < width; l++) {
        float d = dy[dyo + r * lanes + l];
        partial[partial(2 * r, l)] += d;
        partial[partial(2 * r + 1, l)] += d * (x[xo + r * lanes + l] - mean);
      }
    }
  }

  @Override
  public void scaleDeviationsBack(
      float[] dy, int dyo, float[] x, int xo, float[] numbers, int rows, int lanes, int width) {
    for (int r = 0; r < rows; r++) {
      int n = r * ROW_NUMBERS;
      for (int k = r * lanes; k < r * lanes + width; k++) {
        float along = numbers[n + ALONG] * (x[xo + k] - numbers[n + MEAN]) + numbers[n + SHIFT];
        x[xo + k] = numbers[n + SCALE] * dy[dyo + k] + along;
      }
    }
  }

  static float flush(float v) {
    return Math.abs(v) < FLUSH ? 0f : v;
  }
}
