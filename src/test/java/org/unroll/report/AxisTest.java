package org.unroll.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {
  private static String labels(Axis axis) {
    return String.join(" ", Arrays.stream(axis.ticks()).mapToObj(axis::label).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "1.22, 4.1, 6, 1.0 1.5 2.0 2.5 3.0 3.5 4.0 4.5",
    "0, 0.003, 4, 0 0.001 0.002 0.003",
    "0, 1, 5, 0 0.2 0.4 0.6 0.8 1.0",
    "-1, 1, 4, \u22121.0 \u22120.5 0 0.5 1.0",
    "26000, 34900, 4, 25k 30k 35k",
    "0, 2500000, 5, 0 0.5M 1.0M 1.5M 2.0M 2.5M",
    "0, 0.00002, 4, 0 5e\u22126 1e\u22125 1.5e\u22125 2e\u22125",
    "5, 5, 4, 4.5 5.0 5.5",
    "0, 0, 4, \u22121.0 \u22120.5 0 0.5 1.0",
  })
  void ticksAreRound(double low, double high, int intervals, String expected) {
    assertEquals(expected, labels(Axis.of(low, high, intervals)));
  }

  @Test
  void roundsAreWholeNumbers() {
    assertEquals("0 1", labels(Axis.exactly(0, 1, 8)));
    assertEquals("0 1 2 3", labels(Axis.exactly(0, 3, 8)));
    assertEquals("0 100 200 300 400", labels(Axis.exactly(0, 480, 6)));
    assertEquals("0 1", labels(Axis.exactly(0, 0, 6)));
  }

  @Test
  void anyRangeFits() {
    var random = new Random(5);
    for (int i = 0; i < 5000; i++) {
      double a = random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30);
      double b = random.nextInt(4) == 0 ? a : a + random.nextGaussian() * Math.abs(a);
      Axis axis = Axis.of(Math.min(a, b), Math.max(a, b), 4);
      int ticks = axis.ticks().length;
      assertTrue(ticks >= 2 && ticks <= 9, axis + " has " + ticks);
      assertTrue(axis.share(a) >= -1e-9 && axis.share(a) <= 1 + 1e-9, axis + " for " + a);
      assertTrue(axis.share(b) >= -1e-9 && axis.share(b) <= 1 + 1e-9, axis + " for " + b);
    }
  }
}
