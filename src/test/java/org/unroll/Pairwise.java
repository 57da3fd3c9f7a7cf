package org.unroll;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Chooses among many combinations of options a few in which every pair of values still occurs. Most
 * mistakes in code with options show with one value, or with two together; trying all combinations
 * costs much more and finds hardly more. The whole product runs with {@code -Psoak}.
 *
 * <p>A case is described by one or several views, each a value per option: a network of two layers
 * by one view for either layer. Only combinations that are among the cases are asked for, so that
 * nobody has to say which are impossible.
 */
public final class Pairwise {
  /** Set by {@code -Psoak}: every case runs. */
  static final String EVERY_CASE = "unroll.every.case";

  private Pairwise() {}

  /** {@link #choose Chosen} cases; all of them with {@code -Psoak}. */
  public static <T> List<T> cases(
      Collection<? extends T> all, Function<T, List<Map<String, Object>>> views) {
    return isEveryCase() ? List.copyOf(all) : choose(all, views);
  }

  /** Whether every case runs: {@code -Psoak}. */
  public static boolean isEveryCase() {
    return Boolean.getBoolean(EVERY_CASE);
  }

  /** What tells another process of tests the same. */
  public static String option() {
    return "-D" + EVERY_CASE + "=" + isEveryCase();
  }

  /**
   * Some of the cases, in their order: wherever a case has two values in one of its views, a chosen
   * one has them, too. The same cases give the same choice.
   *
   * @param views values by option; a view without an option has no pairs with it
   */
  static <T> List<T> choose(
      Collection<? extends T> all, Function<T, List<Map<String, Object>>> views) {
    List<T> candidates = List.copyOf(all);
    Map<List<Object>, Integer> numbers = new HashMap<>();
    List<BitSet> missing = new ArrayList<>();
    for (T candidate : candidates) {
      BitSet pairs = new BitSet();
      views.apply(candidate).forEach(view -> addPairs(view, numbers, pairs));
      missing.add(pairs);
    }
    // Greedily the case that adds most pairs, among equals the first.
    TreeMap<Integer, T> chosen = new TreeMap<>();
    for (int best = largest(missing); best >= 0; best = largest(missing)) {
      chosen.put(best, candidates.get(best));
      BitSet covered = (BitSet) missing.get(best).clone();
      missing.forEach(pairs -> pairs.andNot(covered));
    }
    return List.copyOf(chosen.values());
  }

  /** One option is a pair with itself: a single option must take all of its values, too. */
  private static void addPairs(
      Map<String, Object> view, Map<List<Object>, Integer> numbers, BitSet pairs) {
    List<Map.Entry<String, Object>> values = List.copyOf(new TreeMap<>(view).entrySet());
    for (int i = 0; i < values.size(); i++) {
      for (int j = i; j < values.size(); j++) {
        List<Object> pair = List.of(values.get(i), values.get(j));
        pairs.set(numbers.computeIfAbsent(pair, each -> numbers.size()));
      }
    }
  }

  private static int largest(List<BitSet> sets) {
    int best = -1;
    int most = 0;
    for (int i = 0; i < sets.size(); i++) {
      int size = sets.get(i).cardinality();
      if (size > most) {
        best = i;
        most = size;
      }
    }
    return best;
  }

  /** A view of values by option: name, value, name, value … */
  public static Map<String, Object> view(Object... namesAndValues) {
    Map<String, Object> view = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      view.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return view;
  }
}
