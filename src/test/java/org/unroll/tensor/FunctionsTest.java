package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FunctionsTest {
  @Test
  void theLogarithmIsRightOverTheWholeRange() {
    for (float x = Float.MIN_NORMAL; x < Float.MAX_VALUE / 2; x *= 1.0007f) {
      double expected = Math.log(x);
      assertEquals(expected, Functions.log(x), 2e-7 * Math.max(1, Math.abs(expected)), "of " + x);
    }
    assertEquals(0, Functions.log(1));
  }
}
