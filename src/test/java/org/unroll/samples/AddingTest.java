package org.unroll.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AddingTest {
  @Test
  void theTargetIsTheSumOfTheMarkedNumbers() {
    double squares = 0;
    for (int row = 0; row < 500; row++) {
      String[] cells = new Adding(7, 3).row(row).split("\t");
      String[] steps = cells[1].split(" ");
      assertEquals(14, steps.length);
      double sum = 0;
      int marks = 0;
      for (int t = 0; t < 7; t++) {
        double value = Double.parseDouble(steps[2 * t]);
        assertTrue(value >= 0 && value <= 1);
        if (steps[2 * t + 1].equals("1")) {
          sum += value;
          marks += t < 3 ? 1 : 10;
        }
      }
      assertEquals(11, marks, "one in each half");
      assertEquals(Double.parseDouble(cells[0]), sum, 1e-9);
      squares += (sum - 1) * (sum - 1);
    }
    assertEquals(1.0 / 6, squares / 500, 0.04);
  }

  @Test
  void rowsDependOnSeedAndNumberAlone() {
    assertEquals(new Adding(9, 1).row(4), new Adding(9, 1).row(4));
    assertNotEquals(new Adding(9, 1).row(4), new Adding(9, 2).row(4));
    assertThrows(IllegalArgumentException.class, () -> new Adding(1, 1));
  }
}
