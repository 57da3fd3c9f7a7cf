package org.unroll.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One name per number. */
class NumberNamesTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1.0, 1",
    "1e0, 1",
    "10E-1, 1",
    "0, 0",
    "-0, 0",
    "-0.0, 0",
    "0e9, 0",
    "-7, -7",
    "-7.50, -7.5",
    "1E3, 1000",
    "1.0E10, 10000000000",
    "1e-5, 0.00001",
    "1e300, 1E+300",
    "123456789012345678901234567890, 123456789012345678901234567890",
    "0.1, 0.1"
  })
  void equalNumbersHaveOneName(String written, String name) throws BadRowException {
    assertEquals(name, NumberNames.of(written));
  }

  @Test
  void realNumbersHaveTheNameOfTheShortestDecimal() throws BadRowException {
    assertEquals("3", NumberNames.of(3.0));
    assertEquals("0", NumberNames.of(-0.0));
    assertEquals("0.1", NumberNames.of(0.1));
    assertEquals("0.1", NumberNames.of(0.1f));
    assertEquals("16777217", NumberNames.of(16777217.0));
    assertEquals("100000000000000000000", NumberNames.of(1e20));
    assertThrows(BadRowException.class, () -> NumberNames.of(Double.NaN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "INF"})
  void whatIsNotFiniteHasNone(String written) {
    BadRowException bad = assertThrows(BadRowException.class, () -> NumberNames.of(written));
    assertEquals("not-finite", bad.reason());
    assertEquals("a value must be text or a finite number, got " + written, bad.getMessage());
  }

  @Test
  void textMayNameANumberTwice() {
    assertEquals(List.of("1", "1.0"), NumberNames.same(List.of("2", "1.0", "x", "1")));
    assertEquals(List.of(".5", "0.5"), NumberNames.same(List.of("0.5", ".5")));
    assertEquals(List.of(), NumberNames.same(List.of("01", "1", "1.0.0", "1a", "v1.0", "", "nan")));
  }
}
