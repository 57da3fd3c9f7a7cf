package org.unroll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A chosen few cases have every pair of values that all have. */
class PairwiseTest {
  private static final int[] SIZES = {7, 3, 2, 4, 2, 5};

  private record Case(List<Integer> values) {
    List<Map<String, Object>> views() {
      Map<String, Object> view = Pairwise.view();
      for (int o = 0; o < values.size(); o++) {
        view.put("option " + o, values.get(o));
      }
      return List.of(view);
    }
  }

  /** The product of options of so many values. */
  private static List<Case> product(int... sizes) {
    List<Case> cases = List.of(new Case(List.of()));
    for (int size : sizes) {
      List<Case> longer = new ArrayList<>();
      for (Case each : cases) {
        for (int value = 0; value < size; value++) {
          List<Integer> values = new ArrayList<>(each.values());
          values.add(value);
          longer.add(new Case(values));
        }
      }
      cases = longer;
    }
    return cases;
  }

  /** Two options with their values, or one, which stands on both sides. */
  private record Pair(String option, Object value, String other, Object otherValue) {}

  private static <T> Set<Pair> pairs(List<T> cases, Function<T, List<Map<String, Object>>> views) {
    Set<Pair> pairs = new HashSet<>();
    for (T each : cases) {
      for (Map<String, Object> view : views.apply(each)) {
        view.forEach((a, x) -> view.forEach((b, y) -> pairs.add(new Pair(a, x, b, y))));
      }
    }
    return pairs;
  }

  @Test
  void everyPairOfValuesOccurs() {
    List<Case> chosen = Pairwise.choose(product(SIZES), Case::views);
    for (int o = 0; o < SIZES.length; o++) {
      for (int p = 0; p < o; p++) {
        for (int value = 0; value < SIZES[o]; value++) {
          for (int other = 0; other < SIZES[p]; other++) {
            int[] pair = {o, value, p, other};
            assertTrue(
                chosen.stream()
                    .anyMatch(
                        each ->
                            each.values().get(pair[0]) == pair[1]
                                && each.values().get(pair[2]) == pair[3]),
                () -> "(option, value, option, value) = " + Arrays.toString(pair));
          }
        }
      }
    }
  }

  @Test
  void theyAreFew() {
    // No fewer than 35 have each value of the first option with each of the last.
    assertTrue(Pairwise.choose(product(SIZES), Case::views).size() <= 40);
    assertTrue(Pairwise.choose(product(2, 2, 2, 2, 2, 2, 2), Case::views).size() <= 9);
  }

  @Test
  void theSameCasesGiveTheSameChoiceInTheirOrder() {
    List<Case> all = product(SIZES);
    List<Case> chosen = Pairwise.choose(all, Case::views);
    assertEquals(chosen, Pairwise.choose(all, Case::views));
    List<Case> inOrder = new ArrayList<>(all);
    inOrder.retainAll(chosen);
    assertEquals(inOrder, chosen);
  }

  /** What is impossible is not among the cases; of what is left every pair occurs. */
  @Test
  void onlyWhatIsAmongTheCasesIsAskedFor() {
    List<Case> possible = new ArrayList<>(product(SIZES));
    possible.removeIf(each -> each.values().get(1) == 2 && each.values().get(3) > 1);
    possible.removeIf(each -> each.values().get(0) == 5 && each.values().get(4) == 0);
    List<Case> chosen = Pairwise.choose(possible, Case::views);
    assertTrue(possible.containsAll(chosen));
    assertEquals(pairs(possible, Case::views), pairs(chosen, Case::views));
    assertTrue(chosen.size() < 45);
  }

  /** A case of several views has the pairs of each, and none between them. */
  @Test
  void viewsAreKeptApart() {
    Function<List<String>, List<Map<String, Object>>> views =
        parts ->
            parts.stream()
                .map(part -> Pairwise.view("left", part.charAt(0), "right", part.charAt(1)))
                .toList();
    List<List<String>> all =
        List.of(List.of("ax"), List.of("ay"), List.of("bx"), List.of("ax", "by"), List.of("bx"));
    List<List<String>> chosen = Pairwise.choose(all, views);
    assertEquals(List.of(List.of("ay"), List.of("bx"), List.of("ax", "by")), chosen);
    assertEquals(pairs(all, views), pairs(chosen, views));
  }

  @Test
  void aSingleOptionTakesAllItsValues() {
    assertEquals(product(7), Pairwise.choose(product(7), Case::views));
    assertEquals(List.of(), Pairwise.choose(List.<Case>of(), Case::views));
  }

  /** With {@code -Psoak} nothing is left out, and else something. */
  @Test
  void theProfileDecides() {
    String before = System.getProperty(Pairwise.EVERY_CASE);
    try {
      System.setProperty(Pairwise.EVERY_CASE, "true");
      assertEquals(product(SIZES), Pairwise.cases(product(SIZES), Case::views));
      System.clearProperty(Pairwise.EVERY_CASE);
      assertEquals(
          Pairwise.choose(product(SIZES), Case::views),
          Pairwise.cases(product(SIZES), Case::views));
    } finally {
      if (before != null) {
        System.setProperty(Pairwise.EVERY_CASE, before);
      }
    }
  }
}
