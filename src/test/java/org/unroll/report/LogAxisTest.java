package org.unroll.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogAxisTest {
  private static String labels(LogAxis axis) {
    return String.join(" ", Arrays.stream(axis.ticks()).mapToObj(axis::label).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "0.02, 30, 5, 0.01 0.1 1 10 100",
    "1, 1, 5, 1 2 5 10",
    "0.012, 0.07, 5, 0.01 0.02 0.05 0.1",
    "1e-5, 9e-5, 5, 10⁻⁵ 2·10⁻⁵ 5·10⁻⁵ 10⁻⁴",
    "0.001, 1, 5, 0.001 0.01 0.1 1",
    "2e-13, 0.5, 4, 10⁻¹⁶ 10⁻¹² 10⁻⁸ 10⁻⁴ 1",
    "1e3, 1e5, 5, 1000 10⁴ 10⁵",
  })
  void ticksArePowersOfTen(double low, double high, int intervals, String expected) {
    assertEquals(expected, labels(LogAxis.of(low, high, intervals)));
  }

  @Test
  void equalRatiosAreEqualDistances() {
    LogAxis axis = LogAxis.of(0.01, 100, 4);
    assertEquals(0, axis.share(0.01), 1e-12);
    assertEquals(0.5, axis.share(1), 1e-12);
    assertEquals(1, axis.share(100), 1e-12);
    assertEquals(axis.share(3) - axis.share(1), axis.share(30) - axis.share(10), 1e-12);
  }

  @Test
  void anyRangeFits() {
    var random = new Random(5);
    for (int i = 0; i < 5000; i++) {
      double a = Math.pow(10, random.nextInt(60) - 30 + random.nextDouble());
      double b = random.nextInt(4) == 0 ? a : a * Math.pow(10, 20 * random.nextDouble());
      LogAxis axis = LogAxis.of(a, b, 5);
      int ticks = axis.ticks().length;
      assertTrue(ticks >= 1 && ticks <= 8, axis + " has " + ticks);
      assertTrue(
          axis.share(a) >= -1e-9 && axis.share(b) <= 1 + 1e-9, axis + " for " + a + ", " + b);
    }
  }
}
