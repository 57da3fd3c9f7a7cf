package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.unroll.tensor.KernelsUnderTest.assertNear;
import static org.unroll.tensor.KernelsUnderTest.copy;
import static org.unroll.tensor.KernelsUnderTest.random;

import java.util.Random;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Softmax, dropout and tables against plain loops, over every kernel. */
@ParameterizedClass
@ValueSource(strings = {"ejml", "vector"})
class LanePassesTest {
  @Parameter String name;

  private Kernels kernels;

  @BeforeEach
  void open() {
    kernels = KernelsUnderTest.open(name);
  }

  @ParameterizedTest
  @CsvSource({"1,16,16", "2,16,48", "65,48,48", "300,32,64", "5,0,16"})
  void softmax(int rows, int width, int lanes) {
    float[] z = random(rows * lanes + 3, 1);
    for (int i = 0; i < z.length; i++) {
      z[i] *= 30f;
    }
    float[] max = new float[lanes];
    float[] sum = new float[lanes];
    double[] expected = copy(z);
    double[] expectedSum = new double[lanes];
    for (int l = 0; l < width; l++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int r = 0; r < rows; r++) {
        largest = Math.max(largest, expected[3 + r * lanes + l]);
      }
      for (int r = 0; r < rows; r++) {
        double e = Math.exp(expected[3 + r * lanes + l] - largest);
        expected[3 + r * lanes + l] = e;
        expectedSum[l] += e;
      }
    }
    kernels.softmax(z, 3, rows, lanes, width, max, sum);
    assertNear(expected, z, 1e-6, "z");
    assertNear(expectedSum, sum, 1e-6, "sum");

