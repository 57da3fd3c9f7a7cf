package org.unroll.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static final int ROWS = 4000;

  @Test
  void theVerbFitsTheFirstNounAndNothingElseTells() {
    Agreement agreement = new Agreement(3, 30, 7);
    int plural = 0;
    int othersAgree = 0;
    TreeMap<Integer, Integer> distances = new TreeMap<>();
    for (int row = 0; row < ROWS; row++) {
      String[] columns = agreement.row(row).split("\t");
      String[] words = columns[1].split(" ");
      assertEquals("the", words[0]);
      boolean many = words[1].endsWith("s");
      assertEquals(many ? "were" : "was", columns[0], columns[1]);
      plural += many ? 1 : 0;
      othersAgree += words[words.length - 1].endsWith("s") == many ? 1 : 0;
      distances.merge(words.length - 2, 1, Integer::sum);
    }
    assertEquals(0.5, (double) plural / ROWS, 0.03);
    assertEquals(0.5, (double) othersAgree / ROWS, 0.03);
    assertEquals("[3, 6, 9, 12, 15, 18, 21, 24, 27, 30]", distances.keySet().toString());
    distances.values().forEach(count -> assertEquals(0.1, (double) count / ROWS, 0.02));
  }

  @Test
  void rowsAreAFunctionOfTheSeed() {
    assertEquals(new Agreement(0, 9, 5).row(3), new Agreement(0, 9, 5).row(3));
    assertTrue(
        java.util.stream.IntStream.range(0, 9)
            .anyMatch(i -> !new Agreement(0, 9, 5).row(i).equals(new Agreement(0, 9, 6).row(i))));
    // What was published stays what it is.
    assertEquals("was\tthe girl near the kings beside the girls", new Agreement(6, 6, 1).row(0));
  }

  @Test
  void aDistanceThatCannotBeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Agreement(4, 5, 1));
    assertThrows(IllegalArgumentException.class, () -> new Agreement(9, 6, 1));
    assertThrows(IllegalArgumentException.class, () -> new Agreement(-3, 6, 1));
  }
}
