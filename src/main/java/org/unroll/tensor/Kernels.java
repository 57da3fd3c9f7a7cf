package org.unroll.tensor;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.ejml.data.FMatrixRMaj;

/**
 * The arithmetic of training, on the layout {@code [step][row][lane]}. The driver chooses one
 * implementation for a run; results are bit-identical wherever the same one runs.
 *
 * <p>Conventions. A step of {@link Steps} is given by array and offset; rows are {@code lanes}
 * apart; the first {@code width} lanes are computed, a multiple of {@link Timeline#LANE_MULTIPLE}.
 * In every element of a product the terms are added in the order of the contracted index, so no
 * result depends on how the work is cut into tiles, or shared with others of a {@link Crew}. An
 * instance holds scratch space and is confined to one thread.
 */
public abstract sealed class Kernels extends CellKernels
    permits EjmlCellKernels, VectorCellKernels {

  /** Below this, a gradient that flows back through time is taken as zero: denormals are slow. */
  static final float FLUSH = 1e-30f;

  /** Name as in {@code -Dunroll.kernels} and in the log. */
  public abstract String name();

  /**
   * Lets idle threads of a crew take parts of this thread's products from now on. Kernels that
   * cannot do so go on alone.
   *
   * @param member number of this thread in the crew
   */
  public void join(Crew crew, int member) {}

  // Products

  /** Brings a weight into the form the products want; once per update of its values. */
  public abstract void prepare(Weight w);

  /** Y (m × lanes) += W (m × k) · X (k × lanes), one step. */
  public abstract void multiply(
      Weight w, float[] x, int xo, float[] y, int yo, int lanes, int width);

  /** dX (k × lanes) += Wᵀ · dY (m × lanes), one step. */
  public abstract void multiplyTransposed(
      Weight w, float[] dy, int dyo, float[] dx, int dxo, int lanes, int width);

  /** Y[t], rows from {@code yRow} on, += W · X[t] for every step. */
  public void multiply(Weight w, Steps x, Steps y, int yRow) {
    Timeline timeline = y.timeline();
    int lanes = timeline.lanes();
    for (int t = 0; t < timeline.steps(); t++) {
      multiply(
          w, x.data(), x.offset(t), y.data(), y.offset(t) + yRow * lanes, lanes, timeline.width(t));
    }
  }

  /** dX[t] += Wᵀ · dY[t], rows from {@code dyRow} on, for every step. */
  public void multiplyTransposed(Weight w, Steps dy, int dyRow, Steps dx) {
    Timeline timeline = dy.timeline();
    int lanes = timeline.lanes();
    for (int t = 0; t < timeline.steps(); t++) {
      multiplyTransposed(
          w,
          dy.data(),
          dy.offset(t) + dyRow * lanes,
          dx.data(),
          dx.offset(t),
          lanes,
          timeline.width(t));
    }
  }

  /**
   * dW, rows from {@code dwRow} on, += Σ over steps and lanes of dY[t] · X[t + shift]ᵀ.
   *
   * @param dy gradient with respect to the product; dead lanes are zero
   * @param dyRow first row of {@code dy} used
   * @param rows number of rows used
   * @param x what was multiplied
   * @param shift step of {@code x} minus step of {@code dy}: 0, or ∓1 for a recurrent product
   * @param dw modified
   * @param dwRow first row of {@code dw}
   */
  public abstract void outer(
      Steps dy, int dyRow, int rows, Steps x, int shift, FMatrixRMaj dw, int dwRow);

  /** db[dbRow + r] += Σ over steps and lanes of dY[t][dyRow + r][·]. */
  public abstract void rowSums(Steps dy, int dyRow, int rows, FMatrixRMaj db, int dbRow);

  /** Sets every lane of row {@code row + r} of every step to {@code bias[r]}. */
  public void fillRows(FMatrixRMaj bias, int fromRow, int rows, Steps y, int yRow) {
    Timeline timeline = y.timeline();
    int lanes = timeline.lanes();
    for (int t = 0; t < timeline.steps(); t++) {
      int o = y.offset(t) + yRow * lanes;
      int width = timeline.width(t);
      if (lanes == 1) {
        System.arraycopy(bias.data, fromRow, y.data(), o, rows);
        continue;
      }
      for (int r = 0; r < rows; r++, o += lanes) {
        Arrays.fill(y.data(), o, o + width, bias.data[fromRow + r]);
      }
    }
  }

  // Tables: products with one-hot vectors, which are never made

  /**
   * Y[r][lane] = table[id of lane][r], 0 in dead lanes, one step.
   *
   * @param table {@code [symbol][rows]}, row-major
   * @param ids the lanes' symbols, from {@code idOffset} on
   * @param active number of living lanes; those from it to {@code width} are dead
   */
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
      System.arraycopy(table, ids[idOffset] * rows, y, yo, rows);
      return;
    }
    for (int r = 0, o = yo; r < rows; r++, o += lanes) {
      for (int l = 0; l < active; l++) {
        y[o + l] = table[ids[idOffset + l] * rows + r];
      }
      Arrays.fill(y, o + active, o + width, 0f);
    }
  }

  /**
   * dTable[id of lane][r] += dY[r][lane] for the living lanes in their order, one step: the way
   * back from {@link #gatherColumns}.
   */
  public void scatterAdd(
      float[] dy,
      int dyo,
      int rows,
      int lanes,
      int active,
      int[] ids,
      int idOffset,
      float[] dTable) {
    for (int l = 0; l < active; l++) {
      int to = ids[idOffset + l] * rows;
      for (int r = 0, o = dyo + l; r < rows; r++, o += lanes) {
        dTable[to + r] += dy[o];
      }
    }
  }

  /** y[c][r] = x[r][c]: the table of a weight, or the weight of a table. */
  public static void transpose(float[] x, int rows, int columns, float[] y) {
    Transposition.rows(x, 0, columns, rows, columns, y, 0, rows);
  }

  /** y[c][r] += x[r][c]: what a table's gradient adds to its weight's. */
  public static void addTransposed(float[] x, int rows, int columns, float[] y) {
    Transposition.addRows(x, columns, rows, columns, y);
  }

  // Softmax, dropout, sums

  /**
   * Per lane: z = exp(z − max z), with the maximum and the sum of the result.
   *
   * @param z rows × lanes logits; replaced
   * @param max length ≥ width; overwritten
   * @param sum length ≥ width; overwritten
   */
  public abstract void softmax(
      float[] z, int zo, int rows, int lanes, int width, float[] max, float[] sum);

  /** Multiplies every row, lane by lane, with {@code factor}. */
  public abstract void scaleLanes(
      float[] z, int zo, int rows, int lanes, int width, float[] factor);

  /**
   * Per lane: sum = Σ weight[r] · z[r], in the order of rows.
   *
   * @param z rows × lanes; not modified
   * @param width a multiple of {@link Timeline#LANE_MULTIPLE}
   * @param weight one per row
   * @param sum length ≥ width; overwritten
   */
  public abstract void weightedSums(
      float[] z, int zo, int rows, int lanes, int width, float[] weight, float[] sum);

  /**
   * {@code z[r] −= weight[r] · factor}, lane by lane.
   *
   * @param z rows × lanes; modified
   * @param width a multiple of {@link Timeline#LANE_MULTIPLE}
   * @param weight one per row
   * @param factor one per lane
   */
  public abstract void subtractOuter(
      float[] z, int zo, int rows, int lanes, int width, float[] weight, float[] factor);

  /**
   * Inverted dropout: each value becomes 0 or is multiplied by {@code scale}, as a hash of (lane
   * key, step key, row) says. The same call on the gradient is the way back.
   *
   * @param keys hash of (seed, purpose, epoch, sequence, layer) per lane
   * @param step hash of the step
   * @param threshold drop where the hash's upper 24 bits are below it
   */
  public abstract void dropout(
      float[] x,
      int xo,
      int rows,
      int lanes,
      int width,
      int[] keys,
      int step,
      int threshold,
      float scale);

  /** What makes one value of all steps of a sequence. */
  public abstract PoolingKernels pooling();

  /** What is done to all parameters in a round, once for all blocks. */
  public abstract UpdateKernels updates();

  // Choice and warm-up

  /** The kernels for this process: see {@link KernelChoice#choose}. */
  public static KernelChoice choose() {
    return KernelChoice.choose();
  }

  /** The kernels of a name that the driver chose; see {@link KernelChoice#named}. */
  public static KernelChoice named(String name) {
    return KernelChoice.named(name);
  }

  /**
   * Has kernels compiled by themselves, so that their speed is the same in every launch. Done once
   * for each group in a process; later calls return the same outcome. Any thread may call it.
   *
   * @param groups what will be needed
   */
  public abstract WarmUp warmUp(Set<KernelGroup> groups);

  /** Has all kernels compiled by themselves. */
  public final WarmUp warmUp() {
    return warmUp(EnumSet.allOf(KernelGroup.class));
  }

  /** The hash of {@link #dropout}: the finaliser of MurmurHash3 (Appleby 2011). */
  static int dropoutHash(int key, int step, int row) {
    int h = key + step + row * 0x9E3779B1;
    h = (h ^ (h >>> 16)) * 0x85EBCA6B;
    h = (h ^ (h >>> 13)) * 0xC2B2AE35;
    return h ^ (h >>> 16);
  }
}
