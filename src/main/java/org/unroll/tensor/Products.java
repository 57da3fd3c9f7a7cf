package org.unroll.tensor;

import static org.unroll.tensor.Simd.LENGTH;
import static org.unroll.tensor.Tiles.PANEL;
import static org.unroll.tensor.Tiles.TERMS;

import java.util.Arrays;

/**
 * Products out of {@link Tiles}: packing, and the order in which tiles are visited.
 *
 * <p>A weight is packed to panels {@code [m/8][k][8]}, the last one filled up with zeros. Rows and
 * columns that do not fill a tile are computed in a scratch tile, so every element goes through the
 * same code whatever its place. Confined to one thread.
 */
final class Products {
  /** Columns of a tile of {@link #outer}, and of a panel of its right operand. */
  private static final int COLUMNS = 2 * Timeline.LANE_MULTIPLE;

  /** x86 before AVX-512 has 16 vector registers, everything else of today has 32. */
  static final boolean FEW_REGISTERS =
      LENGTH < 16 && System.getProperty("os.arch", "").matches("amd64|x86_64");

  private final float[] tile = new float[PANEL * COLUMNS];
  private float[] left = new float[0];
  private float[] right = new float[0];
  private int step;
  private int lane;

  // W · X

  /** Packs rows of a row-major matrix to {@code [m/8][k][8]}; reuses {@code packed} if it fits. */
  static float[] pack(float[] w, int from, int rows, int columns, float[] packed) {
    float[] out = sized(packed, panels(rows) * PANEL * columns);
    for (int i = 0; i < rows; i += PANEL) {
      int present = Math.min(PANEL, rows - i);
      Transposition.rows(w, from + i * columns, columns, present, columns, out, i * columns, PANEL);
    }
    return out;
  }

  /** Packs the transpose of a row-major matrix to {@code [columns/8][rows][8]}. */
  static float[] packTransposed(float[] w, int from, int rows, int columns, float[] packed) {
    float[] out = sized(packed, panels(columns) * PANEL * rows);
    for (int i = 0; i < columns; i += PANEL) {
      int present = Math.min(PANEL, columns - i);
      if (present == PANEL) {
        copyEights(w, from + i, columns, rows, out, i * rows);
        continue;
      }
      for (int r = 0, o = i * rows; r < rows; r++, o += PANEL) {
        System.arraycopy(w, from + r * columns + i, out, o, present);
      }
    }
    return out;
  }

  /** Eight values of each row, without a call for each. */
  private static void copyEights(float[] w, int from, int ldw, int rows, float[] out, int o) {
    for (int r = 0, f = from; r < rows; r++, f += ldw, o += PANEL) {
      out[o] = w[f];
      out[o + 1] = w[f + 1];
      out[o + 2] = w[f + 2];
      out[o + 3] = w[f + 3];
      out[o + 4] = w[f + 4];
      out[o + 5] = w[f + 5];
      out[o + 6] = w[f + 6];
      out[o + 7] = w[f + 7];
    }
  }

  private static int panels(int rows) {
    return (rows + PANEL - 1) / PANEL;
  }

  private static float[] sized(float[] array, int size) {
    return array.length == size ? array : new float[size];
  }

  /**
   * Rows of Y (m × width) += packed A (m × k) · X (k × width).
   *
   * @param from first row, a multiple of {@link Tiles#PANEL}
   * @param to behind the last row: m, or a multiple of {@link Tiles#PANEL}
   */
  void multiply(
      float[] a,
      int from,
      int to,
      int k,
      float[] x,
      int xo,
      float[] y,
      int yo,
      int lanes,
      int width) {
    int whole = to / PANEL * PANEL;
    for (int i = from; i < whole; i += PANEL) {
      panel(a, i * k, k, x, xo, lanes, y, yo + i * lanes, lanes, width);
    }
    if (whole < to) {
      lastPanel(a, whole * k, k, x, xo, lanes, y, yo + whole * lanes, lanes, to - whole, width);
    }
  }

  /** The weight by columns, {@code [k][m]}, for {@link #multiplyOne}. */
  static float[] columns(float[] w, int from, int rows, int columns, float[] out) {
    float[] transposed = sized(out, rows * columns);
    Transposition.rows(w, from, columns, rows, columns, transposed, 0, rows);
    return transposed;
  }

  /**
   * y (m) += A (m × k) · x (k) for a lone lane, whose values lie one behind the other; each element
   * as {@link #multiply} computes it in any lane. Memory sets the pace, so A is read once,
   * straight.
   *
   * @param a A by columns, {@code [k][m]}
   */
  static void multiplyOne(float[] a, int m, int k, float[] x, int xo, float[] y, int yo) {
    int end = Simd.whole(m);
    int whole = k / PANEL * PANEL;
    for (int p = 0; p < whole; p += PANEL) {
      Tiles.columns8(a, p * m, m, x, xo + p, y, yo, end);
    }
    for (int p = whole; p < k; p++) {
      column(a, p * m, x[xo + p], y, yo, 0, end);
    }
    for (int p = 0; end < m && p < k; p++) {
      column(a, p * m, x[xo + p], y, yo, end, m);
    }
  }

  private static void column(float[] a, int ao, float x, float[] y, int yo, int from, int to) {
    for (int i = from; i < to; i++) {
      y[yo + i] = Math.fma(a[ao + i], x, y[yo + i]);
    }
  }

