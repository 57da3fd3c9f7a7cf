package org.unroll.tensor;

import static org.unroll.tensor.CellKernels.MEAN;
import static org.unroll.tensor.CellKernels.ROW_NUMBERS;
import static org.unroll.tensor.CellKernels.SCALE;
import static org.unroll.tensor.CellKernels.SHIFT;
import static org.unroll.tensor.Fused.flush;
import static org.unroll.tensor.Fused.logisticSlope;
import static org.unroll.tensor.Fused.oneMinusSquare;

/**
 * {@link Passes} element by element, from {@code k} to {@code n}: what whole vectors leave over.
 */
final class FusedPasses {
  private FusedPasses() {}

  static void sigmoid(float[] x, int xo, float[] y, int yo, int k, int n) {
    for (; k < n; k++) {
      y[yo + k] = Fused.sigmoid(x[xo + k]);
    }
  }

  static void logistic(float[] z, int zo, float[] e, int eo, int k, int n) {
    for (; k < n; k++) {
      float small = Fused.exp(-Math.abs(z[zo + k]));
      e[eo + k] = small;
      z[zo + k] = (small + Fused.wherePositive(z[zo + k], 1f - small)) / (1f + small);
    }
  }

  static void tanh(float[] x, int xo, float[] y, int yo, int k, int n) {
    for (; k < n; k++) {
      y[yo + k] = Fused.tanh(x[xo + k]);
    }
  }

  static void relu(float[] x, int xo, float[] y, int yo, int k, int n) {
    for (; k < n; k++) {
      y[yo + k] = Math.max(x[xo + k], 0f);
    }
  }

  static void add(float[] x, int xo, float[] y, int yo, int k, int n) {
    for (; k < n; k++) {
      y[yo + k] += x[xo + k];
    }
  }

  static void multiply(float[] x, int xo, float[] y, int yo, float[] z, int zo, int k, int n) {
    for (; k < n; k++) {
      z[zo + k] = x[xo + k] * y[yo + k];
    }
  }

