package org.unroll.metric;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** How often each class is there, was given, and was given rightly. */
final class HitCounts implements Serializable {
  private static final long serialVersionUID = 1;

  final long[] correct;
  final long[] given;
  final long[] gold;

  HitCounts(int classes) {
    correct = new long[classes];
    given = new long[classes];
    gold = new long[classes];
  }

  void add(HitCounts other) {
    for (int k = 0; k < gold.length; k++) {
      correct[k] += other.correct[k];
      given[k] += other.given[k];
      gold[k] += other.gold[k];
    }
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /** Share of what was given that is right, over all classes; 0 if nothing was given. */
  double precision() {
    return Ratio.of(sum(correct), sum(given));
  }

  /**
   * Share of what is there that was given, over all classes; 0 if nothing is there.
   *
   * @param missed what is there beside the classes
   */
  double recall(long missed) {
    return Ratio.of(sum(correct), sum(gold) + missed);
  }

  /** Harmonic mean of {@link #precision} and {@link #recall}. */
  double f1(long missed) {
    return Ratio.of(2 * sum(correct), sum(given) + sum(gold) + missed);
  }

  private double precision(int k) {
    return Ratio.of(correct[k], given[k]);
  }

  private double recall(int k) {
    return Ratio.of(correct[k], gold[k]);
  }

  private double f1(int k) {
    return Ratio.of(2 * correct[k], given[k] + gold[k]);
  }

  /** Mean precision over the classes that are there or were given; NaN if there are none. */
  double macroPrecision() {
    return mean(this::precision);
  }

  /** Mean recall over the classes that are there or were given; NaN if there are none. */
  double macroRecall() {
    return mean(this::recall);
  }

  /** Mean F1 over the classes that are there or were given; NaN if there are none. */
  double macroF1() {
    return mean(this::f1);
  }

  /** As scikit-learn takes it: classes that neither occur nor are given do not count. */
  private double mean(IntToDoubleFunction score) {
    double sum = 0;
    int present = 0;
    for (int k = 0; k < gold.length; k++) {
      if (given[k] + gold[k] > 0) {
        sum += score.applyAsDouble(k);
        present++;
      }
    }
    return present == 0 ? Double.NaN : sum / present;
  }

  /** Precision, recall and F1 of a class, with the number of targets they are of. */
  Map<String, Object> scores(int k) {
    Map<String, Object> scores = new LinkedHashMap<>();
    scores.put("precision", precision(k));
    scores.put("recall", recall(k));
    scores.put("f1", f1(k));
    scores.put("targets", gold[k]);
    return scores;
  }
}
