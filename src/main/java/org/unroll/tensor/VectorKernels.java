package org.unroll.tensor;

import java.util.Arrays;
import java.util.Set;
import org.ejml.data.FMatrixRMaj;
import org.unroll.tensor.Products.Factor;

/**
 * Kernels on the vector module of the JDK ({@code jdk.incubator.vector}). The same bits with
 * vectors of 128, 256 and 512 bits and on every JDK: terms are added in an order that does not
 * depend on the vector, always with fused multiply-add, and the functions are polynomials of this
 * package.
 *
 * <p>This class itself loads without the module; making an instance does not.
 */
public final class VectorKernels extends Kernels {
  /** Rows of a table that are moved at a time: of 64 lanes they stay in the first-level cache. */
  private static final int TABLE_ROWS = 64;

  private final Products products = new Products();
  private final VectorUpdates updates = new VectorUpdates();
  private float[] partial = new float[0];

  /**
   * Kernels with scratch space of their own; {@link KernelChoice} says whether that is possible.
   */
  VectorKernels() {}

  @Override
  public String name() {
    return KernelChoice.VECTOR;
  }

  @Override
  public WarmUp warmUp(Set<KernelGroup> groups) {
    return VectorWarmUp.of(groups);
  }

  @Override
  public void prepare(Weight w) {
    w.packed = Products.pack(w.values, w.offset, w.rows, w.columns, w.packed);
    w.packedTransposed =
        Products.packTransposed(w.values, w.offset, w.rows, w.columns, w.packedTransposed);
  }

  @Override
  public void multiply(Weight w, float[] x, int xo, float[] y, int yo, int lanes, int width) {
    if (lanes == 1) {
      Products.multiplyOne(w.columnwise(), w.rows, w.columns, x, xo, y, yo);
      return;
    }
    products.multiply(w.packed, w.rows, w.columns, x, xo, lanes, y, yo, lanes, width);
  }

  @Override
  public void multiplyTransposed(
      Weight w, float[] dy, int dyo, float[] dx, int dxo, int lanes, int width) {
    products.multiply(w.packedTransposed, w.columns, w.rows, dy, dyo, lanes, dx, dxo, lanes, width);
  }

  @Override
  public void outer(Steps dy, int dyRow, int rows, Steps x, int shift, FMatrixRMaj dw, int dwRow) {
    products.outer(dy, dyRow, rows, new Factor(x, shift, dw.data, dwRow), null, null);
  }

  @Override
  public void outerPair(
      Steps dy,
      int dyRow,
      int rows,
      Steps x,
      int xShift,
      FMatrixRMaj dwx,
      int dwxRow,
      Steps a,
      int aShift,
      FMatrixRMaj dwa,
      int dwaRow) {
    Factor first = new Factor(x, xShift, dwx.data, dwxRow);
    products.outer(dy, dyRow, rows, first, new Factor(a, aShift, dwa.data, dwaRow), null);
  }

  @Override
  public void rowSums(Steps dy, int dyRow, int rows, FMatrixRMaj db, int dbRow) {
    clearPartial(rows);
    Timeline timeline = dy.timeline();
    int lanes = timeline.lanes();
    for (int t = 0; t < timeline.steps(); t++) {
      int from = dy.offset(t) + dyRow * lanes;
      LanePasses.addLanes(dy.data(), from, rows, lanes, timeline.width(t), partial);
    }
    addPartial(rows, db, dbRow);
  }

  private void clearPartial(int rows) {
    int size = rows * Timeline.LANE_MULTIPLE;
    if (partial.length < size) {
      partial = new float[size];
    }
    Arrays.fill(partial, 0, size, 0f);
  }

  private void addPartial(int rows, FMatrixRMaj db, int dbRow) {
    for (int r = 0; r < rows; r++) {
      db.data[dbRow + r] += tree(partial, r * Timeline.LANE_MULTIPLE);
    }
  }