    float[] factor = random(lanes, 2);
    for (int l = 0; l < width; l++) {
      for (int r = 0; r < rows; r++) {
        expected[3 + r * lanes + l] *= factor[l];
      }
    }
    kernels.scaleLanes(z, 3, rows, lanes, width, factor);
    assertNear(expected, z, 2e-6, "scaled");
  }

  @ParameterizedTest
  @CsvSource({"1,16,16", "2,16,48", "65,48,48", "300,32,64", "5,0,16"})
  void sumsAndSubtractsByRows(int rows, int width, int lanes) {
    float[] z = random(rows * lanes + 3, 1);
    float[] weight = random(rows, 2);
    float[] sum = random(lanes, 3);
    double[] expected = copy(sum);
    for (int l = 0; l < width; l++) {
      expected[l] = 0;
      for (int r = 0; r < rows; r++) {
        expected[l] += (double) weight[r] * z[3 + r * lanes + l];
      }
    }
    kernels.weightedSums(z, 3, rows, lanes, width, weight, sum);
    assertNear(expected, sum, 1e-5, "sum");
    float[] factor = random(lanes, 4);
    double[] left = copy(z);
    for (int l = 0; l < width; l++) {
      for (int r = 0; r < rows; r++) {
        left[3 + r * lanes + l] -= (double) weight[r] * factor[l];
      }
    }
    kernels.subtractOuter(z, 3, rows, lanes, width, weight, factor);
    assertNear(left, z, 1e-6, "z");
  }

  @ParameterizedTest
  @CsvSource({"1,16,16", "2,16,48", "7,48,48", "300,32,64", "5,0,16"})
  void diagonals(int rows, int width, int lanes) {
    float[] factor = random(rows + 2, 1);
    float[] x = random(rows * lanes + 3, 2);
    float[] y = random(rows * lanes + 4, 3);
    double[] expected = copy(y);
    double[] expectedSums = new double[rows];
    for (int r = 0; r < rows; r++) {
      for (int l = 0; l < width; l++) {
        int o = r * lanes + l;
        expected[4 + o] += (double) factor[2 + r] * x[3 + o];
        expectedSums[r] += (double) x[3 + o] * y[4 + o];
      }
    }
    float[] partial = new float[rows * Timeline.LANE_MULTIPLE];
    kernels.addRowProducts(x, 3, y, 4, rows, lanes, width, partial);
    FMatrixRMaj sums = new FMatrixRMaj(rows + 1, 1);
    kernels.addPartialSums(partial, rows, sums, 1);
    assertEquals(0f, sums.data[0]);
    for (int r = 0; r < rows; r++) {
      assertNear(expectedSums[r], sums.data[1 + r], 2e-6, "sum of row " + r);
    }
    kernels.addScaledRows(factor, 2, x, 3, y, 4, rows, lanes, width);
    assertNear(expected, y, 1e-6, "y");
  }

  @ParameterizedTest
  @CsvSource({"2,16,48", "3,16,16", "7,48,48", "300,32,64", "1024,32,32", "5,0,16"})
  void normalizes(int rows, int width, int lanes) {
    float[] x = random(rows * lanes + 3, 1);
    for (int i = 0; i < x.length; i++) {
      // Each lane at its own distance from zero, one of them constant.
      x[i] = (i - 3) % lanes == 5 ? 2f : x[i] + .1f * ((i - 3) % lanes);
    }
    float[] gain = random(rows + 2, 2);
    float[] dy = random(rows * lanes + 4, 3);
    double[] expected = copy(x);
    double[] gradient = copy(x);
    double[] expectedInverse = new double[lanes];
    for (int l = 0; l < width; l++) {
      standardize(expected, 3 + l, rows, lanes, expectedInverse, l);
      double mean = 0;
      double along = 0;
      for (int r = 0; r < rows; r++) {
        double d = (double) gain[2 + r] * dy[4 + r * lanes + l];
        mean += d / rows;
        along += d * expected[3 + r * lanes + l] / rows;
      }
      for (int r = 0; r < rows; r++) {
        double d = (double) gain[2 + r] * dy[4 + r * lanes + l];
        double centred = d - mean - expected[3 + r * lanes + l] * along;
        gradient[3 + r * lanes + l] = centred * expectedInverse[l];
      }
    }
    float[] inverse = new float[lanes + 6];
    float[] y = random(rows * lanes + 1, 4);
    double[] expectedY = copy(y);
    for (int o = 0; o < rows * lanes; o++) {
      expectedY[1 + o] += o % lanes < width ? gain[2 + o / lanes] * expected[3 + o] : 0;
    }
    kernels.normalize(x, 3, gain, 2, y, 1, rows, lanes, width, inverse, 6);
    assertNear(expected, x, 2e-5, "x");
    assertNear(expectedY, y, 2e-5, "y");
    for (int l = 0; l < lanes; l++) {
      assertNear(expectedInverse[l], inverse[6 + l], 1e-5, "inverse of lane " + l);
    }
    float[] partial = new float[rows * Timeline.LANE_MULTIPLE];
    kernels.normalizeBack(dy, 4, gain, 2, x, 3, rows, lanes, width, inverse, 6, partial);
    assertNear(gradient, x, 1e-4, "gradient");
    FMatrixRMaj sums = new FMatrixRMaj(rows, 1);
    kernels.addPartialSums(partial, rows, sums, 0);
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      for (int l = 0; l < width; l++) {
        sum += dy[4 + r * lanes + l] * expected[3 + r * lanes + l];
      }
      assertNear(sum, sums.data[r], 1e-4, "gain of row " + r);
    }
  }

  private static void standardize(
      double[] x, int o, int rows, int lanes, double[] inverse, int lane) {
    double mean = 0;
    for (int r = 0; r < rows; r++) {
      mean += x[o + r * lanes] / rows;
    }
    double variance = 0;
    for (int r = 0; r < rows; r++) {
      variance += (x[o + r * lanes] - mean) * (x[o + r * lanes] - mean) / rows;
    }
    inverse[lane] = 1 / Math.sqrt(variance + 1e-5);
    for (int r = 0; r < rows; r++) {
      x[o + r * lanes] = (x[o + r * lanes] - mean) * inverse[lane];
    }
  }

  @Test
  void softmaxIsExactFarFromTheLargest() {
    float[] z = new float[200 * 16];
    for (int r = 0; r < 200; r++) {
      z[r * 16 + 4] = -r * .75f;
    }
    float[] sum = new float[16];
    kernels.softmax(z, 0, 200, 16, 16, new float[16], sum);
    for (int r = 0; r < 200; r++) {
      double expected = Math.exp(Math.max(-r * .75, Functions.EXP_LIMIT));
      assertEquals(1, z[r * 16 + 4] / expected, 1e-6, "row " + r);
    }
  }

  @Test
  void softmaxKeepsNotANumberInItsLane() {
    float[] z = random(10 * 32, 1);
    z[7 * 32 + 5] = Float.NaN;
    float[] sum = new float[32];
    kernels.softmax(z, 0, 10, 32, 32, new float[32], sum);
    for (int l = 0; l < 32; l++) {
      assertEquals(l == 5, Float.isNaN(sum[l]), "lane " + l);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,16,16", "7,32,48", "40,80,80", "3,0,16"})
  void dropout(int rows, int width, int lanes) {
    float[] x = random(rows * lanes + 5, 1);
    int[] keys = new Random(2).ints(lanes).toArray();
    int threshold = (int) (.3 * (1 << 24));
    float[] expected = x.clone();
    int dropped = 0;
    for (int r = 0; r < rows; r++) {
      for (int l = 0; l < width; l++) {
        boolean drop = Kernels.dropoutHash(keys[l], 77, r) >>> 8 < threshold;
        expected[5 + r * lanes + l] = drop ? 0f : expected[5 + r * lanes + l] * 1.25f;
        dropped += drop ? 1 : 0;
      }
    }
    kernels.dropout(x, 5, rows, lanes, width, keys, 77, threshold, 1.25f);
    assertArrayEquals(expected, x);
    assertTrue(rows * width < 1000 || Math.abs(dropped - .3 * rows * width) < .05 * rows * width);
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,16,16",
    "16,16,16,16",
    "17,20,32,48",
    "64,48,48,48",
    "100,33,48,64",
    "48,0,0,16",
    "33,7,16,32",
    "1024,29,32,32"
  })
  void tables(int rows, int active, int width, int lanes) {
    int symbols = 9;
    float[] table = random(symbols * rows, 1);
    int[] ids = new Random(2).ints(active + 3, 0, symbols).toArray();
    float[] y = random(rows * lanes + 6, 3);
    float[] expected = y.clone();
    for (int r = 0; r < rows; r++) {
      for (int l = 0; l < width; l++) {
        expected[6 + r * lanes + l] = l < active ? table[ids[3 + l] * rows + r] : 0f;
      }
    }
    kernels.gatherColumns(table, ids, 3, y, 6, rows, lanes, active, width);
    assertArrayEquals(expected, y);

    float[] gradient = random(symbols * rows, 4);
    float[] expectedGradient = gradient.clone();
    for (int l = 0; l < active; l++) {
      for (int r = 0; r < rows; r++) {
        expectedGradient[ids[3 + l] * rows + r] += y[6 + r * lanes + l];
      }
    }
    kernels.scatterAdd(y, 6, rows, lanes, active, ids, 3, gradient);
    assertArrayEquals(expectedGradient, gradient);
  }

  @Test
  void fillsRows() {
    Timeline timeline = KernelsUnderTest.timeline(KernelsUnderTest.lengths(40, 9));
    Steps y = KernelsUnderTest.randomSteps(timeline, 5, 1);
    FMatrixRMaj bias = new FMatrixRMaj(4, 1);
    bias.setData(random(4, 2));
    kernels.fillRows(bias, 1, 3, y, 2);
    for (int t = 0; t < timeline.steps(); t++) {
      for (int r = 0; r < 3; r++) {
        for (int l = 0; l < timeline.width(t); l++) {
          assertEquals(bias.data[1 + r], y.data()[y.offset(t) + (2 + r) * timeline.lanes() + l]);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "4,4", "7,3", "65,32", "3,66"})
  void transposes(int rows, int columns) {
    float[] x = random(rows * columns, 1);
    float[] y = new float[rows * columns];
    float[] sum = random(rows * columns, 2);
    float[] expected = sum.clone();
    Kernels.transpose(x, rows, columns, y);
    Kernels.addTransposed(x, rows, columns, sum);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        assertEquals(x[r * columns + c], y[c * rows + r]);
        expected[c * rows + r] += x[r * columns + c];
      }
    }
    assertArrayEquals(expected, sum);
  }
}
