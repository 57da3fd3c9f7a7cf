package org.unroll.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.check.Lengths.Bar;

class LengthsTest {
  private static Lengths of(int... steps) {
    Lengths lengths = new Lengths();
    Arrays.stream(steps).forEach(lengths::add);
    return lengths;
  }

  @Test
  void quantilesAreLengthsThatOccur() {
    Lengths lengths = of(9, 1, 5, 3, 7);
    assertEquals(1, lengths.quantile(0.01));
    assertEquals(1, lengths.quantile(0.2));
    assertEquals(3, lengths.quantile(0.21));
    assertEquals(5, lengths.quantile(0.5));
    assertEquals(9, lengths.quantile(1));
    assertEquals(9, lengths.longest());
  }

  @Test
  void nothingHasNoBars() {
    assertEquals(List.of(), of().histogram(10));
    assertEquals(0, of().quantile(0.5));
    assertEquals(0, of().longest());
  }

  @Test
  void equalLengthsAreOneBar() {
    assertEquals(List.of(new Bar(256, 256, 3)), of(256, 256, 256).histogram(10));
  }

  @Test
  void fewFarAwayDoNotSqueezeTheOthers() {
    Lengths lengths = new Lengths();
    for (int i = 0; i < 300; i++) {
      lengths.add(11 + i % 3);
    }
    lengths.add(2);
    lengths.add(5000);
    assertEquals(
        List.of(
            new Bar(2, 10, 1),
            new Bar(11, 11, 100),
            new Bar(12, 12, 100),
            new Bar(13, 13, 100),
            new Bar(14, 5000, 1)),
        lengths.histogram(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void barsHoldEverySequenceOnceInAnyOrderOfParts(int seed) {
    Random random = new Random(seed);
    Lengths whole = new Lengths();
    Lengths[] parts = {new Lengths(), new Lengths(), new Lengths()};
    int spread = 1 + random.nextInt(1 << 3 * seed);
    for (int i = 0; i < 500; i++) {
      int steps = 1 + random.nextInt(spread);
      whole.add(steps);
      parts[random.nextInt(2)].add(steps);
    }
    parts[2].add(parts[1]);
    parts[2].add(parts[0]);
    List<Bar> bars = whole.histogram(10);
    assertEquals(bars, parts[2].histogram(10));
    assertEquals(500, bars.stream().mapToLong(Bar::count).sum());
    assertTrue(bars.size() <= 12, bars.toString());
    for (int i = 1; i < bars.size(); i++) {
      assertEquals(bars.get(i - 1).to() + 1, bars.get(i).from());
    }
  }
}
