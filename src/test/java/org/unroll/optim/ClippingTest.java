package org.unroll.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;

/** As {@code torch.nn.utils.clip_grad_value_}, then {@code clip_grad_norm_}. */
class ClippingTest {
  private static Parameters gradient(float... values) {
    Parameters gradient =
        Parameters.zeros(
            List.of(
                new ParameterSpec(
                    "w", ParameterRole.WEIGHT, 1, values.length - 1, (matrix, seed) -> {}),
                new ParameterSpec("b", ParameterRole.BIAS, 1, 1, (matrix, seed) -> {})));
    System.arraycopy(values, 0, gradient.get("w").data, 0, values.length - 1);
    gradient.get("b").data[0] = values[values.length - 1];
    return gradient;
  }

  private static float[] values(Parameters gradient) {
    float[] w = gradient.get("w").data;
    float[] values = java.util.Arrays.copyOf(w, w.length + 1);
    values[w.length] = gradient.get("b").data[0];
    return values;
  }

  private static double apply(double value, double norm, Parameters gradient) {
    return Updates.clip(new EjmlKernels(), new Clipping(value, norm), gradient);
  }

  @Test
  void zeroIsOff() {
    Parameters gradient = gradient(300, -0.5f, 400);
    assertEquals(Math.sqrt(250_000.25), apply(0, 0, gradient), 1e-9);
    assertArrayEquals(new float[] {300, -0.5f, 400}, values(gradient));
  }

  @Test
  void eachValueIsCut() {
    Parameters gradient = gradient(3, -0.5f, -4);
    assertEquals(1.5, apply(1, 0, gradient));
    assertArrayEquals(new float[] {1, -0.5f, -1}, values(gradient));
  }

  @Test
  void theNormIsThatOfAllParametersTogether() {
    Parameters gradient = gradient(3, 0, 4);
    assertEquals(5, apply(0, 1, gradient));
    assertEquals(0.6, gradient.get("w").data[0], 1e-6);
    assertEquals(0.8, gradient.get("b").data[0], 1e-6);
  }

  @Test
  void aShortGradientIsLeftAlone() {
    Parameters gradient = gradient(3, 0, 4);
    assertEquals(5, apply(0, 5.1, gradient));
    assertArrayEquals(new float[] {3, 0, 4}, values(gradient));
  }

  @Test
  void valuesAreCutBeforeTheNorm() {
    Parameters gradient = gradient(30, 0, 3);
    assertEquals(5, apply(4, 1, gradient), "30 is cut to 4");
    assertEquals(0.6, gradient.get("b").data[0], 1e-6);
  }

  /** PyTorch: {@code clip_coef = max_norm / (total_norm + 1e-6)}, clamped to 1. */
  @ParameterizedTest
  @CsvSource({"0.5, 1", "1e-6, 1e-6", "2e-6, 1.5e-6", "1, 0.9999999", "5, 1e30", "0.1, 0.1"})
  void scalesAsPyTorchDoes(double maxNorm, double length) {
    float[] values = {(float) (0.6 * length), 0, (float) (0.8 * length)};
    double norm = Math.hypot(values[0], values[2]);
    double coefficient = Math.min(1, maxNorm / (norm + 1e-6));
    Parameters gradient = gradient(values);
    assertEquals(norm, apply(0, maxNorm, gradient), norm * 1e-7);
    assertEquals(values[0] * coefficient, gradient.get("w").data[0], maxNorm * 3e-7);
    assertEquals(values[2] * coefficient, gradient.get("b").data[0], maxNorm * 3e-7);
  }

  @Test
  void theNormDoesNotOverflow() {
    Parameters gradient = gradient(Float.MAX_VALUE, -Float.MAX_VALUE, Float.MAX_VALUE);
    assertEquals(Math.sqrt(3) * Float.MAX_VALUE, apply(0, 1, gradient), 1e32);
    for (float value : values(gradient)) {
      assertEquals(1 / Math.sqrt(3), Math.abs(value), 1e-5);
    }
  }

  @Test
  void theNormIsSummedInDoublePrecision() {
    float[] values = new float[100_001];
    Random random = new Random(2);
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
      squares += (double) values[i] * values[i];
    }
    assertEquals(Math.sqrt(squares), apply(0, 0, gradient(values)), 1e-9);
    assertTrue(apply(0, 0, gradient(0, 0, 0)) == 0);
  }
}
