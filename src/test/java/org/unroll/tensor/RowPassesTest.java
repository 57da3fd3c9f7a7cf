package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.unroll.tensor.CellKernels.ALONG;
import static org.unroll.tensor.CellKernels.MEAN;
import static org.unroll.tensor.CellKernels.ROW_NUMBERS;
import static org.unroll.tensor.CellKernels.SCALE;
import static org.unroll.tensor.CellKernels.SHIFT;
import static org.unroll.tensor.KernelsUnderTest.assertNear;
import static org.unroll.tensor.KernelsUnderTest.copy;
import static org.unroll.tensor.KernelsUnderTest.random;

import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What batch normalisation is made of against plain loops, over every kernel. */
@ParameterizedClass
@ValueSource(strings = {"ejml", "vector"})
class RowPassesTest {
  @Parameter String name;

  private Kernels kernels;

  @BeforeEach
  void open() {
    kernels = KernelsUnderTest.open(name);
  }

  private static double deviation(float[] x, int o, float[] numbers, int r) {
    return (double) x[o] - numbers[r * ROW_NUMBERS + MEAN];
  }

  @ParameterizedTest
  @CsvSource({"1,16,16", "2,16,48", "65,48,48", "300,32,64", "5,0,16", "33,16,32"})
  void addsSquaredDeviations(int rows, int width, int lanes) {
    float[] x = random(rows * lanes + 3, 1);
    float[] numbers = random(rows * ROW_NUMBERS, 2);
    float[] partial = new float[rows * Timeline.LANE_MULTIPLE];
    float[] before = x.clone();
    kernels.addSquaredDeviations(x, 3, numbers, rows, lanes, width, partial);
    kernels.addSquaredDeviations(x, 3, numbers, rows, lanes, width, partial);
    assertArrayEquals(before, x);
    FMatrixRMaj sums = new FMatrixRMaj(rows, 1);
    kernels.addPartialSums(partial, rows, sums, 0);
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      for (int l = 0; l < width; l++) {
        sum += 2 * Math.pow(deviation(x, 3 + r * lanes + l, numbers, r), 2);
      }
      assertNear(sum, sums.data[r], 1e-5, "row " + r);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,16,16", "2,16,48", "65,48,48", "300,32,64", "5,0,16", "33,16,32", "7,1,1"})
  void scalesDeviations(int rows, int width, int lanes) {
    float[] x = random(rows * lanes + 3, 1);
    float[] numbers = random(rows * ROW_NUMBERS, 2);
    float[] y = random(rows * lanes + 5, 3);
    double[] expected = copy(y);
    for (int r = 0; r < rows; r++) {
      int n = r * ROW_NUMBERS;
      for (int l = 0; l < width; l++) {
        int o = r * lanes + l;
        expected[5 + o] = numbers[n + SCALE] * deviation(x, 3 + o, numbers, r) + numbers[n + SHIFT];
      }
    }
    kernels.scaleDeviations(x, 3, numbers, y, 5, rows, lanes, width);
    assertNear(expected, y, 1e-6, "y");
  }

  /** A lone sequence is computed by another loop. */
  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 100})
  void aLoneLaneHasTheBitsOfAnyOther(int rows) {
    float[] x = random(rows, 1);
    float[] numbers = random(rows * ROW_NUMBERS, 2);
    float[] alone = new float[rows];
    kernels.scaleDeviations(x, 0, numbers, alone, 0, rows, 1, 1);
    float[] many = new float[rows * 16];
    for (int r = 0; r < rows; r++) {
      many[r * 16 + 5] = x[r];
    }
    kernels.scaleDeviations(many, 0, numbers, many, 0, rows, 16, 16);
    float[] lane = new float[rows];
    for (int r = 0; r < rows; r++) {
      lane[r] = many[r * 16 + 5];
    }
    assertArrayEquals(lane, alone);
  }

  @ParameterizedTest
  @CsvSource({"1,16,16", "2,16,48", "65,48,48", "300,32,64", "5,0,16", "33,16,32"})
  void addsDeviationProducts(int rows, int width, int lanes) {
    float[] dy = random(rows * lanes + 2, 1);
    float[] x = random(rows * lanes + 3, 2);
    float[] numbers = random(rows * ROW_NUMBERS, 3);
    float[] partial = new float[2 * rows * Timeline.LANE_MULTIPLE];
    kernels.addDeviationProducts(dy, 2, x, 3, numbers, rows, lanes, width, partial);
    FMatrixRMaj sums = new FMatrixRMaj(2 * rows, 1);
    kernels.addPartialSums(partial, 2 * rows, sums, 0);
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      double along = 0;
      for (int l = 0; l < width; l++) {
        int o = r * lanes + l;
        sum += dy[2 + o];
        along += dy[2 + o] * deviation(x, 3 + o, numbers, r);
      }
      assertNear(sum, sums.data[2 * r], 1e-5, "sum of row " + r);
      assertNear(along, sums.data[2 * r + 1], 1e-5, "products of row " + r);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,16,16", "2,16,48", "65,48,48", "300,32,64", "5,0,16", "33,16,32"})
  void scalesDeviationsBack(int rows, int width, int lanes) {
    float[] dy = random(rows * lanes + 2, 1);
    float[] x = random(rows * lanes + 3, 2);
    float[] numbers = random(rows * ROW_NUMBERS, 3);
    double[] expected = copy(x);
    for (int r = 0; r < rows; r++) {
      int n = r * ROW_NUMBERS;
      for (int l = 0; l < width; l++) {
        int o = r * lanes + l;
        expected[3 + o] =
            numbers[n + SCALE] * dy[2 + o]
                + numbers[n + ALONG] * deviation(x, 3 + o, numbers, r)
                + numbers[n + SHIFT];
      }
    }
    kernels.scaleDeviationsBack(dy, 2, x, 3, numbers, rows, lanes, width);
    assertNear(expected, x, 1e-6, "x");
  }
}
