package org.unroll.tensor;

import static org.unroll.tensor.Simd.LENGTH;
import static org.unroll.tensor.Tiles.PANEL;

import java.util.Arrays;

/**
 * Products out of {@link Tiles}: packing, and the order in which tiles are visited.
 *
 * <p>A left operand is packed to panels {@code [m/8][k][8]}, the last one filled up with zeros.
 * Rows and columns that do not fill a tile are computed in a scratch tile, so every element goes
 * through the same code whatever its place. Confined to one thread.
 */
final class Products {
  /** Columns of a panel of the right operand of {@link #outer}. */
  private static final int COLUMNS = 2 * Timeline.LANE_MULTIPLE;

  /**
   * Terms (steps × lanes) that {@link #outer} contracts at a time: right operands of 32 columns are
   * then 32 KiB and stay in the first-level cache.
   */
  private static final int TERMS = 256;

  /** x86 before AVX-512 has 16 vector registers, everything else of today has 32. */
  static final boolean FEW_REGISTERS =
      LENGTH < 16 && System.getProperty("os.arch", "").matches("amd64|x86_64");

  private float[] tile = new float[PANEL * COLUMNS];
  private float[] left = new float[0];
  private float[] right = new float[0];

  // W · X

  /** Packs rows of a row-major matrix, {@code columns} apart, to {@code [m/8][k][8]}. */
  static float[] pack(float[] w, int from, int rows, int columns, float[] packed) {
    int panels = (rows + PANEL - 1) / PANEL;
    float[] out = sized(packed, panels * PANEL * columns);
    for (int i = 0, o = 0; i < rows; i += PANEL) {
      int present = Math.min(PANEL, rows - i);
      for (int c = 0; c < columns; c++, o += PANEL) {
        for (int r = 0; r < present; r++) {
          out[o + r] = w[from + (i + r) * columns + c];
        }
      }
    }
    return out;
  }

  /** Packs the transpose of a row-major matrix to {@code [columns/8][rows][8]}. */
  static float[] packTransposed(float[] w, int from, int rows, int columns, float[] packed) {
    int panels = (columns + PANEL - 1) / PANEL;
    float[] out = sized(packed, panels * PANEL * rows);
    for (int i = 0, o = 0; i < columns; i += PANEL) {
      int present = Math.min(PANEL, columns - i);
      for (int r = 0; r < rows; r++, o += PANEL) {
        int source = from + r * columns + i;
        for (int c = 0; c < present; c++) {
          out[o + c] = w[source + c];
        }
      }
    }
    return out;
  }

  private static float[] sized(float[] array, int size) {
    return array.length == size ? array : new float[size];
  }

  /** Y (m × width) += packed A (m × k) · X (k × width). */
  void multiply(
      float[] a, int m, int k, float[] x, int xo, int ldx, float[] y, int yo, int ldy, int width) {
    int whole = m / PANEL * PANEL;
    for (int i = 0; i < whole; i += PANEL) {
      panel(a, i * k, k, x, xo, ldx, y, yo + i * ldy, ldy, width);
    }
    if (whole < m) {
      partial(a, whole * k, k, x, xo, ldx, y, yo + whole * ldy, ldy, m - whole, width);
    }
  }

  /** Eight rows of the product. */
  private static void panel(
      float[] a, int ao, int k, float[] x, int xo, int ldx, float[] y, int yo, int ldy, int width) {
    int j = 0;
    for (; j + 2 * LENGTH <= width; j += 2 * LENGTH) {
      pair(a, ao, k, x, xo + j, ldx, y, yo + j, ldy);
    }
    if (j < width) {
      Tiles.tile8x1(a, ao, k, x, xo + j, ldx, y, yo + j, ldy, yo + j, ldy);
    }
  }

  /** Eight rows × two vectors. */
  private static void pair(
      float[] a, int ao, int k, float[] x, int xo, int ldx, float[] y, int yo, int ldy) {
    if (FEW_REGISTERS) {
      int lower = yo + 4 * ldy;
      Tiles.tile4x2(a, ao, k, x, xo, ldx, y, yo, ldy, yo, ldy);
      Tiles.tile4x2(a, ao + 4, k, x, xo, ldx, y, lower, ldy, lower, ldy);
    } else {
      Tiles.tile8x2(a, ao, k, x, xo, ldx, y, yo, ldy, yo, ldy);
    }
  }

