package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.unroll.tensor.KernelsUnderTest.assertNear;
import static org.unroll.tensor.KernelsUnderTest.copy;
import static org.unroll.tensor.KernelsUnderTest.random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pooling against plain loops, over every kernel. */
@ParameterizedClass
@ValueSource(strings = {"ejml", "vector"})
class PoolingKernelsTest {
  @Parameter String name;

  private PoolingKernels pooling;

  @BeforeEach
  void open() {
    pooling = KernelsUnderTest.open(name).pooling();
  }

  /** A dead lane, a zero with a sign, and values that are equal in several steps. */
  @ParameterizedTest
  @CsvSource({"1,16,16", "2,16,48", "65,48,48", "300,32,64", "5,0,16"})
  void maximumAndItsWayBack(int rows, int width, int lanes) {
    int steps = 4;
    int size = rows * lanes;
    float[] x = random(steps * size + 3, 1);
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 5 == 0 ? -0f : Math.round(2 * x[i]);
    }
    float[] barrier = new float[lanes];
    float[] y = new float[size + 2];
    java.util.Arrays.fill(y, Float.NEGATIVE_INFINITY);
    float[] left = random(size + 1, 2);
    float[] d = left.clone();
    float[] expected = y.clone();
    float[] expectedGradient = new float[steps * size + 4];
    for (int r = 0; r < rows; r++) {
      for (int l = 0; l < width; l++) {
        int o = r * lanes + l;
        int first = 0;
        for (int t = 0; t < living(l, steps); t++) {
          first = x[3 + t * size + o] > x[3 + first * size + o] ? t : first;
        }
        expected[2 + o] = 0f + x[3 + first * size + o];
        expectedGradient[4 + first * size + o] = d[1 + o];
      }
    }
    for (int t = 0; t < steps; t++) {
      close(barrier, t, steps);
      pooling.max(x, 3 + t * size, y, 2, rows, lanes, width, barrier);
    }
    assertArrayEquals(expected, y);
    float[] dx = new float[steps * size + 4];
    java.util.Arrays.fill(barrier, 0f);
    for (int t = 0; t < steps; t++) {
      close(barrier, t, steps);
      int xo = 3 + t * size;
      int dxo = 4 + t * size;
      pooling.maxBack(x, xo, y, 2, left, 1, dx, dxo, rows, lanes, width, barrier);
    }
    assertArrayEquals(expectedGradient, dx);
  }

  private static int living(int lane, int steps) {
    return 1 + lane % steps;
  }

  private static void close(float[] barrier, int t, int steps) {
    for (int l = 0; l < barrier.length; l++) {
      barrier[l] = t < living(l, steps) ? 0f : Float.NEGATIVE_INFINITY;
    }
  }

  @ParameterizedTest
  @CsvSource({"1,16,16", "2,16,48", "65,48,48", "300,32,64", "5,0,16"})
  void weighedSums(int rows, int width, int lanes) {
    float[] factor = random(lanes + 5, 1);
    float[] x = random(rows * lanes + 3, 2);
    float[] y = random(rows * lanes + 4, 3);
    float[] sums = random(lanes + 1, 4);
    double[] expected = copy(y);
    double[] expectedSums = copy(sums);
    for (int l = 0; l < width; l++) {
      expectedSums[1 + l] = 0;
      for (int r = 0; r < rows; r++) {
        int o = r * lanes + l;
        expectedSums[1 + l] += (double) x[3 + o] * y[4 + o];
        expected[4 + o] += (double) factor[5 + l] * x[3 + o];
      }
    }
    pooling.products(x, 3, y, 4, sums, 1, rows, lanes, width);
    assertNear(expectedSums, sums, 1e-5, "sums");
    pooling.addScaled(factor, 5, x, 3, y, 4, rows, lanes, width);
    assertNear(expected, y, 1e-6, "y");
  }
}
