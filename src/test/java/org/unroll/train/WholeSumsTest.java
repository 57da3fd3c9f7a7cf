package org.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums in whole numbers against numbers of any length. */
class WholeSumsTest {
  private static final BigDecimal UNIT = new BigDecimal(0x1p-40);

  private static BigDecimal cut(double value) {
    return new BigDecimal(value).divide(UNIT, 0, RoundingMode.DOWN).multiply(UNIT);
  }

  /** Of every size from below the unit to the limit, of both signs. */
  private static List<Double> terms(int count, long seed) {
    Random random = new Random(seed);
    List<Double> terms = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double size = Math.scalb(1 + random.nextDouble(), random.nextInt(104) - 45);
      terms.add(random.nextBoolean() ? size : -size);
    }
    return terms;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void areExact(long seed) {
    BigDecimal expected = BigDecimal.ZERO;
    WholeSums sums = new WholeSums(3);
    for (double term : terms(400, seed)) {
      assertTrue(sums.add(1, term));
      expected = expected.add(cut(term));
      assertEquals(
          expected.doubleValue(), sums.value(1), Math.abs(expected.doubleValue()) * 0x1p-51);
    }
    assertEquals(0, sums.value(0));
    assertEquals(0, sums.value(2));
  }

  @Test
  void wholeNumbersComeBackToTheLastBit() {
    for (double value :
        new double[] {
          0,
          -0.0,
          1,
          -1,
          0x1p-40,
          -0x1p-40,
          0x1p24,
          -0x1p24,
          -0x1p25,
          0x1.fffffffffffffp59,
          -0x1p59,
          12345.0625,
          -12345.0625
        }) {
      WholeSums sums = new WholeSums(1);
      sums.add(0, value);
      assertEquals(value + 0.0, sums.value(0));
      sums.add(0, -value);
      assertEquals(new WholeSums(1).toString(), sums.toString());
    }
  }

  @Test
  void doNotDependOnOrderOrGrouping() {
    List<Double> terms = terms(1000, 9);
    WholeSums one = new WholeSums(1);
    terms.forEach(term -> one.add(0, term));
    for (int parts : new int[] {2, 3, 17}) {
      List<Double> shuffled = new ArrayList<>(terms);
      Collections.shuffle(shuffled, new Random(parts));
      List<WholeSums> each = new ArrayList<>();
      for (int p = 0; p < parts; p++) {
        each.add(new WholeSums(1));
      }
      for (int i = 0; i < shuffled.size(); i++) {
        each.get(i % parts).add(0, shuffled.get(i));
      }
      WholeSums total = new WholeSums(1);
      each.forEach(total::add);
      assertEquals(one.toString(), total.toString());
    }
  }

  @Test
  void refuseWhatIsTooLargeOrNoNumber() {
    WholeSums sums = new WholeSums(1);
    for (double value :
        new double[] {0x1p60, -0x1p60, Double.NaN, Double.POSITIVE_INFINITY, -Double.MAX_VALUE}) {
      assertFalse(sums.add(0, value));
    }
    assertEquals(new WholeSums(1).toString(), sums.toString());
  }
}
