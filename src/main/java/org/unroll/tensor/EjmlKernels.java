package org.unroll.tensor;

import static org.ejml.dense.block.TileMultiplication_F32.tileMultPlus;

import java.util.Set;
import org.ejml.data.FMatrixRMaj;

/**
 * Portable kernels: products by EJML, everything else in plain loops. The reference that others are
 * held against, and the choice where the vector module is missing.
 */
public final class EjmlKernels extends Kernels {
  private final EjmlUpdates updates = new EjmlUpdates();
  private float[] transposed = new float[0];

  @Override
  public String name() {
    return "ejml";
  }

  @Override
  public void prepare(Weight w) {
    int size = w.rows * w.columns;
    if (w.packedTransposed.length != size) {
      w.packedTransposed = new float[size];
    }
    for (int r = 0, p = w.offset; r < w.rows; r++) {
      for (int c = 0; c < w.columns; c++) {
        w.packedTransposed[c * w.rows + r] = w.values[p++];
      }
    }
  }

  @Override
  public void multiply(Weight w, float[] x, int xo, float[] y, int yo, int lanes, int width) {
    tileMultPlus(
        w.values, x, y, w.rows, w.columns, width, w.columns, lanes, lanes, w.offset, xo, yo);
  }

  @Override
  public void multiplyTransposed(
      Weight w, float[] dy, int dyo, float[] dx, int dxo, int lanes, int width) {
    tileMultPlus(
        w.packedTransposed, dy, dx, w.columns, w.rows, width, w.rows, lanes, lanes, 0, dyo, dxo);
  }

  @Override
  public void outer(Steps dy, int dyRow, int rows, Steps x, int shift, FMatrixRMaj dw, int dwRow) {
    Timeline timeline = dy.timeline();
    int lanes = timeline.lanes();
    int k = x.rows();
    if (transposed.length < k * lanes) {
      transposed = new float[k * lanes];
    }
    for (int t = 0; t < timeline.steps(); t++) {
      int width = timeline.width(t);
      int xo = x.offset(t + shift);
      for (int r = 0; r < k; r++) {
        for (int l = 0; l < width; l++) {
          transposed[l * k + r] = x.data()[xo + r * lanes + l];
        }
      }
      int dyo = dy.offset(t) + dyRow * lanes;
      tileMultPlus(dy.data(), transposed, dw.data, rows, width, k, lanes, k, k, dyo, 0, dwRow * k);
    }
  }

  @Override
  public void rowSums(Steps dy, int dyRow, int rows, FMatrixRMaj db, int dbRow) {
    Timeline timeline = dy.timeline();
    int lanes = timeline.lanes();
    float[] d = dy.data();
    for (int t = 0; t < timeline.steps(); t++) {
      int o = dy.offset(t) + dyRow * lanes;
      int width = timeline.width(t);
      for (int r = 0; r < rows; r++, o += lanes) {
        float sum = 0;
        for (int l = 0; l < width; l++) {
          sum += d[o + l];
        }
        db.data[dbRow + r] += sum;
      }
    }
  }

  @Override
  public void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Functions.sigmoid(x[xo + i]);
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
  public void lstm(
      float[] gates,
      int i,
      int f,
      int g,
      int o,
      float[] c,
      int before,
      int now,
      float[] tanhC,
      int tco,
      float[] a,
      int ao,
      int n) {
    sigmoid(gates, i, gates, i, n);
    sigmoid(gates, f, gates, f, n);
    tanh(gates, g, gates, g, n);
    sigmoid(gates, o, gates, o, n);
    for (int k = 0; k < n; k++) {
      c[now + k] = gates[f + k] * c[before + k] + gates[i + k] * gates[g + k];
    }
    tanh(c, now, tanhC, tco, n);
    multiply(gates, o, tanhC, tco, a, ao, n);
  }

  @Override
  public void lstmBack(
      float[] gates,
      int i,
      int f,
      int g,
      int o,
      float[] c,
      int before,
      float[] tanhC,
      int tco,
      float[] da,
      int dao,
      float[] dc,
      int dco,
      int n) {
    for (int k = 0; k < n; k++) {
      float d = flush(da[dao + k]);
      float out = gates[o + k];
      float h = tanhC[tco + k];
      dc[dco + k] = flush(dc[dco + k] + d * out * (1f - h * h));
      gates[o + k] = d * h * out * (1f - out);
    }
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
  public void softmax(float[] z, int zo, int rows, int lanes, int width, float[] max, float[] sum) {
    System.arraycopy(z, zo, max, 0, width);
    for (int r = 1; r < rows; r++) {
      int o = zo + r * lanes;
      for (int l = 0; l < width; l++) {
        max[l] = Math.max(max[l], z[o + l]);
      }
    }
    java.util.Arrays.fill(sum, 0, width, 0f);
    for (int r = 0; r < rows; r++) {
      int o = zo + r * lanes;
      for (int l = 0; l < width; l++) {
        float e = Functions.exp(z[o + l] - max[l]);
        z[o + l] = e;
        sum[l] += e;
      }
    }
  }

  @Override
  public void weightedSums(
      float[] z, int zo, int rows, int lanes, int width, float[] weight, float[] sum) {
    java.util.Arrays.fill(sum, 0, width, 0f);
    for (int r = 0; r < rows; r++) {
      int o = zo + r * lanes;
      for (int l = 0; l < width; l++) {
        sum[l] += weight[r] * z[o + l];
      }
    }
  }

  @Override
  public void subtractOuter(
      float[] z, int zo, int rows, int lanes, int width, float[] weight, float[] factor) {
    for (int r = 0; r < rows; r++) {
      int o = zo + r * lanes;
      for (int l = 0; l < width; l++) {
        z[o + l] -= weight[r] * factor[l];
      }
    }
  }

  @Override
  public void scaleLanes(float[] z, int zo, int rows, int lanes, int width, float[] factor) {
    for (int r = 0; r < rows; r++) {
      int o = zo + r * lanes;
      for (int l = 0; l < width; l++) {
        z[o + l] *= factor[l];
      }
    }
  }

  @Override
  public void dropout(
      float[] x,
      int xo,
      int rows,
      int lanes,
      int width,
      int[] keys,
      int step,
      int threshold,
      float scale) {
    for (int r = 0; r < rows; r++) {
      int o = xo + r * lanes;
      for (int l = 0; l < width; l++) {
        boolean keep = dropoutHash(keys[l], step, r) >>> 8 >= threshold;
        x[o + l] = keep ? x[o + l] * scale : 0f;
      }
    }
  }

  @Override
  public UpdateKernels updates() {
    return updates;
  }

  @Override
  public WarmUp warmUp(Set<KernelGroup> groups) {
    return WarmUp.NONE;
  }

  private static float flush(float v) {
    return Math.abs(v) < FLUSH ? 0f : v;
  }
}