  /** Eight rows of the product. */
  private static void panel(
      float[] a, int ao, int k, float[] x, int xo, int ldx, float[] y, int yo, int ldy, int width) {
    int j = 0;
    for (; j + 2 * LENGTH <= width; j += 2 * LENGTH) {
      if (FEW_REGISTERS) {
        int lower = yo + j + 4 * ldy;
        Tiles.tile4x2(a, ao, k, x, xo + j, ldx, y, yo + j, ldy, yo + j, ldy);
        Tiles.tile4x2(a, ao + 4, k, x, xo + j, ldx, y, lower, ldy, lower, ldy);
      } else {
        Tiles.tile8x2(a, ao, k, x, xo + j, ldx, y, yo + j, ldy, yo + j, ldy);
      }
    }
    if (j < width) {
      Tiles.tile8x1(a, ao, k, x, xo + j, ldx, y, yo + j, ldy, yo + j, ldy);
    }
  }

  /** The last rows, fewer than eight, by way of scratch space. */
  private void lastPanel(
      float[] a,
      int ao,
      int k,
      float[] x,
      int xo,
      int ldx,
      float[] y,
      int yo,
      int ldy,
      int rows,
      int width) {
    for (int j = 0; j < width; j += COLUMNS) {
      int columns = Math.min(COLUMNS, width - j);
      takeTile(y, yo + j, ldy, rows, columns);
      panel(a, ao, k, x, xo + j, ldx, tile, 0, COLUMNS, columns);
      putTile(y, yo + j, ldy, rows, columns);
    }
  }

  private void takeTile(float[] y, int yo, int ldy, int rows, int columns) {
    Arrays.fill(tile, 0f);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(y, yo + r * ldy, tile, r * COLUMNS, columns);
    }
  }

  private void putTile(float[] y, int yo, int ldy, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      System.arraycopy(tile, r * COLUMNS, y, yo + r * ldy, columns);
    }
  }

  // dY · Xᵀ

  /** Begins {@link #outer} at a term. */
  void begin(int step, int lane) {
    this.step = step;
    this.lane = lane;
  }

  /** Step of the term that {@link #outer} goes on with. */
  int step() {
    return step;
  }

  /** Lane of the term that {@link #outer} goes on with. */
  int lane() {
    return lane;
  }

  /**
   * The next {@link Tiles#TERMS} terms, or what is left of them, of dW += Σ dY[t]·X[t + shift]ᵀ.
   * They come in the order (t, lane), from where {@link #begin} says.
   */
  void outer(Steps dy, int dyRow, int rows, Steps x, int shift, float[] dw, int dwRow) {
    Timeline timeline = dy.timeline();
    int size = panels(rows) * PANEL * TERMS;
    if (left.length < size) {
      left = new float[size];
    }
    int terms = 0;
    int nextStep = step;
    int nextLane = lane;
    while (terms < TERMS && nextStep < timeline.steps()) {
      int width = Math.min(TERMS - terms, timeline.width(nextStep) - nextLane);
      int from = dy.offset(nextStep) + dyRow * timeline.lanes() + nextLane;
      LanePasses.copyRows(dy.data(), from, rows, timeline.lanes(), width, left, terms);
      terms += width;
      nextLane += width;
      if (nextLane == timeline.width(nextStep)) {
        nextStep++;
        nextLane = 0;
      }
    }
    transpose(x, shift, timeline, step, lane, terms);
    contract(x.rows(), rows, terms, dw, dwRow);
    begin(nextStep, nextLane);
  }

  /** Takes the right operand of so many terms from (t, lane) on. */
  private void transpose(Steps x, int shift, Timeline timeline, int t, int lane, int terms) {
    int n = x.rows();
    int size = panels(n) * PANEL * TERMS + COLUMNS * TERMS;
    if (right.length < size) {
      right = new float[size];
    }
    for (int done = 0; done < terms; t++, lane = 0) {
      int width = Math.min(terms - done, timeline.width(t) - lane);
      transpose(x, x.offset(t + shift) + lane, timeline.lanes(), width, done);
      done += width;
    }
  }

  /** Multiplies the operands taken. */
  private void contract(int n, int rows, int terms, float[] dw, int dwRow) {
    for (int i = 0; i < rows; i += PANEL) {
      int present = Math.min(PANEL, rows - i);
      for (int j = 0; j < n; j += COLUMNS) {
        int columns = Math.min(COLUMNS, n - j);
        int o = (dwRow + i) * n + j;
        if (present == PANEL && columns == COLUMNS) {
          rows(i * TERMS, j * TERMS, terms, dw, o, n);
        } else {
          takeTile(dw, o, n, present, columns);
          rows(i * TERMS, j * TERMS, terms, tile, 0, COLUMNS);
          putTile(dw, o, n, present, columns);
        }
      }
    }
  }

  /**
   * Transposes {@code width} lanes to panels {@code [n/32][terms][32]}, from term {@code at} on.
   */
  private void transpose(Steps x, int from, int lanes, int width, int at) {
    int n = x.rows();
    for (int r = 0; r < n; r += COLUMNS) {
      int present = Math.min(COLUMNS, n - r);
      int o = r * TERMS + at * COLUMNS;
      Transposition.rows(x.data(), from + r * lanes, lanes, present, width, right, o, COLUMNS);
    }
  }

  /** Eight rows × 32 columns. */
  private void rows(int ao, int bo, int terms, float[] c, int co, int ldc) {
    for (int j = 0; j < COLUMNS; j += 2 * LENGTH) {
      int o = co + j;
      if (FEW_REGISTERS) {
        int lower = o + 4 * ldc;
        int half = ao + 4 * TERMS;
        Tiles.rows4x2(left, ao, terms, right, bo + j, COLUMNS, c, o, ldc, o, ldc);
        Tiles.rows4x2(left, half, terms, right, bo + j, COLUMNS, c, lower, ldc, lower, ldc);
      } else {
        Tiles.rows8x2(left, ao, terms, right, bo + j, COLUMNS, c, o, ldc, o, ldc);
      }
    }
  }
}
