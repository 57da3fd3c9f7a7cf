package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.unroll.tensor.KernelsUnderTest.assertNear;
import static org.unroll.tensor.KernelsUnderTest.copy;
import static org.unroll.tensor.KernelsUnderTest.gates;
import static org.unroll.tensor.KernelsUnderTest.random;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Element-wise functions and cells against plain loops in double precision, over every kernel. */
@ParameterizedClass
@ValueSource(strings = {"ejml", "vector"})
class PassesTest {
  private static final double TOLERANCE = 2e-6;

  @Parameter String name;

  private Kernels kernels;

  @BeforeEach
  void open() {
    kernels = KernelsUnderTest.open(name);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 16, 17, 31, 48, 100})
  void functions(int n) {
    float[] x = random(n + 3, 1);
    for (int i = 0; i < x.length; i++) {
      x[i] *= 12f;
    }
    float[] y = random(n + 8, 2);
    double[] sigmoid = copy(y);
    double[] tanh = copy(y);
    double[] relu = copy(y);
    double[] sum = copy(y);
    double[] product = copy(y);
    for (int i = 0; i < n; i++) {
      double v = x[3 + i];
      sigmoid[5 + i] = KernelsUnderTest.sigmoid(v);
      tanh[5 + i] = Math.tanh(v);
      relu[5 + i] = Math.max(0, v);
      sum[5 + i] += v;
      product[5 + i] *= v;
    }
    float[] out = y.clone();
    kernels.sigmoid(x, 3, out, 5, n);
    assertNear(sigmoid, out, TOLERANCE, "sigmoid");
    out = y.clone();
    kernels.tanh(x, 3, out, 5, n);
    assertNear(tanh, out, TOLERANCE, "tanh");
    out = y.clone();
    kernels.relu(x, 3, out, 5, n);
    assertNear(relu, out, TOLERANCE, "relu");
    out = y.clone();
    kernels.add(x, 3, out, 5, n);
    assertNear(sum, out, TOLERANCE, "sum");
    out = y.clone();
    kernels.multiply(x, 3, y, 5, out, 5, n);
    assertNear(product, out, TOLERANCE, "product");
  }

  /** Digits are kept where the result is near 0, and whatever is not finite does no harm. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 16, 17, 31, 48, 100})
  void logistic(int n) {
    float[] z = random(n + 3, 1);
    for (int i = 0; i < z.length; i++) {
      z[i] *= i % 2 == 0 ? 20f : 3f;
    }
    float[] given = z.clone();
    float[] e = random(n + 5, 2);
    float before = e[n + 4];
    kernels.logistic(z, 3, e, 4, n);
    for (int i = 0; i < n; i++) {
      double v = given[3 + i];
      double small = Math.exp(-Math.abs(v));
      assertEquals(small, e[4 + i], 1e-6 * small, "exp of " + v);
      double sigmoid = (v > 0 ? 1 : small) / (1 + small);
      assertEquals(sigmoid, z[3 + i], 1e-6 * sigmoid, "sigmoid of " + v);
    }
    assertEquals(before, e[n + 4]);
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -0f, 1e-42f};
    float[] ofOdd = new float[6];
    kernels.logistic(odd, 0, ofOdd, 0, 6);
    assertEquals("NaN 1.000000 0.000000 0.500000 0.500000 0.500000", rounded(odd));
    assertEquals("NaN 0.000000 0.000000 1.000000 1.000000 1.000000", rounded(ofOdd));
  }

  private static String rounded(float[] values) {
    return IntStream.range(0, values.length)
        .mapToObj(i -> String.format(Locale.ROOT, "%.6f", values[i]))
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 31, 48})
  void functionsBack(int n) {
    float[] y = random(n + 3, 1);
    float[] dy = random(n + 2, 2);
    if (n > 2) {
      dy[2 + 1] = 1e-31f;
      dy[2 + 2] = -1e-31f;
      y[3] = 0f;
    }
    float[] dx = random(n + 8, 3);
    double[] tanh = copy(dx);
    double[] relu = copy(dx);
    for (int i = 0; i < n; i++) {
      double d = Math.abs(dy[2 + i]) < 1e-30 ? 0 : dy[2 + i];
      tanh[5 + i] = d * (1 - (double) y[3 + i] * y[3 + i]);
      relu[5 + i] = y[3 + i] > 0 ? d : 0;
    }
    float[] out = dx.clone();
    kernels.tanhBack(y, 3, dy, 2, out, 5, n);
    assertNear(tanh, out, TOLERANCE, "tanh back");
    out = dx.clone();
    kernels.reluBack(y, 3, dy, 2, out, 5, n);
    assertNear(relu, out, TOLERANCE, "relu back");
    if (n > 2) {
      assertEquals(0f, out[5], "nothing flows through a unit that is exactly zero");
      assertEquals(0f, Math.abs(out[6]), "what is under 1e-30 becomes zero");
    }
  }

  @Test
  void extremesSaturateAndNotANumberStays() {
    float[] x = {
      Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -0f, 1e30f, -1e30f, 1e-42f
    };
    float[] many = new float[8 * 5];
    for (int i = 0; i < many.length; i++) {
      many[i] = x[i % 8];
    }
    float[] y = new float[many.length];
    kernels.tanh(many, 0, y, 0, many.length);
    for (int i = 0; i < many.length; i++) {
      assertNear(Math.tanh(x[i % 8]), y[i], 1e-6, "tanh " + x[i % 8]);
    }
    kernels.sigmoid(many, 0, y, 0, many.length);
    for (int i = 0; i < many.length; i++) {
      assertNear(KernelsUnderTest.sigmoid(x[i % 8]), y[i], 1e-6, "sigmoid " + x[i % 8]);
    }
    kernels.relu(many, 0, y, 0, many.length);
    for (int i = 0; i < many.length; i++) {
      assertEquals(Math.max(0f, x[i % 8]), y[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 31, 48})
  void lstmState(int n) {
    float[] g = gates(3 * n + 20, 1);
    float[] c = random(2 * n + 9, 2);
    int f = 1;
    int i = f + n + 2;
    int candidate = i + n + 3;
    double[] expected = copy(c);
    for (int k = 0; k < n; k++) {
      expected[n + 5 + k] = (double) g[f + k] * c[2 + k] + (double) g[i + k] * g[candidate + k];
    }
    kernels.lstmState(g, i, f, candidate, c, 2, n + 5, n);
    assertNear(expected, c, TOLERANCE, "c");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 31, 48})
  void lstmBackOutput(int n) {
    float[] shown = random(n + 2, 3);
    float[] da = random(n + 1, 4);
    for (boolean identity : new boolean[] {false, true}) {
      float[] g = gates(n + 3, 1);
      float[] ds = random(n + 5, 5);
      if (n > 1) {
        da[1] = 1e-31f;
        ds[5] = 1e-31f;
      }
      double[] expected = copy(g);
      double[] expectedDs = copy(ds);
      for (int k = 0; k < n; k++) {
        double d = Math.abs(da[1 + k]) < 1e-30 ? 0 : da[1 + k];
        double out = g[3 + k];
        double slope = identity ? 1 : 1 - (double) shown[2 + k] * shown[2 + k];
        expectedDs[5 + k] += d * out * slope;
        expected[3 + k] = d * shown[2 + k] * out * (1 - out);
      }
      if (identity) {
        kernels.lstmBackIdentity(g, 3, shown, 2, da, 1, ds, 5, n);
      } else {
        kernels.lstmBackOutput(g, 3, shown, 2, da, 1, ds, 5, n);
      }
      assertNear(expected, g, TOLERANCE, "output gate, identity " + identity);
      assertNear(expectedDs, ds, TOLERANCE, "ds, identity " + identity);
      if (n > 1) {
        assertEquals(0f, ds[5], "what is under 1e-30 becomes zero");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 31, 48})
  void lstmBackGates(int n) {
    float[] g = gates(3 * n + 4, 1);
    float[] c = random(n + 3, 2);
    float[] dc = random(n + 5, 5);
    double[] expected = copy(g);
    double[] expectedDc = copy(dc);
    for (int k = 0; k < n; k++) {
      double in = g[k];
      double forget = g[n + 1 + k];
      double candidate = g[2 * n + 2 + k];
      double s = dc[5 + k];
      expected[k] = s * candidate * in * (1 - in);
      expected[n + 1 + k] = s * c[3 + k] * forget * (1 - forget);
      expected[2 * n + 2 + k] = s * in * (1 - candidate * candidate);
      expectedDc[5 + k] = s * forget;
    }
    kernels.lstmBackGates(g, 0, n + 1, 2 * n + 2, c, 3, dc, 5, n);
    assertNear(expected, g, TOLERANCE, "gates");
    assertNear(expectedDc, dc, TOLERANCE, "dc");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 31, 48})
  void gru(int n) {
    float[] g = gates(2 * n + 1, 1);
    float[] a = random(2 * n + 5, 2);
    double[] expected = copy(a);
    for (int k = 0; k < n; k++) {
      double z = g[k];
      expected[n + 5 + k] = (1 - z) * g[n + 1 + k] + z * a[2 + k];
    }
    kernels.gruState(g, 0, n + 1, a, 2, n + 5, n);
    assertNear(expected, a, TOLERANCE, "a");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 31, 48})
  void gruBack(int n) {
    float[] g = gates(2 * n + 1, 1);
    float[] a = random(n + 5, 2);
    float[] da = random(2 * n + 7, 3);
    double[] expected = copy(g);
    double[] expectedDa = copy(da);
    for (int k = 0; k < n; k++) {
      double d = da[1 + k];
      double z = g[k];
      double candidate = g[n + 1 + k];
      expectedDa[n + 4 + k] += d * z;
      expected[k] = d * (a[5 + k] - candidate) * z * (1 - z);
      expected[n + 1 + k] = d * (1 - z) * (1 - candidate * candidate);
    }
    kernels.gruBack(g, 0, n + 1, a, 5, da, 1, n + 4, n);
    assertNear(expected, g, TOLERANCE, "gates");
    assertNear(expectedDa, da, TOLERANCE, "da");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 31, 48})
  void gruResetBefore(int n) {
    float[] g = gates(n + 3, 1);
    float[] drc = random(n + 2, 2);
    float[] a = random(n + 5, 3);
    float[] da = random(n + 4, 4);
    double[] expected = copy(g);
    double[] expectedDa = copy(da);
    for (int k = 0; k < n; k++) {
      double r = g[3 + k];
      expectedDa[4 + k] += drc[2 + k] * r;
      expected[3 + k] = drc[2 + k] * a[5 + k] * r * (1 - r);
    }
    kernels.gruResetBeforeBack(g, 3, drc, 2, a, 5, da, 4, n);
    assertNear(expected, g, TOLERANCE, "r");
    assertNear(expectedDa, da, TOLERANCE, "da");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 31, 48})
  void gruResetAfter(int n) {
    float[] g = gates(2 * n + 3, 1);
    float[] hn = random(n + 2, 2);
    double[] expected = copy(g);
    for (int k = 0; k < n; k++) {
      expected[n + 3 + k] = Math.tanh(g[n + 3 + k] + (double) g[1 + k] * hn[2 + k]);
    }
    kernels.gruCandidateAfter(g, 1, n + 3, hn, 2, n);
    assertNear(expected, g, TOLERANCE, "candidate");

    double[] expectedHn = copy(hn);
    expected = copy(g);
    for (int k = 0; k < n; k++) {
      double d = g[n + 3 + k];
      double r = g[1 + k];
      expected[1 + k] = d * hn[2 + k] * r * (1 - r);
      expectedHn[2 + k] = d * r;
    }
    kernels.gruResetAfterBack(g, 1, n + 3, hn, 2, n);
    assertNear(expected, g, TOLERANCE, "r");
    assertNear(expectedHn, hn, TOLERANCE, "hn");
  }

  @Test
  void aTailHasTheBitsOfTheBody() {
    // Every function is element-wise: computed alone, each element must come out the same.
    float[] g = random(4 * 64, 1);
    float[] c = random(2 * 64, 2);
    float[] tanhC = new float[64];
    float[] da = random(64, 4);
    float[] dc = random(64, 3);
    float[] alone = g.clone();
    float[] aloneC = c.clone();
    float[] aloneTanhC = tanhC.clone();
    float[] aloneDc = dc.clone();
    lstm(g, c, tanhC, da, dc, 0, 64);
    for (int k = 0; k < 64; k++) {
      lstm(alone, aloneC, aloneTanhC, da, aloneDc, k, 1);
    }
    for (float[][] pair : new float[][][] {{g, alone}, {c, aloneC}, {tanhC, aloneTanhC}}) {
      assertArrayEquals(pair[0], pair[1]);
    }
    assertArrayEquals(dc, aloneDc);
  }

  /** A step of an LSTM of 64 values forward and back, of which {@code n} from {@code k} on. */
  private void lstm(float[] g, float[] c, float[] tanhC, float[] da, float[] dc, int k, int n) {
    kernels.sigmoid(g, k, g, k, n);
    kernels.sigmoid(g, 64 + k, g, 64 + k, n);
    kernels.tanh(g, 128 + k, g, 128 + k, n);
    kernels.sigmoid(g, 192 + k, g, 192 + k, n);
    kernels.lstmState(g, k, 64 + k, 128 + k, c, k, 64 + k, n);
    kernels.tanh(c, 64 + k, tanhC, k, n);
    kernels.lstmBackOutput(g, 192 + k, tanhC, k, da, k, dc, k, n);
    kernels.lstmBackIdentity(g, 192 + k, tanhC, k, da, k, dc, k, n);
    kernels.lstmBackGates(g, k, 64 + k, 128 + k, c, k, dc, k, n);
  }
}
