package org.unroll.tensor;

import static org.unroll.tensor.Simd.LENGTH;
import static org.unroll.tensor.Simd.all;
import static org.unroll.tensor.Simd.at;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost products: C (rows × vectors) += A · B over k terms, in the order of k, with the
 * whole of C in registers.
 *
 * <p>A comes in one of two forms through which one pointer walks: {@code tile} takes rows side by
 * side, {@code [k][8]}, which streams best from a distant cache; {@code rows} takes them one behind
 * the other, {@code [8][}{@link #TERMS}{@code ]}, which needs no transposing.
 *
 * <p>Where C begins and how far its rows are apart is passed twice, for loading and for storing:
 * were it one variable, the compiler would keep eight row addresses in registers across the loop
 * and push the loop's own counters out of them (210 instead of 250 GFLOP/s, measured). Always C +=
 * A·B; a choice between setting and adding would merge vectors after a branch, and those are boxed.
 */
final class Tiles {
  /** Rows of A that are packed together. */
  static final int PANEL = 8;

  /** Distance of rows in the form for {@code rows}: a constant, so that it costs no register. */
  static final int TERMS = 256;

  private Tiles() {}

  /** 8 rows × 2 vectors: 16 accumulators; for processors with 32 vector registers. */
  static void tile8x2(
      float[] a,
      int ao,
      int k,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      int so,
      int lds) {
    FloatVector c00 = at(c, co);
    FloatVector c01 = at(c, co + LENGTH);
    FloatVector c10 = at(c, co + ldc);
    FloatVector c11 = at(c, co + ldc + LENGTH);
    FloatVector c20 = at(c, co + 2 * ldc);
    FloatVector c21 = at(c, co + 2 * ldc + LENGTH);
    FloatVector c30 = at(c, co + 3 * ldc);
    FloatVector c31 = at(c, co + 3 * ldc + LENGTH);
    FloatVector c40 = at(c, co + 4 * ldc);
    FloatVector c41 = at(c, co + 4 * ldc + LENGTH);
    FloatVector c50 = at(c, co + 5 * ldc);
    FloatVector c51 = at(c, co + 5 * ldc + LENGTH);
    FloatVector c60 = at(c, co + 6 * ldc);
    FloatVector c61 = at(c, co + 6 * ldc + LENGTH);
    FloatVector c70 = at(c, co + 7 * ldc);
    FloatVector c71 = at(c, co + 7 * ldc + LENGTH);
    for (int p = 0; p < k; p++, ao += PANEL, bo += ldb) {
      FloatVector b0 = at(b, bo);
      FloatVector b1 = at(b, bo + LENGTH);
      FloatVector w = all(a[ao]);
      c00 = w.fma(b0, c00);
      c01 = w.fma(b1, c01);
      w = all(a[ao + 1]);
      c10 = w.fma(b0, c10);
      c11 = w.fma(b1, c11);
      w = all(a[ao + 2]);
      c20 = w.fma(b0, c20);
      c21 = w.fma(b1, c21);
      w = all(a[ao + 3]);
      c30 = w.fma(b0, c30);
      c31 = w.fma(b1, c31);
      w = all(a[ao + 4]);
      c40 = w.fma(b0, c40);
      c41 = w.fma(b1, c41);
      w = all(a[ao + 5]);
      c50 = w.fma(b0, c50);
      c51 = w.fma(b1, c51);
      w = all(a[ao + 6]);
      c60 = w.fma(b0, c60);
      c61 = w.fma(b1, c61);
      w = all(a[ao + 7]);
      c70 = w.fma(b0, c70);
      c71 = w.fma(b1, c71);
    }
    c00.intoArray(c, so);
    c01.intoArray(c, so + LENGTH);
    c10.intoArray(c, so + lds);
    c11.intoArray(c, so + lds + LENGTH);
    c20.intoArray(c, so + 2 * lds);
    c21.intoArray(c, so + 2 * lds + LENGTH);
    c30.intoArray(c, so + 3 * lds);
    c31.intoArray(c, so + 3 * lds + LENGTH);
    c40.intoArray(c, so + 4 * lds);
    c41.intoArray(c, so + 4 * lds + LENGTH);
    c50.intoArray(c, so + 5 * lds);
    c51.intoArray(c, so + 5 * lds + LENGTH);
    c60.intoArray(c, so + 6 * lds);
    c61.intoArray(c, so + 6 * lds + LENGTH);
    c70.intoArray(c, so + 7 * lds);
    c71.intoArray(c, so + 7 * lds + LENGTH);
  }

  /** 8 rows × 1 vector: what is left where the width is not a multiple of two vectors. */
  static void tile8x1(
      float[] a,
      int ao,
      int k,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      int so,
      int lds) {
    FloatVector c00 = at(c, co);
    FloatVector c10 = at(c, co + ldc);
    FloatVector c20 = at(c, co + 2 * ldc);
    FloatVector c30 = at(c, co + 3 * ldc);
    FloatVector c40 = at(c, co + 4 * ldc);
    FloatVector c50 = at(c, co + 5 * ldc);
    FloatVector c60 = at(c, co + 6 * ldc);
    FloatVector c70 = at(c, co + 7 * ldc);
    for (int p = 0; p < k; p++, ao += PANEL, bo += ldb) {
      FloatVector b0 = at(b, bo);
      FloatVector w = all(a[ao]);
      c00 = w.fma(b0, c00);
      w = all(a[ao + 1]);
      c10 = w.fma(b0, c10);
      w = all(a[ao + 2]);
      c20 = w.fma(b0, c20);
      w = all(a[ao + 3]);
      c30 = w.fma(b0, c30);
      w = all(a[ao + 4]);
      c40 = w.fma(b0, c40);
      w = all(a[ao + 5]);
      c50 = w.fma(b0, c50);
      w = all(a[ao + 6]);
      c60 = w.fma(b0, c60);
      w = all(a[ao + 7]);
      c70 = w.fma(b0, c70);
    }
    c00.intoArray(c, so);
    c10.intoArray(c, so + lds);
    c20.intoArray(c, so + 2 * lds);
    c30.intoArray(c, so + 3 * lds);
    c40.intoArray(c, so + 4 * lds);
    c50.intoArray(c, so + 5 * lds);
    c60.intoArray(c, so + 6 * lds);
    c70.intoArray(c, so + 7 * lds);
  }

  /** 4 rows × 2 vectors, half a panel: for processors with 16 vector registers. */
  static void tile4x2(
      float[] a,
      int ao,
      int k,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      int so,
      int lds) {
    FloatVector c00 = at(c, co);
    FloatVector c01 = at(c, co + LENGTH);
    FloatVector c10 = at(c, co + ldc);
    FloatVector c11 = at(c, co + ldc + LENGTH);
    FloatVector c20 = at(c, co + 2 * ldc);
    FloatVector c21 = at(c, co + 2 * ldc + LENGTH);
    FloatVector c30 = at(c, co + 3 * ldc);
    FloatVector c31 = at(c, co + 3 * ldc + LENGTH);
    for (int p = 0; p < k; p++, ao += PANEL, bo += ldb) {
      FloatVector b0 = at(b, bo);
      FloatVector b1 = at(b, bo + LENGTH);
      FloatVector w = all(a[ao]);
      c00 = w.fma(b0, c00);
      c01 = w.fma(b1, c01);
      w = all(a[ao + 1]);
      c10 = w.fma(b0, c10);
      c11 = w.fma(b1, c11);
      w = all(a[ao + 2]);
      c20 = w.fma(b0, c20);
      c21 = w.fma(b1, c21);
      w = all(a[ao + 3]);
      c30 = w.fma(b0, c30);
      c31 = w.fma(b1, c31);
    }
    c00.intoArray(c, so);
    c01.intoArray(c, so + LENGTH);
    c10.intoArray(c, so + lds);
    c11.intoArray(c, so + lds + LENGTH);
    c20.intoArray(c, so + 2 * lds);
    c21.intoArray(c, so + 2 * lds + LENGTH);
    c30.intoArray(c, so + 3 * lds);
    c31.intoArray(c, so + 3 * lds + LENGTH);
  }

  /** As {@link #tile8x2}, on rows one behind the other. */
  static void rows8x2(
      float[] a,
      int ao,
      int k,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      int so,
      int lds) {
    FloatVector c00 = at(c, co);
    FloatVector c01 = at(c, co + LENGTH);
    FloatVector c10 = at(c, co + ldc);
    FloatVector c11 = at(c, co + ldc + LENGTH);
    FloatVector c20 = at(c, co + 2 * ldc);
    FloatVector c21 = at(c, co + 2 * ldc + LENGTH);
    FloatVector c30 = at(c, co + 3 * ldc);
    FloatVector c31 = at(c, co + 3 * ldc + LENGTH);
    FloatVector c40 = at(c, co + 4 * ldc);
    FloatVector c41 = at(c, co + 4 * ldc + LENGTH);
    FloatVector c50 = at(c, co + 5 * ldc);
    FloatVector c51 = at(c, co + 5 * ldc + LENGTH);
    FloatVector c60 = at(c, co + 6 * ldc);
    FloatVector c61 = at(c, co + 6 * ldc + LENGTH);
    FloatVector c70 = at(c, co + 7 * ldc);
    FloatVector c71 = at(c, co + 7 * ldc + LENGTH);
    for (int p = 0; p < k; p++, ao++, bo += ldb) {
      FloatVector b0 = at(b, bo);
      FloatVector b1 = at(b, bo + LENGTH);
      FloatVector w = all(a[ao]);
      c00 = w.fma(b0, c00);
      c01 = w.fma(b1, c01);
      w = all(a[ao + TERMS]);
      c10 = w.fma(b0, c10);
      c11 = w.fma(b1, c11);
      w = all(a[ao + 2 * TERMS]);
      c20 = w.fma(b0, c20);
      c21 = w.fma(b1, c21);
      w = all(a[ao + 3 * TERMS]);
      c30 = w.fma(b0, c30);
      c31 = w.fma(b1, c31);
      w = all(a[ao + 4 * TERMS]);
      c40 = w.fma(b0, c40);
      c41 = w.fma(b1, c41);
      w = all(a[ao + 5 * TERMS]);
      c50 = w.fma(b0, c50);
      c51 = w.fma(b1, c51);
      w = all(a[ao + 6 * TERMS]);
      c60 = w.fma(b0, c60);
      c61 = w.fma(b1, c61);
      w = all(a[ao + 7 * TERMS]);
      c70 = w.fma(b0, c70);
      c71 = w.fma(b1, c71);
    }
    c00.intoArray(c, so);
    c01.intoArray(c, so + LENGTH);
    c10.intoArray(c, so + lds);
    c11.intoArray(c, so + lds + LENGTH);
    c20.intoArray(c, so + 2 * lds);
    c21.intoArray(c, so + 2 * lds + LENGTH);
    c30.intoArray(c, so + 3 * lds);
    c31.intoArray(c, so + 3 * lds + LENGTH);
    c40.intoArray(c, so + 4 * lds);
    c41.intoArray(c, so + 4 * lds + LENGTH);
    c50.intoArray(c, so + 5 * lds);
    c51.intoArray(c, so + 5 * lds + LENGTH);
    c60.intoArray(c, so + 6 * lds);
    c61.intoArray(c, so + 6 * lds + LENGTH);
    c70.intoArray(c, so + 7 * lds);
    c71.intoArray(c, so + 7 * lds + LENGTH);
  }

  /** As {@link #tile4x2}, on rows one behind the other. */
  static void rows4x2(
      float[] a,
      int ao,
      int k,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc,
      int so,
      int lds) {
    FloatVector c00 = at(c, co);
    FloatVector c01 = at(c, co + LENGTH);
    FloatVector c10 = at(c, co + ldc);
    FloatVector c11 = at(c, co + ldc + LENGTH);
    FloatVector c20 = at(c, co + 2 * ldc);
    FloatVector c21 = at(c, co + 2 * ldc + LENGTH);
    FloatVector c30 = at(c, co + 3 * ldc);
    FloatVector c31 = at(c, co + 3 * ldc + LENGTH);
    for (int p = 0; p < k; p++, ao++, bo += ldb) {
      FloatVector b0 = at(b, bo);
      FloatVector b1 = at(b, bo + LENGTH);
      FloatVector w = all(a[ao]);
      c00 = w.fma(b0, c00);
      c01 = w.fma(b1, c01);
      w = all(a[ao + TERMS]);
      c10 = w.fma(b0, c10);
      c11 = w.fma(b1, c11);
      w = all(a[ao + 2 * TERMS]);
      c20 = w.fma(b0, c20);
      c21 = w.fma(b1, c21);
      w = all(a[ao + 3 * TERMS]);
      c30 = w.fma(b0, c30);
      c31 = w.fma(b1, c31);
    }
    c00.intoArray(c, so);
    c01.intoArray(c, so + LENGTH);
    c10.intoArray(c, so + lds);
    c11.intoArray(c, so + lds + LENGTH);
    c20.intoArray(c, so + 2 * lds);
    c21.intoArray(c, so + 2 * lds + LENGTH);
    c30.intoArray(c, so + 3 * lds);
    c31.intoArray(c, so + 3 * lds + LENGTH);
  }

  /**
   * One column of C: c += A·x, eight columns of A at a time, {@code [k][lda]}, in the order of k.
   *
   * @param end rows of A, a multiple of the vector's length
   */
  static void columns8(float[] a, int ao, int lda, float[] x, int xo, float[] c, int co, int end) {
    FloatVector x0 = all(x[xo]);
    FloatVector x1 = all(x[xo + 1]);
    FloatVector x2 = all(x[xo + 2]);
    FloatVector x3 = all(x[xo + 3]);
    FloatVector x4 = all(x[xo + 4]);
    FloatVector x5 = all(x[xo + 5]);
    FloatVector x6 = all(x[xo + 6]);
    FloatVector x7 = all(x[xo + 7]);
    for (int i = 0, o = ao; i < end; i += LENGTH, o += LENGTH) {
      FloatVector s = at(c, co + i);
      s = at(a, o).fma(x0, s);
      s = at(a, o + lda).fma(x1, s);
      s = at(a, o + 2 * lda).fma(x2, s);
      s = at(a, o + 3 * lda).fma(x3, s);
      s = at(a, o + 4 * lda).fma(x4, s);
      s = at(a, o + 5 * lda).fma(x5, s);
      s = at(a, o + 6 * lda).fma(x6, s);
      s = at(a, o + 7 * lda).fma(x7, s);
      s.intoArray(c, co + i);
    }
  }
}
