package org.unroll.metric;

import java.util.LinkedHashMap;
import java.util.Map;

/** Shares of counts. */
final class Ratio {
  private Ratio() {}

  /** A share; 0 of nothing. */
  static double of(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /** Precision, recall and F1, with the number of targets they are of. */
  static Map<String, Object> scores(long correct, long predicted, long gold) {
    Map<String, Object> scores = new LinkedHashMap<>();
    scores.put("precision", of(correct, predicted));
    scores.put("recall", of(correct, gold));
    scores.put("f1", of(2 * correct, predicted + gold));
    scores.put("targets", gold);
    return scores;
  }
}