  static void tanhBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int k, int n) {
    for (; k < n; k++) {
      dx[dxo + k] = flush(dy[dyo + k]) * oneMinusSquare(y[yo + k]);
    }
  }

  static void reluBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int k, int n) {
    for (; k < n; k++) {
      dx[dxo + k] = Fused.wherePositive(y[yo + k], flush(dy[dyo + k]));
    }
  }

  static void lstmState(
      float[] gates, int i, int f, int g, float[] c, int before, int now, int k, int n) {
    for (; k < n; k++) {
      c[now + k] = Math.fma(gates[f + k], c[before + k], gates[i + k] * gates[g + k]);
    }
  }

  static void lstmBackOutput(
      float[] gates,
      int o,
      float[] shown,
      int so,
      float[] da,
      int dao,
      float[] ds,
      int dso,
      int k,
      int n) {
    for (; k < n; k++) {
      float d = flush(da[dao + k]);
      float out = gates[o + k];
      float h = shown[so + k];
      ds[dso + k] = flush(Math.fma(d * out, oneMinusSquare(h), ds[dso + k]));
      gates[o + k] = d * h * logisticSlope(out);
    }
  }

  static void lstmBackIdentity(
      float[] gates,
      int o,
      float[] shown,
      int so,
      float[] da,
      int dao,
      float[] ds,
      int dso,
      int k,
      int n) {
    for (; k < n; k++) {
      float d = flush(da[dao + k]);
      float out = gates[o + k];
      ds[dso + k] = flush(Math.fma(d, out, ds[dso + k]));
      gates[o + k] = d * shown[so + k] * logisticSlope(out);
    }
  }

  static void lstmBackGates(
      float[] gates,
      int i,
      int f,
      int g,
      float[] c,
      int before,
      float[] dc,
      int dco,
      int k,
      int n) {
    for (; k < n; k++) {
      float s = dc[dco + k];
      float in = gates[i + k];
      float forget = gates[f + k];
      float candidate = gates[g + k];
      dc[dco + k] = s * forget;
      gates[i + k] = s * candidate * logisticSlope(in);
      gates[f + k] = s * c[before + k] * logisticSlope(forget);
      gates[g + k] = s * in * oneMinusSquare(candidate);
    }
  }

  static void gruState(
      float[] gates, int z, int n, float[] a, int before, int now, int k, int end) {
    for (; k < end; k++) {
      float candidate = gates[n + k];
      a[now + k] = Math.fma(gates[z + k], a[before + k] - candidate, candidate);
    }
  }

  static void gruBack(
      float[] gates,
      int z,
      int n,
      float[] a,
      int before,
      float[] da,
      int dao,
      int dBefore,
      int k,
      int end) {
    for (; k < end; k++) {
      float d = flush(da[dao + k]);
      float update = gates[z + k];
      float candidate = gates[n + k];
      da[dBefore + k] = Math.fma(d, update, da[dBefore + k]);
      gates[z + k] = d * (a[before + k] - candidate) * logisticSlope(update);
      gates[n + k] = d * (1f - update) * oneMinusSquare(candidate);
    }
  }

  static void gruResetBeforeBack(
      float[] gates,
      int r,
      float[] drc,
      int drco,
      float[] a,
      int before,
      float[] da,
      int dBefore,
      int k,
      int n) {
    for (; k < n; k++) {
      float reset = gates[r + k];
      float d = drc[drco + k];
      da[dBefore + k] = Math.fma(d, reset, da[dBefore + k]);
      gates[r + k] = d * a[before + k] * logisticSlope(reset);
    }
  }

  static void gruCandidateAfter(float[] gates, int r, int n, float[] hn, int hno, int k, int end) {
    for (; k < end; k++) {
      gates[n + k] = Fused.tanh(Math.fma(gates[r + k], hn[hno + k], gates[n + k]));
    }
  }

  static void gruResetAfterBack(float[] gates, int r, int dn, float[] hn, int hno, int k, int end) {
    for (; k < end; k++) {
      float d = gates[dn + k];
      float reset = gates[r + k];
      gates[r + k] = d * hn[hno + k] * logisticSlope(reset);
      hn[hno + k] = d * reset;
    }
  }

  /** {@link LanePasses#max} and {@link LanePasses#exp} of a lone lane. */
  static void softmaxOfOneLane(float[] z, int zo, int rows, float[] max, float[] sum) {
    max[0] = z[zo];
    for (int r = 1; r < rows; r++) {
      max[0] = Math.max(max[0], z[zo + r]);
    }
    sum[0] = 0;
    for (int r = 0; r < rows; r++) {
      z[zo + r] = Fused.exp(z[zo + r] - max[0]);
      sum[0] += z[zo + r];
    }
  }

  static void scale(float[] z, int zo, float factor, int n) {
    for (int k = 0; k < n; k++) {
      z[zo + k] *= factor;
    }
  }

  /** A lone lane of {@link LanePasses#addScaledRows}. */
  static void addScaledRows(float[] factor, int fo, float[] x, int xo, float[] y, int yo, int n) {
    for (int k = 0; k < n; k++) {
      y[yo + k] = Math.fma(factor[fo + k], x[xo + k], y[yo + k]);
    }
  }

  /** A lone lane of {@link RowPasses#scaleDeviations}. */
  static void scaleDeviations(float[] x, int xo, float[] numbers, float[] y, int yo, int rows) {
    for (int r = 0, n = 0; r < rows; r++, n += ROW_NUMBERS) {
      y[yo + r] = Math.fma(numbers[n + SCALE], x[xo + r] - numbers[n + MEAN], numbers[n + SHIFT]);
    }
  }

  /** A lone lane of {@link LanePasses#addRows}. */
  static float addRows(float[] x, int o, int rows, float sum) {
    float s0 = sum;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
      s0 += x[o + r];
      s1 += x[o + r + 1];
      s2 += x[o + r + 2];
      s3 += x[o + r + 3];
    }
    for (; r < rows; r++) {
      s0 += x[o + r];
    }
    return s0 + s1 + (s2 + s3);
  }

  /** A lone lane of {@link LanePasses#addSquares}. */
  static float addSquares(float[] x, int o, int rows, float mean, float sum) {
    float s0 = sum;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int r = 0;
    for (; r + 4 <= rows; r += 4) {
      s0 = addSquare(s0, x[o + r] - mean);
      s1 = addSquare(s1, x[o + r + 1] - mean);
      s2 = addSquare(s2, x[o + r + 2] - mean);
      s3 = addSquare(s3, x[o + r + 3] - mean);
    }
    for (; r < rows; r++) {
      s0 = addSquare(s0, x[o + r] - mean);
    }
    return s0 + s1 + (s2 + s3);
  }

  private static float addSquare(float sum, float v) {
    return Math.fma(v, v, sum);
  }

  /** A lone lane of {@link LanePasses#standardize}. */
  static void standardize(float[] x, int o, int rows, float mean, float inverse) {
    for (int r = 0; r < rows; r++) {
      x[o + r] = (x[o + r] - mean) * inverse;
    }
  }
}
