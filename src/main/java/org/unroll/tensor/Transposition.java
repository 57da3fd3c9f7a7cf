package org.unroll.tensor;

/**
 * Transposing, eight rows at a time: {@code y[o + i·ld + j] = x[bⱼ + i]}. Plain code: on JDK 17 the
 * vector module's permutations allocate, and two stores a cycle are near what they could reach.
 */
final class Transposition {
  /** Rows taken at a time. */
  static final int ROWS = 8;

  private Transposition() {}

  /** Writes {@code n} columns of eight rows of x, {@code ldx} apart, as rows of y. */
  static void eight(float[] x, int o, int ldx, int n, float[] y, int yo, int ldy) {
    int b0 = o;
    int b1 = o + ldx;
    int b2 = o + 2 * ldx;
    int b3 = o + 3 * ldx;
    int b4 = o + 4 * ldx;
    int b5 = o + 5 * ldx;
    int b6 = o + 6 * ldx;
    int b7 = o + 7 * ldx;
    gather(x, b0, b1, b2, b3, b4, b5, b6, b7, n, y, yo, ldy);
  }

  /** As {@link #eight}, of rows that begin anywhere. */
  static void gather(
      float[] x, int b0, int b1, int b2, int b3, int b4, int b5, int b6, int b7, int n, float[] y,
      int yo, int ldy) {
    for (int i = 0, p = yo; i < n; i++, p += ldy) {
      y[p] = x[b0 + i];
      y[p + 1] = x[b1 + i];
      y[p + 2] = x[b2 + i];
      y[p + 3] = x[b3 + i];
      y[p + 4] = x[b4 + i];
      y[p + 5] = x[b5 + i];
      y[p + 6] = x[b6 + i];
      y[p + 7] = x[b7 + i];
    }
  }

  /** The other way round, adding: {@code y[bⱼ + i] += x[o + i·ld + j]}, j after j. */
  static void scatterAdd(
      float[] x, int o, int ldx, int n, float[] y, int b0, int b1, int b2, int b3, int b4, int b5,
      int b6, int b7) {
    for (int i = 0, p = o; i < n; i++, p += ldx) {
      y[b0 + i] += x[p];
      y[b1 + i] += x[p + 1];
      y[b2 + i] += x[p + 2];
      y[b3 + i] += x[p + 3];
      y[b4 + i] += x[p + 4];
      y[b5 + i] += x[p + 5];
      y[b6 + i] += x[p + 6];
      y[b7 + i] += x[p + 7];
    }
  }

  /** As {@link #eight}, of fewer rows. */
  static void some(
      float[] x, int o, int ldx, int rows, int n, float[] y, int yo, int ldy) {
    for (int j = 0; j < rows; j++) {
      int from = o + j * ldx;
      for (int i = 0, p = yo + j; i < n; i++, p += ldy) {
        y[p] = x[from + i];
      }
    }
  }
}
