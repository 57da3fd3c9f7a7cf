package org.unroll.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactSumTest {
  private static ExactSum sum(List<Double> values) {
    ExactSum sum = new ExactSum();
    values.forEach(sum::add);
    return sum;
  }

  private static List<Double> values(Random random, int n) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      values.add(Math.scalb(random.nextGaussian(), random.nextInt(120) - 60));
    }
    return values;
  }

  @Test
  void isTheRoundedSumInAnyOrderAndGrouping() {
    Random random = new Random(1);
    List<Double> values = values(random, 200);
    BigDecimal exact =
        values.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
    for (int trial = 0; trial < 20; trial++) {
      Collections.shuffle(values, random);
      int cut = random.nextInt(values.size() + 1);
      ExactSum left = sum(values.subList(0, cut));
      left.add(sum(values.subList(cut, values.size())));
      assertEquals(exact.doubleValue(), left.value());
      assertEquals(sum(values).toString(), left.toString());
    }
  }

  @Test
  void losesNothingToCancellation() {
    assertEquals(1, sum(List.of(1e308, 1.0, -1e308)).value());
    assertEquals(Double.MIN_VALUE, sum(List.of(Double.MIN_VALUE, 1.0, -1.0)).value());
  }

  @Test
  void mergingWithTheEmptySumChangesNothing() {
    ExactSum left = sum(List.of(0.1, 0.2));
    left.add(new ExactSum());
    ExactSum right = new ExactSum();
    right.add(sum(List.of(0.1, 0.2)));
    assertEquals(sum(List.of(0.1, 0.2)).toString(), left.toString());
    assertEquals(left.toString(), right.toString());
    assertEquals(0, new ExactSum().value());
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {0, -0.1, 1, Double.MIN_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE, 1e-30, 3e21})
  void itsTextIsAllOfIt(double value) {
    ExactSum sum = sum(List.of(value, 0.3, 1e17));
    ExactSum read = ExactSum.parse(sum.toString());
    assertEquals(sum.toString(), read.toString());
    sum.add(-0.3);
    read.add(-0.3);
    assertEquals(sum.toString(), read.toString());
    assertEquals(sum.value(), read.value());
  }

  @Test
  void anEmptySumCanBeRead() {
    assertEquals(0, ExactSum.parse(new ExactSum().toString()).value());
  }

  @Test
  void refusesWhatIsNoNumber() {
    assertThrows(NumberFormatException.class, () -> ExactSum.parse("1.5x"));
    assertThrows(NumberFormatException.class, () -> new ExactSum().add(Double.NaN));
  }
}
