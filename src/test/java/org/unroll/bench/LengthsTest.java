package org.unroll.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.IntSummaryStatistics;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LengthsTest {

  @Test
  void fixedLengthsAreAllTheSame() {
    Lengths lengths = Lengths.parse("fixed:100");
    assertEquals(100, lengths.next(new Random(1)));
    assertEquals("fixed:100", lengths.toString());
  }

  @Test
  void logNormalLengthsHaveTheirMeanAndBounds() {
    Lengths lengths = Lengths.parse("lognormal:3.2:0.6:60");
    Random random = new Random(1);
    IntSummaryStatistics seen =
        IntStream.range(0, 20_000).map(i -> lengths.next(random)).summaryStatistics();
    assertEquals(Lengths.SHORTEST, seen.getMin());
    assertEquals(60, seen.getMax());
    // e^(μ + σ²/2) = 29.4, less what is cut at 60 and at whole steps.
    assertEquals(27.5, seen.getAverage(), 1.5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "100",
        "fixed",
        "fixed:",
        "fixed:0",
        "fixed:x",
        "fixed:1:2",
        "fixed:100001",
        "lognormal:3:1",
        "lognormal:a:1:9",
        "lognormal:3:-1:9",
        "lognormal:NaN:1:9",
        "lognormal:3:1:4",
        "uniform:3"
      })
  void anythingElseIsRefused(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Lengths.parse(text));
    assertTrue(e.getMessage().startsWith("lengths "), e.getMessage());
    assertTrue(e.getMessage().contains(", got "), e.getMessage());
  }
}
