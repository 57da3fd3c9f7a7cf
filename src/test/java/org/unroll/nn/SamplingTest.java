package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingTest {
  private static final double[] WEIGHTS = {0.5, 2, 1, 0, 1, 0.5};

  private static double[] cut(int topK, double topP) {
    double[] weights = WEIGHTS.clone();
    double sum = new Sampling(1, topK, topP, 7).cut(weights, 5);
    assertEquals(Arrays.stream(weights).sum(), sum, 1e-15);
    return weights;
  }

  @Test
  void withoutLimitsAllAreDrawnFrom() {
    assertArrayEquals(WEIGHTS, cut(0, 1));
    assertArrayEquals(WEIGHTS, cut(99, 1));
  }

  @Test
  void theMostProbableStay() {
    assertArrayEquals(new double[] {0, 2, 0, 0, 0, 0}, cut(1, 1));
    assertArrayEquals(new double[] {0, 2, 1, 0, 0, 0}, cut(2, 1), "the first of equal ones");
    assertArrayEquals(new double[] {0.5, 2, 1, 0, 1, 0}, cut(4, 1));
  }

  @Test
  void theFewestThatReachTheShareStay() {
    assertArrayEquals(new double[] {0, 2, 0, 0, 0, 0}, cut(0, 0.4), "just reached");
    assertArrayEquals(new double[] {0, 2, 1, 0, 0, 0}, cut(0, 0.41));
    assertArrayEquals(new double[] {0, 2, 0, 0, 0, 0}, cut(0, 1e-9), "never none");
    // The share is that of the symbols that top-k leaves: 2 of 4.
    assertArrayEquals(new double[] {0, 2, 0, 0, 0, 0}, cut(3, 0.5));
    assertArrayEquals(new double[] {0, 2, 1, 0, 0, 0}, cut(3, 0.51));
  }

  @ParameterizedTest
  @CsvSource({"-1, 0, 1, temperature", "1, -1, 1, top-k", "1, 0, 0, top-p", "1, 0, 1.5, top-p"})
  void limitsHaveRanges(double temperature, int topK, double topP, String named) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Sampling(temperature, topK, topP, 1))
            .getMessage();
    assertEquals(named, message.split(" ")[0]);
  }
}
