package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.unroll.tensor.KernelsUnderTest.assertNear;
import static org.unroll.tensor.KernelsUnderTest.copy;
import static org.unroll.tensor.KernelsUnderTest.random;
import static org.unroll.tensor.KernelsUnderTest.randomSteps;
import static org.unroll.tensor.KernelsUnderTest.timeline;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every product against three plain loops, over every kernel. */
@ParameterizedClass
@ValueSource(strings = {"ejml", "vector"})
class ProductsTest {
  private static final double TOLERANCE = 2e-6;

  @Parameter String name;

  private Kernels kernels;

  @BeforeEach
  void open() {
    kernels = KernelsUnderTest.open(name);
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,16,16",
    "1,7,32,32",
    "8,8,16,32",
    "9,3,48,48",
    "7,65,64,64",
    "64,16,32,48",
    "65,33,80,96",
    "4,300,16,64",
    "23,5,112,112",
    "16,1,48,64",
    "3,2,0,16"
  })
  void multipliesOneStep(int m, int k, int width, int lanes) {
    int xo = 5;
    int yo = 11;
    FMatrixRMaj matrix = new FMatrixRMaj(m + 2, k);
    matrix.setData(random((m + 2) * k, 1));
    Weight w = new Weight(m, k);
    w.set(matrix, 1);
    kernels.prepare(w);
    float[] x = random(xo + k * lanes, 2);
    float[] y = random(yo + m * lanes + 9, 3);
    double[] expected = copy(y);
    for (int r = 0; r < m; r++) {
      for (int l = 0; l < width; l++) {
        for (int c = 0; c < k; c++) {
          expected[yo + r * lanes + l] += (double) matrix.get(r + 1, c) * x[xo + c * lanes + l];
        }
      }
    }
    kernels.multiply(w, x, xo, y, yo, lanes, width);
    assertNear(expected, y, TOLERANCE * k, "y");
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,16,16",
    "1,7,32,32",
    "8,8,16,32",
    "9,3,48,48",
    "7,65,64,64",
    "64,16,32,48",
    "65,33,80,96",
    "300,4,16,64",
    "5,23,112,112",
    "1,16,48,64",
    "3,2,0,16"
  })
  void multipliesTransposedOneStep(int m, int k, int width, int lanes) {
    FMatrixRMaj matrix = new FMatrixRMaj(m + 3, k);
    matrix.setData(random((m + 3) * k, 4));
    Weight w = new Weight(m, k);
    w.set(matrix, 3);
    kernels.prepare(w);
    float[] dy = random(3 + m * lanes, 5);
    float[] dx = random(2 + k * lanes + 7, 6);
    double[] expected = copy(dx);
    for (int c = 0; c < k; c++) {
      for (int l = 0; l < width; l++) {
        for (int r = 0; r < m; r++) {
          expected[2 + c * lanes + l] += (double) matrix.get(r + 3, c) * dy[3 + r * lanes + l];
        }
      }
    }
    kernels.multiplyTransposed(w, dy, 3, dx, 2, lanes, width);
    assertNear(expected, dx, TOLERANCE * m, "dx");
  }

  @Test
  void preparesAgainAfterAnUpdate() {
    FMatrixRMaj matrix = new FMatrixRMaj(9, 10);
    Weight w = new Weight(9, 10);
    w.set(matrix, 0);
    kernels.prepare(w);
    matrix.setData(random(90, 1));
    w.set(matrix, 0);
    kernels.prepare(w);
    float[] x = new float[10 * 16];
    Arrays.fill(x, 3 * 16, 4 * 16, 1f);
    float[] y = new float[9 * 16];
    kernels.multiply(w, x, 0, y, 0, 16, 16);
    for (int r = 0; r < 9; r++) {
      assertEquals(matrix.get(r, 3), y[r * 16 + 5]);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "8,32", "13,5", "40,70", "300,9"})
  void multipliesManyStepsAsItDoesEach(int m, int k) {
    Timeline timeline = timeline(KernelsUnderTest.lengths(70, 37));
    Steps x = randomSteps(timeline, k, 1);
    Steps dy = randomSteps(timeline, m + 3, 2);
    FMatrixRMaj matrix = new FMatrixRMaj(m, k);
    matrix.setData(random(m * k, 3));
    Weight w = new Weight(m, k);
    w.set(matrix, 0);
    kernels.prepare(w);
    Steps y = randomSteps(timeline, m + 3, 4);
    Steps dx = randomSteps(timeline, k, 5);
    float[] expectedY = y.data().clone();
    float[] expectedDx = dx.data().clone();
    int lanes = timeline.lanes();
    for (int t = 0; t < timeline.steps(); t++) {
      int width = timeline.width(t);
      int row = 2 * lanes;
      kernels.multiply(w, x.data(), x.offset(t), expectedY, y.offset(t) + row, lanes, width);
      kernels.multiplyTransposed(
          w, dy.data(), dy.offset(t) + row, expectedDx, dx.offset(t), lanes, width);
    }
    kernels.multiply(w, x, y, 2);
    kernels.multiplyTransposed(w, dy, 2, dx);
    assertArrayEquals(expectedY, y.data());
    assertArrayEquals(expectedDx, dx.data());
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1,1",
    "8,32,16,20",
    "9,33,40,7",
    "7,65,70,37",
    "33,1,33,12",
    "16,31,300,3",
    "64,64,32,40",
    "5,100,5,100"
  })
  void sumsOuterProducts(int rows, int n, int lanes, int longest) {
    Timeline timeline = timeline(KernelsUnderTest.lengths(lanes, longest));
    for (int shift = -1; shift <= 1; shift++) {
      Steps dy = randomSteps(timeline, rows + 4, 7);
      Steps x = randomSteps(timeline, n, 8);
      Arrays.fill(x.data(), x.offset(-1), x.offset(0), .25f);
      FMatrixRMaj dw = new FMatrixRMaj(rows + 2, n);
      dw.setData(random((rows + 2) * n, 9));
      double[] expected = copy(dw.data);
      outer(dy, 3, rows, x, shift, expected, 1);
      kernels.outer(dy, 3, rows, x, shift, dw, 1);
      assertNear(expected, dw.data, TOLERANCE * lanes * longest, "dw");
    }
  }

  private static void outer(
      Steps dy, int dyRow, int rows, Steps x, int shift, double[] dw, int dwRow) {
    Timeline timeline = dy.timeline();
    int lanes = timeline.lanes();
    int n = x.rows();
    for (int t = 0; t < timeline.steps(); t++) {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < n; c++) {
          for (int l = 0; l < timeline.active(t); l++) {
            dw[(dwRow + r) * n + c] +=
                (double) dy.data()[dy.offset(t) + (dyRow + r) * lanes + l]
                    * x.data()[x.offset(t + shift) + c * lanes + l];
          }
        }
      }
    }
  }

  @Test
  void aLaneDoesNotDependOnOthers() {
    int m = 37;
    int k = 29;
    FMatrixRMaj matrix = new FMatrixRMaj(m, k);
    matrix.setData(random(m * k, 1));
    Weight w = new Weight(m, k);
    w.set(matrix, 0);
    kernels.prepare(w);
    float[] x = random(k * 80, 2);
    float[] y = new float[m * 80];
    kernels.multiply(w, x, 0, y, 0, 80, 80);
    for (int lane = 0; lane < 80; lane++) {
      float[] alone = new float[k * 16];
      int place = lane % 16;
      for (int c = 0; c < k; c++) {
        alone[c * 16 + place] = x[c * 80 + lane];
      }
      float[] product = new float[m * 16];
      kernels.multiply(w, alone, 0, product, 0, 16, 16);
      for (int r = 0; r < m; r++) {
        assertEquals(y[r * 80 + lane], product[r * 16 + place], "row " + r + ", lane " + lane);
      }
    }
  }

  @Test
  void notANumberAndInfinitySpreadOverTheirOwnLaneOnly() {
    FMatrixRMaj matrix = new FMatrixRMaj(9, 3);
    matrix.setData(random(27, 1));
    Weight w = new Weight(9, 3);
    w.set(matrix, 0);
    kernels.prepare(w);
    float[] x = random(3 * 48, 2);
    x[48 + 7] = Float.NaN;
    x[48 + 40] = Float.POSITIVE_INFINITY;
    float[] y = new float[9 * 48];
    kernels.multiply(w, x, 0, y, 0, 48, 48);
    for (int r = 0; r < 9; r++) {
      for (int l = 0; l < 48; l++) {
        float v = y[r * 48 + l];
        assertEquals(l == 7, Float.isNaN(v));
        assertEquals(l == 40, Float.isInfinite(v));
      }
    }
  }

  @Test
  void sumsRows() {
    Timeline timeline = timeline(KernelsUnderTest.lengths(70, 37));
    Steps dy = randomSteps(timeline, 30, 1);
    FMatrixRMaj db = new FMatrixRMaj(28, 1);
    db.setData(random(28, 2));
    double[] expected = copy(db.data);
    for (int t = 0; t < timeline.steps(); t++) {
      for (int r = 0; r < 25; r++) {
        for (int l = 0; l < timeline.active(t); l++) {
          expected[2 + r] += dy.data()[dy.offset(t) + (4 + r) * timeline.lanes() + l];
        }
      }
    }
    kernels.rowSums(dy, 4, 25, db, 2);
    assertNear(expected, db.data, 1e-4, "db");
    assertTrue(db.data[2] != 0);
  }
}
