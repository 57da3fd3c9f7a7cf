package org.unroll.tensor;

/**
 * Transposing, four rows at a time, in plain code. The vector module's permutations allocate on JDK
 * 17; and there a second length of vectors in one process makes the compiler box all of them: with
 * blocks of 4 × 4 in 128 bits here, the products ran at a fiftieth of their speed.
 */
final class Transposition {
  /** Rows taken at a time. */
  static final int ROWS = 4;

  private Transposition() {}

  /** Writes {@code n} columns of {@code rows} rows of x, {@code ldx} apart, as rows of y. */
  static void rows(float[] x, int o, int ldx, int rows, int n, float[] y, int yo, int ldy) {
    int j = 0;
    for (; j + ROWS <= rows; j += ROWS) {
      int b = o + j * ldx;
      four(x, b, b + ldx, b + 2 * ldx, b + 3 * ldx, n, y, yo + j, ldy);
    }
    for (; j < rows; j++) {
      for (int i = 0; i < n; i++) {
        y[yo + i * ldy + j] = x[o + j * ldx + i];
      }
    }
  }

  /** {@code y[o + i·ld + j] = x[bⱼ + i]} for i below n. */
  static void four(float[] x, int b0, int b1, int b2, int b3, int n, float[] y, int o, int ldy) {
    for (int i = 0, p = o; i < n; i++, p += ldy) {
      y[p] = x[b0 + i];
      y[p + 1] = x[b1 + i];
      y[p + 2] = x[b2 + i];
      y[p + 3] = x[b3 + i];
    }
  }

  /** The other way round, adding: {@code y[bⱼ + i] += x[o + i·ld + j]}, j after j. */
  static void addFour(float[] x, int o, int ldx, int n, float[] y, int b0, int b1, int b2, int b3) {
    // One after the other: lanes with the same symbol add to the same place.
    for (int i = 0, p = o; i < n; i++, p += ldx) {
      y[b0 + i] += x[p];
      y[b1 + i] += x[p + 1];
      y[b2 + i] += x[p + 2];
      y[b3 + i] += x[p + 3];
    }
  }

  /** y[j][i] += x[i][j], of {@code rows} rows of x, {@code columns} apart. */
  static void addRows(float[] x, int ldx, int rows, int columns, float[] y) {
    int j = 0;
    for (; j + ROWS <= columns; j += ROWS) {
      int b = j * rows;
      addFour(x, j, ldx, rows, y, b, b + rows, b + 2 * rows, b + 3 * rows);
    }
    for (; j < columns; j++) {
      for (int i = 0; i < rows; i++) {
        y[j * rows + i] += x[i * ldx + j];
      }
    }
  }
}
