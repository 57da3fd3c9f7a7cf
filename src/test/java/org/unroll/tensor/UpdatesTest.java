package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.unroll.tensor.KernelsUnderTest.assertNear;
import static org.unroll.tensor.KernelsUnderTest.copy;
import static org.unroll.tensor.KernelsUnderTest.gates;
import static org.unroll.tensor.KernelsUnderTest.random;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates of parameters and sums of gradients against plain loops, over every kernel. */
@ParameterizedClass
@ValueSource(strings = {"ejml", "vector"})
class UpdatesTest {
  @Parameter String name;

  private UpdateKernels kernels;

  @BeforeEach
  void open() {
    kernels = KernelsUnderTest.open(name).updates();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 33, 100})
  void adam(int n) {
    float[] theta = random(n + 2, 1);
    float[] m = random(n + 2, 2);
    float[] v = gates(n + 2, 3);
    double[] expected = copy(theta);
    double[] expectedM = copy(m);
    double[] expectedV = copy(v);
    for (int step = 5; step < 8; step++) {
      float[] g = random(n + 2, step);
      for (int i = 0; i < n; i++) {
        expectedM[i] = .9 * expectedM[i] + .1 * g[i];
        expectedV[i] = .999 * expectedV[i] + .001 * g[i] * g[i];
        double root = Math.sqrt(expectedV[i]) / Math.sqrt(1 - Math.pow(.999, step));
        expected[i] -= .01 / (1 - Math.pow(.9, step)) * expectedM[i] / (root + 1e-8);
      }
      kernels.adam(theta, m, v, g, 0, n, step, .01, .9, .999, 1e-8);
    }
    assertNear(expected, theta, 2e-6, "theta");
    assertNear(expectedM, m, 1e-6, "m");
    assertNear(expectedV, v, 1e-6, "v");
  }

  @Test
  void adamsMomentsDoNotDecayIntoDenormals() {
    float[] m = new float[20];
    float[] v = new float[20];
    m[3] = 1e-30f;
    v[19] = 1e-30f;
    kernels.adam(new float[20], m, v, new float[20], 0, 20, 1, .01, .9, .999, 1e-8);
    assertEquals(0f, m[3]);
    assertEquals(0f, v[19]);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 33, 100})
  void gradientDescent(int n) {
    for (int variant = 0; variant < 3; variant++) {
      float[] theta = random(n + 2, 1);
      float[] velocity = variant == 0 ? null : random(n + 2, 2);
      float[] g = random(n + 2, 3);
      double[] expected = copy(theta);
      double[] expectedVelocity = velocity == null ? null : copy(velocity);
      for (int i = 0; i < n; i++) {
        double move = g[i];
        if (velocity != null) {
          expectedVelocity[i] = .9 * expectedVelocity[i] + g[i];
          move = variant == 1 ? expectedVelocity[i] : g[i] + .9 * expectedVelocity[i];
        }
        expected[i] -= .1 * move;
      }
      kernels.sgd(theta, velocity, g, 0, n, .1f, .9f, variant == 2);
      assertNear(expected, theta, 1e-6, "theta");
      if (velocity != null) {
        assertNear(expectedVelocity, velocity, 1e-6, "velocity");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 33, 100})
  void rmsprop(int n) {
    for (boolean momentum : new boolean[] {false, true}) {
      float[] theta = random(n + 2, 1);
      float[] v = gates(n + 2, 2);
      float[] u = momentum ? random(n + 2, 4) : null;
      double[] expected = copy(theta);
      double[] expectedV = copy(v);
      double[] expectedU = momentum ? copy(u) : new double[n + 2];
      for (int step = 5; step < 8; step++) {
        float[] g = random(n + 2, step);
        for (int i = 0; i < n; i++) {
          expectedV[i] = .9 * expectedV[i] + .1 * g[i] * g[i];
          double move = g[i] / (Math.sqrt(expectedV[i]) + .01);
          expectedU[i] = (momentum ? .7 * expectedU[i] : 0) + move;
          expected[i] -= .05 * expectedU[i];
        }
        kernels.rmsprop(theta, v, u, g, 0, n, .05, .9, .7, .01);
      }
      assertNear(expected, theta, 2e-6, "theta");
      assertNear(expectedV, v, 1e-6, "v");
      if (momentum) {
        assertNear(expectedU, u, 1e-5, "u");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 33, 100})
  void centredRmsprop(int n) {
    float[] theta = random(n + 2, 1);
    float[] v = new float[n + 2];
    float[] m = new float[n + 2];
    float[] u = random(n + 2, 4);
    double[] expected = copy(theta);
    double[] expectedV = copy(v);
    double[] expectedM = copy(m);
    double[] expectedU = copy(u);
    for (int step = 5; step < 9; step++) {
      float[] g = random(n + 2, step);
      for (int i = 0; i < n; i++) {
        expectedV[i] = .9 * expectedV[i] + .1 * g[i] * g[i];
        expectedM[i] = .9 * expectedM[i] + .1 * g[i];
        double deviation = Math.sqrt(expectedV[i] - expectedM[i] * expectedM[i]);
        expectedU[i] = .7 * expectedU[i] + g[i] / (deviation + .01);
        expected[i] -= .05 * expectedU[i];
      }
      kernels.rmspropCentred(theta, v, m, u, g, 0, n, .05, .9, .7, .01);
    }
    assertNear(expected, theta, 2e-6, "theta");
    assertNear(expectedV, v, 1e-6, "v");
    assertNear(expectedM, m, 1e-6, "m");
    assertNear(expectedU, u, 1e-5, "u");
  }

  /** A gradient that never changes has no deviation; rounding must not make it negative. */
  @Test
  void varianceIsNeverNegative() {
    int n = 37;
    float[] theta = new float[n];
    float[] v = new float[n];
    float[] m = new float[n];
    float[] u = new float[n];
    float[] g = random(n, 3);
    for (int step = 0; step < 2000; step++) {
      kernels.rmspropCentred(theta, v, m, u, g, 0, n, 1e-3, .9, 0, 1e-3);
    }
    for (int i = 0; i < n; i++) {
      assertTrue(Float.isFinite(theta[i]) && Float.isFinite(u[i]), "theta " + theta[i]);
    }
  }

  private static final UpdateKernels.RpropStep STEP =
      new UpdateKernels.RpropStep(1.2f, .5f, .3f, .8f);

  private static float[] signs(int n, long seed) {
    float[] signs = random(n, seed);
    for (int i = 0; i < n; i++) {
      signs[i] = Math.signum(Math.round(1.5f * signs[i]));
    }
    return signs;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 33, 100})
  void rprop(int n) {
    for (boolean undo : new boolean[] {false, true}) {
      float[] theta = random(n + 2, 1);
      float[] size = gates(n + 2, 2);
      float[] sign = signs(n + 2, 3);
      float[] g = random(n + 2, 4);
      if (n > 3) {
        g[3] = 0;
      }
      double[] expected = copy(theta);
      double[] expectedSize = copy(size);
      double[] expectedSign = copy(sign);
      for (int i = 0; i < n; i++) {
        double agree = sign[i] * Math.signum(g[i]);
        double factor = agree > 0 ? 1.2f : agree < 0 ? .5f : 1;
        expectedSize[i] = Math.min(.8f, Math.max(.3f, size[i] * factor));
        expectedSign[i] = agree < 0 ? 0 : Math.signum(g[i]);
        double back = agree < 0 && undo ? sign[i] * size[i] : 0;
        expected[i] += back - expectedSign[i] * expectedSize[i];
      }
      kernels.rprop(theta, size, sign, g, 0, n, STEP, undo);
      assertNear(expected, theta, 1e-6, "theta");
      assertNear(expectedSize, size, 1e-7, "size");
      assertNear(expectedSign, sign, 0, "sign");
    }
  }

  /** Without that, the velocity of a rare word would stay at the least number there is. */
  @Test
  void velocitiesDoNotDecayIntoDenormals() {
    float[] velocity = new float[20];
    velocity[3] = 1e-30f;
    velocity[19] = 1e-30f;
    kernels.sgd(new float[20], velocity, new float[20], 0, 20, .1f, .9f, false);
    assertEquals(0f, velocity[3]);
    assertEquals(0f, velocity[19]);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 33, 100})
  void scales(int n) {
    float[] x = random(n + 2, 1);
    double[] expected = copy(x);
    for (int i = 0; i < n; i++) {
      expected[i] *= .3f;
    }
    kernels.scale(x, 0, n, .3f);
    assertNear(expected, x, 1e-6, "x");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 33, 100})
  void addsKeepingWhatRoundingLoses(int n) {
    float[] sum = new float[n + 2];
    float[] rest = new float[n + 2];
    double[] expected = new double[n + 2];
    for (int term = 0; term < 1000; term++) {
      float[] x = random(n + 2, term);
      for (int i = 0; i < n; i++) {
        x[i] = (float) (3 + x[i] * Math.pow(10, term % 5 - 3));
        expected[i] += x[i];
      }
      kernels.addKeepingRest(x, sum, rest, 0, n);
    }
    for (int i = 0; i < n + 2; i++) {
      assertEquals(expected[i], (double) sum[i] + rest[i], 1e-9 * Math.abs(expected[i]));
      assertEquals(expected[i], sum[i], 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 1000, 1003})
  void sumsSquares(int n) {
    float[] x = random(n + 5, 1);
    double expected = 0;
    for (int i = 0; i < n; i++) {
      expected += (double) x[i] * x[i];
    }
    assertEquals(expected, UpdateKernels.sumOfSquares(x, 0, n), 1e-12 * n);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 33, 100})
  void addsRounded(int n) {
    double grid = Math.pow(2, -30);
    double magic = 1.5 * Math.pow(2, 52) * grid;
    float[] v = random(n + 3, 1);
    double[] sum = new double[n + 3];
    float largest = 0;
    double[] expected = new double[n + 3];
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, Math.abs(v[i]));
      expected[i] = 2 * Math.rint(v[i] / grid) * grid;
    }
    assertEquals(largest, kernels.addRounded(sum, v, n, magic));
    kernels.addRounded(sum, v, n, magic);
    for (int i = 0; i < sum.length; i++) {
      assertEquals(expected[i], sum[i]);
    }
  }

  @Test
  void oneBadValueIsNotLostBehindALargerGoodOne() {
    for (int place : new int[] {0, 5, 17, 36}) {
      float[] v = random(37, 1);
      v[place] = -Float.NaN;
      assertTrue(Float.isNaN(kernels.addRounded(new double[37], v, 37, 1.5e9)));
      v[place] = Float.NEGATIVE_INFINITY;
      assertEquals(Float.POSITIVE_INFINITY, kernels.addRounded(new double[37], v, 37, 1.5e9));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 33, 100})
  void divides(int n) {
    double[] sum = new double[n + 2];
    float[] values = random(n + 2, 1);
    float[] mean = new float[n + 2];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = 1e3 * values[i];
    }
    kernels.mean(sum, 7, mean, 0, n);
    for (int i = 0; i < n; i++) {
      assertEquals((float) (sum[i] / 7), mean[i]);
    }
    assertEquals(0f, mean[n]);
  }

  /** Where a range begins and ends changes no bit, and nothing outside is touched. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 37, 100})
  void rangesMeetWithoutASeam(int cut) {
    int n = 100;
    List<float[]> whole = updated(0, n, n);
    assertEquals(bits(whole), bits(updated(0, cut, n)), "cut at " + cut);
  }

  private List<float[]> updated(int from, int cut, int n) {
    float[] theta = random(n + 2, 1);
    float[] m = random(n + 2, 2);
    float[] v = gates(n + 2, 3);
    float[] g = random(n + 2, 4);
    float[] mean = new float[n + 2];
    float[] sign = signs(n + 2, 6);
    float[] u = random(n + 2, 7);
    double[] sum = copy(random(n + 2, 5));
    for (int[] range : new int[][] {{from, cut}, {cut, n}}) {
      kernels.mean(sum, 3, mean, range[0], range[1]);
      kernels.adam(theta, m, v, g, range[0], range[1], 3, .01, .9, .999, 1e-8);
      kernels.sgd(theta, m, g, range[0], range[1], .1f, .9f, true);
      kernels.scale(v, range[0], range[1], .7f);
      kernels.rmsprop(theta, v, null, g, range[0], range[1], .01, .9, 0, 1e-8);
      kernels.rmsprop(theta, v, m, g, range[0], range[1], .01, .9, .5, 1e-8);
      kernels.rmspropCentred(theta, v, m, u, g, range[0], range[1], .01, .9, .5, 1e-8);
      kernels.rprop(theta, v, sign, g, range[0], range[1], STEP, true);
      kernels.addKeepingRest(g, theta, v, range[0], range[1]);
    }
    return List.of(theta, m, v, mean, sign, u);
  }

  private static List<List<Integer>> bits(List<float[]> arrays) {
    List<List<Integer>> bits = new ArrayList<>();
    for (float[] array : arrays) {
      List<Integer> each = new ArrayList<>();
      for (float value : array) {
        each.add(Float.floatToRawIntBits(value));
      }
      bits.add(each);
    }
    return bits;
  }
}