  /**
   * The last rows, fewer than eight, or columns that are not all there, by way of scratch space.
   */
  private void partial(
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
      Arrays.fill(tile, 0f);
      for (int r = 0; r < rows; r++) {
        System.arraycopy(y, yo + r * ldy + j, tile, r * COLUMNS, columns);
      }
      panel(a, ao, k, x, xo + j, ldx, tile, 0, COLUMNS, Timeline.roundUp(columns));
      for (int r = 0; r < rows; r++) {
        System.arraycopy(tile, r * COLUMNS, y, yo + r * ldy + j, columns);
      }
    }
  }

  // dY · Xᵀ

  /**
   * dW += Σ dY[t]·X[t + shift]ᵀ for one or two X, which share the packing of dY; terms in the order
   * of (t, lane).
   */
  void outer(
      Steps dy,
      int dyRow,
      int rows,
      Steps x,
      int xShift,
      float[] dw,
      int dwRow,
      Steps second,
      int secondShift,
      float[] secondDw,
      int secondRow) {
    Timeline timeline = dy.timeline();
    int steps = timeline.steps();
    for (int from = 0; from < steps; ) {
      int terms = timeline.width(from);
      int to = from + 1;
      while (to < steps && terms + timeline.width(to) <= TERMS) {
        terms += timeline.width(to++);
      }
      packLeft(dy, dyRow, rows, from, to, terms);
      contract(x, xShift, timeline, from, to, terms, dw, dwRow, rows);
      if (second != null) {
        contract(second, secondShift, timeline, from, to, terms, secondDw, secondRow, rows);
      }
      from = to;
    }
  }

  private void packLeft(Steps dy, int dyRow, int rows, int from, int to, int terms) {
    int panels = (rows + PANEL - 1) / PANEL;
    if (left.length < panels * PANEL * terms) {
      left = new float[panels * PANEL * terms];
    }
    Timeline timeline = dy.timeline();
    int lanes = timeline.lanes();
    for (int i = 0; i < rows; i += PANEL) {
      int present = Math.min(PANEL, rows - i);
      int o = i * terms;
      for (int t = from; t < to; t++) {
        int source = dy.offset(t) + (dyRow + i) * lanes;
        int width = timeline.width(t);
        packLanes(dy.data(), source, lanes, present, width, left, o);
        o += width * PANEL;
      }
    }
  }

  private static void packLanes(
      float[] d, int source, int lanes, int rows, int width, float[] out, int o) {
    for (int l = 0; l < width; l++, o += PANEL) {
      for (int r = 0; r < rows; r++) {
        out[o + r] = d[source + r * lanes + l];
      }
    }
  }

  /** Transposes X to panels {@code [n/32][terms][32]} and multiplies. */
  private void contract(
      Steps x,
      int shift,
      Timeline timeline,
      int from,
      int to,
      int terms,
      float[] dw,
      int dwRow,
      int rows) {
    int n = x.rows();
    int panels = (n + COLUMNS - 1) / COLUMNS;
    if (right.length < panels * COLUMNS * terms) {
      right = new float[panels * COLUMNS * terms];
    }
    int lanes = timeline.lanes();
    for (int j = 0; j < n; j += COLUMNS) {
      int present = Math.min(COLUMNS, n - j);
      int o = j * terms;
      for (int t = from; t < to; t++) {
        int width = timeline.width(t);
        transposeLanes(x.data(), x.offset(t + shift) + j * lanes, lanes, present, width, right, o);
        o += width * COLUMNS;
      }
    }
    for (int i = 0; i < rows; i += PANEL) {
      for (int j = 0; j < n; j += COLUMNS) {
        int present = Math.min(COLUMNS, n - j);
        int o = (dwRow + i) * n + j;
        if (i + PANEL <= rows && present == COLUMNS) {
          panel(left, i * terms, terms, right, j * terms, COLUMNS, dw, o, n, COLUMNS);
        } else {
          int present8 = Math.min(PANEL, rows - i);
          partial(left, i * terms, terms, right, j * terms, COLUMNS, dw, o, n, present8, present);
        }
      }
    }
  }

  private static void transposeLanes(
      float[] x, int source, int lanes, int rows, int width, float[] out, int o) {
    for (int l = 0; l < width; l++, o += COLUMNS) {
      for (int r = 0; r < rows; r++) {
        out[o + r] = x[source + r * lanes + l];
      }
      // What an earlier, wider factor left here would be multiplied, for nothing but slowly.
      Arrays.fill(out, o + rows, o + COLUMNS, 0f);
    }
  }
}
