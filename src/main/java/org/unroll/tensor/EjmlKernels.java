package org.unroll.tensor;

import static org.ejml.dense.block.TileMultiplication_F32.tileMultPlus;

import java.util.Set;
import org.ejml.data.FMatrixRMaj;

/**
 * Portable kernels: products by EJML, everything else in plain loops. The reference that others are
 * held against, and the choice where the vector module is missing.
 */
public final class EjmlKernels extends EjmlCellKernels {
  private final EjmlPooling pooling = new EjmlPooling();
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
  public void addScaledRows(
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
        y[yo + o + l] += factor[fo + r] * x[xo + o + l];
      }
    }
  }

  @Override
  public void addRowProducts(
      float[] x, int xo, float[] y, int yo, int rows, int lanes, int width, float[] partial) {
    for (int r = 0; r < rows; r++) {
      int o = r * lanes;
      int p = r * Timeline.LANE_MULTIPLE;
      for (int l = 0; l < width; l++) {
        partial[p + l % Timeline.LANE_MULTIPLE] += x[xo + o + l] * y[yo + o + l];
      }
    }
  }

  @Override
  public void normalize(
      float[] x,
      int xo,
      float[] gain,
      int go,
      float[] y,
      int yo,
      int rows,
      int lanes,
      int width,
      float[] inverse,
      int io) {
    for (int l = 0; l < width; l++) {
      float sum = 0;
      for (int r = 0, o = xo + l; r < rows; r++, o += lanes) {
        sum += x[o];
      }
      float mean = sum / rows;
      float squares = 0;
      for (int r = 0, o = xo + l; r < rows; r++, o += lanes) {
        squares += (x[o] - mean) * (x[o] - mean);
      }
      float scale = 1f / (float) Math.sqrt(squares / rows + NORM_EPSILON);
      for (int r = 0, o = xo + l; r < rows; r++, o += lanes) {
        x[o] = (x[o] - mean) * scale;
      }
      inverse[io + l] = scale;
    }
    addScaledRows(gain, go, x, xo, y, yo, rows, lanes, width);
  }

  @Override
  public void normalizeBack(
      float[] dy,
      int dyo,
      float[] gain,
      int go,
      float[] x,
      int xo,
      int rows,
      int lanes,
      int width,
      float[] inverse,
      int io,
      float[] gainPartial) {
    addRowProducts(dy, dyo, x, xo, rows, lanes, width, gainPartial);
    for (int l = 0; l < width; l++) {
      float sum = 0;
      float along = 0;
      for (int r = 0, o = l; r < rows; r++, o += lanes) {
        float d = gain[go + r] * dy[dyo + o];
        sum += d;
        along += d * x[xo + o];
      }
      for (int r = 0, o = l; r < rows; r++, o += lanes) {
        float d = gain[go + r] * dy[dyo + o];
        x[xo + o] = (d - sum / rows - x[xo + o] * (along / rows)) * inverse[io + l];
      }
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
  public PoolingKernels pooling() {
    return pooling;
  }

  @Override
  public UpdateKernels updates() {
    return updates;
  }

  @Override
  public WarmUp warmUp(Set<KernelGroup> groups) {
    return WarmUp.NONE;
  }
}