  private static float tree(float[] p, int o) {
    for (int half = Timeline.LANE_MULTIPLE / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        p[o + i] += p[o + half + i];
      }
    }
    return p[o];
  }

  @Override
  public void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    int end = Simd.whole(n);
    Passes.sigmoid(x, xo, y, yo, end);
    FusedPasses.sigmoid(x, xo, y, yo, end, n);
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
    int end = Simd.whole(n);
    Passes.lstmState(gates, i, f, g, c, before, now, end);
    FusedPasses.lstmState(gates, i, f, g, c, before, now, end, n);
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
    int end = Simd.whole(n);
    Passes.lstmBackOutput(gates, o, tanhC, tco, da, dao, dc, dco, end);
    FusedPasses.lstmBackOutput(gates, o, tanhC, tco, da, dao, dc, dco, end, n);
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

  @Override
  public void gatherColumns(
      float[] table,
      int[] ids,
      int idOffset,
      float[] y,
      int yo,
      int rows,
      int lanes,
      int active,
      int width) {
    if (lanes == 1) {
      super.gatherColumns(table, ids, idOffset, y, yo, rows, lanes, active, width);
      return;
    }
    int whole = active / Transposition.ROWS * Transposition.ROWS;
    for (int r = 0; r < rows; r += TABLE_ROWS) {
      int count = Math.min(TABLE_ROWS, rows - r);
      for (int l = 0; l < whole; l += Transposition.ROWS) {
        int io = idOffset + l;
        int b0 = ids[io] * rows + r;
        int b1 = ids[io + 1] * rows + r;
        int b2 = ids[io + 2] * rows + r;
        int b3 = ids[io + 3] * rows + r;
        int o = yo + r * lanes + l;
        Transposition.four(table, b0, b1, b2, b3, count, y, o, lanes);
      }
    }
    super.gatherColumns(
        table, ids, idOffset + whole, y, yo + whole, rows, lanes, active - whole, width - whole);
  }

  @Override
  public void scatterAdd(
      float[] dy,
      int dyo,
      int rows,
      int lanes,
      int active,
      int[] ids,
      int idOffset,
      float[] dTable) {
    int whole = active / Transposition.ROWS * Transposition.ROWS;
    for (int r = 0; r < rows; r += TABLE_ROWS) {
      int count = Math.min(TABLE_ROWS, rows - r);
      for (int l = 0; l < whole; l += Transposition.ROWS) {
        int io = idOffset + l;
        int b0 = ids[io] * rows + r;
        int b1 = ids[io + 1] * rows + r;
        int b2 = ids[io + 2] * rows + r;
        int b3 = ids[io + 3] * rows + r;
        int o = dyo + r * lanes + l;
        Transposition.addFour(dy, o, lanes, count, dTable, b0, b1, b2, b3);
      }
    }
    super.scatterAdd(dy, dyo + whole, rows, lanes, active - whole, ids, idOffset + whole, dTable);
  }

  @Override
  public void softmax(float[] z, int zo, int rows, int lanes, int width, float[] max, float[] sum) {
    if (lanes == 1) {
      FusedPasses.softmaxOfOneLane(z, zo, rows, max, sum);
      return;
    }
    Passes.max(z, zo, rows, lanes, width, max);
    Passes.exp(z, zo, rows, lanes, width, max, sum);
  }

  @Override
  public void weightedSums(
      float[] z, int zo, int rows, int lanes, int width, float[] weight, float[] sum) {
    LanePasses.weightedSums(z, zo, rows, lanes, width, weight, sum);
  }

  @Override
  public void subtractOuter(
      float[] z, int zo, int rows, int lanes, int width, float[] weight, float[] factor) {
    LanePasses.subtractOuter(z, zo, rows, lanes, width, weight, factor);
  }

  @Override
  public void scaleLanes(float[] z, int zo, int rows, int lanes, int width, float[] factor) {
    if (lanes == 1) {
      FusedPasses.scale(z, zo, factor[0], rows);
      return;
    }
    Passes.scale(z, zo, rows, lanes, width, factor);
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
    LanePasses.dropout(x, xo, rows, lanes, width, keys, step, threshold, scale);
  }

  @Override
  public UpdateKernels updates() {
    return updates;
  }
}
