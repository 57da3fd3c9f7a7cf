package org.unroll.tensor;

import java.util.Arrays;
import java.util.Set;
import org.ejml.data.FMatrixRMaj;

/**
 * Kernels on the vector module of the JDK ({@code jdk.incubator.vector}). The same bits with
 * vectors of 128, 256 and 512 bits and on every JDK: terms are added in an order that does not
 * depend on the vector, always with fused multiply-add, and the functions are polynomials of this
 * package.
 *
 * <p>This class itself loads without the module; making an instance does not.
 */
public final class VectorKernels extends VectorCellKernels {
  /** Rows of a table that are moved at a time: of 64 lanes they stay in the first-level cache. */
  private static final int TABLE_ROWS = 64;

  /** Rows taken at a time lane by lane: the next lanes, and the next loop, find them cached. */
  private static final int CACHED_ROWS = 64;

  private final SharedProducts products = new SharedProducts();
  private final VectorPooling pooling = new VectorPooling();
  private final VectorUpdates updates = new VectorUpdates();
  private float[] partial = new float[0];
  private float[] statistics = new float[0];

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
  public void join(Crew crew, int member) {
    products.join(crew, member);
  }

  @Override
  public void multiply(Weight w, float[] x, int xo, float[] y, int yo, int lanes, int width) {
    if (lanes == 1) {
      Products.multiplyOne(w.columnwise(), w.rows, w.columns, x, xo, y, yo);
      return;
    }
    products.multiply(w.packed, w.rows, w.columns, x, xo, y, yo, lanes, width);
  }

  @Override
  public void multiplyTransposed(
      Weight w, float[] dy, int dyo, float[] dx, int dxo, int lanes, int width) {
    products.multiply(w.packedTransposed, w.columns, w.rows, dy, dyo, dx, dxo, lanes, width);
  }

  @Override
  public void multiply(Weight w, Steps x, Steps y, int yRow) {
    if (y.timeline().lanes() == 1) {
      super.multiply(w, x, y, yRow);
      return;
    }
    products.multiply(w.packed, w.rows, w.columns, x, 0, y, yRow);
  }

  @Override
  public void multiplyTransposed(Weight w, Steps dy, int dyRow, Steps dx) {
    products.multiply(w.packedTransposed, w.columns, w.rows, dy, dyRow, dx, 0);
  }

  @Override
  public void outer(Steps dy, int dyRow, int rows, Steps x, int shift, FMatrixRMaj dw, int dwRow) {
    products.outer(dy, dyRow, rows, x, shift, dw.data, dwRow);
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
    addPartialSums(partial, rows, db, dbRow);
  }

  private void clearPartial(int rows) {
    int size = rows * Timeline.LANE_MULTIPLE;
    if (partial.length < size) {
      partial = new float[size];
    }
    Arrays.fill(partial, 0, size, 0f);
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
    if (lanes == 1) {
      FusedPasses.addScaledRows(factor, fo, x, xo, y, yo, rows);
      return;
    }
    for (int r = 0; r < rows; r += CACHED_ROWS) {
      int o = r * lanes;
      Passes.addScaledRows(factor, fo + r, x, xo + o, y, yo + o, some(rows, r), lanes, width);
    }
  }

  @Override
  public void addRowProducts(
      float[] x, int xo, float[] y, int yo, int rows, int lanes, int width, float[] partial) {
    Passes.addRowProducts(x, xo, y, yo, rows, lanes, width, partial, 0);
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
    if (lanes == 1) {
      inverse[io] = normalizeOne(x, xo, rows);
      FusedPasses.addScaledRows(gain, go, x, xo, y, yo, rows);
      return;
    }
    float[] statistics = statistics(lanes);
    for (int r = 0; r < rows; r += CACHED_ROWS) {
      Passes.addRows(x, xo + r * lanes, some(rows, r), lanes, width, statistics);
    }
    for (int l = 0; l < width; l++) {
      statistics[l] /= rows;
    }
    for (int r = 0; r < rows; r += CACHED_ROWS) {
      Passes.addSquares(x, xo + r * lanes, some(rows, r), lanes, width, statistics);
    }
    for (int l = 0; l < width; l++) {
      float variance = statistics[lanes + l] / rows;
      statistics[lanes + l] = 1f / (float) Math.sqrt(variance + NORM_EPSILON);
    }
    System.arraycopy(statistics, lanes, inverse, io, width);
    for (int r = 0; r < rows; r += CACHED_ROWS) {
      int count = some(rows, r);
      int o = r * lanes;
      Passes.standardize(x, xo + o, count, lanes, width, statistics);
      Passes.addScaledRows(gain, go + r, x, xo + o, y, yo + o, count, lanes, width);
    }
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
    float[] statistics = statistics(lanes);
    for (int r = 0; r < rows; r += CACHED_ROWS) {
      int count = some(rows, r);
      int d = dyo + r * lanes;
      int o = xo + r * lanes;
      int p = r * Timeline.LANE_MULTIPLE;
      Passes.addRowProducts(dy, d, x, o, count, lanes, width, gainPartial, p);
      Passes.addGradients(dy, d, gain, go + r, x, o, count, lanes, width, statistics);
    }
    for (int l = 0; l < width; l++) {
      statistics[l] /= rows;
      statistics[lanes + l] /= rows;
    }
    System.arraycopy(inverse, io, statistics, 2 * lanes, width);
    for (int r = 0; r < rows; r += CACHED_ROWS) {
      int count = some(rows, r);
      int d = dyo + r * lanes;
      Passes.standardizeBack(
          dy, d, gain, go + r, x, xo + r * lanes, count, lanes, width, statistics);
    }
  }

  /** Standardises a lone lane, as {@link #normalize} does it with any; returns 1 / √(σ² + ε). */
  private static float normalizeOne(float[] x, int xo, int rows) {
    float mean = 0;
    for (int r = 0; r < rows; r += CACHED_ROWS) {
      mean = FusedPasses.addRows(x, xo + r, some(rows, r), mean);
    }
    mean /= rows;
    float squares = 0;
    for (int r = 0; r < rows; r += CACHED_ROWS) {
      squares = FusedPasses.addSquares(x, xo + r, some(rows, r), mean, squares);
    }
    float inverse = 1f / (float) Math.sqrt(squares / rows + NORM_EPSILON);
    FusedPasses.standardize(x, xo, rows, mean, inverse);
    return inverse;
  }

  /** How many rows from {@code r} on are done at a time. */
  private static int some(int rows, int r) {
    return Math.min(CACHED_ROWS, rows - r);
  }

  /** Up to three numbers per lane, kind after kind; zero. */
  private float[] statistics(int lanes) {
    if (statistics.length < 3 * lanes) {
      statistics = new float[3 * lanes];
    }
    Arrays.fill(statistics, 0f);
    return statistics;
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
  public PoolingKernels pooling() {
    return pooling;
  }

  @Override
  public UpdateKernels updates() {
    return updates;
  }
}
