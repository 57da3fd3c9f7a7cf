package org.unroll.metric;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How often each class was predicted where each class was right. */
final class ConfusionMatrix implements Serializable {
  private static final long serialVersionUID = 1;

  /** Up to so many classes the matrix is kept: 8 MB. */
  static final int MOST_CLASSES = 1000;

  private final int classes;

  /** {@code [target][predicted]}; the last row counts targets that training never saw. */
  private final long[] counts;

  ConfusionMatrix(int classes) {
    this.classes = classes;
    counts = new long[(classes + 1) * classes];
  }

  /** Counts a target, negative if it is none of the classes. */
  void add(int target, int predicted) {
    counts[(target < 0 ? classes : target) * classes + predicted]++;
  }

  void add(ConfusionMatrix other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  private long correct(int k) {
    return counts[k * classes + k];
  }

  private long predicted(int k) {
    long sum = 0;
    for (int target = 0; target <= classes; target++) {
      sum += counts[target * classes + k];
    }
    return sum;
  }

  private long gold(int k) {
    long sum = 0;
    for (int p = 0; p < classes; p++) {
      sum += counts[k * classes + p];
    }
    return sum;
  }

  /** Mean precision over the classes that were predicted or are there. */
  double macroPrecision() {
    return mean((correct, predicted, gold) -> Ratio.of(correct, predicted));
  }

  /** Mean recall over the classes that were predicted or are there. */
  double macroRecall() {
    return mean((correct, predicted, gold) -> Ratio.of(correct, gold));
  }

  /** Mean F1 over the classes that were predicted or are there. */
  double macroF1() {
    return mean((correct, predicted, gold) -> Ratio.of(2 * correct, predicted + gold));
  }

  private interface Score {
    double of(long correct, long predicted, long gold);
  }

  /** As scikit-learn takes it: classes that neither occur nor are predicted do not count. */
  private double mean(Score score) {
    double sum = 0;
    int present = 0;
    for (int k = 0; k < classes; k++) {
      long predicted = predicted(k);
      long gold = gold(k);
      if (predicted + gold > 0) {
        sum += score.of(correct(k), predicted, gold);
        present++;
      }
    }
    return present == 0 ? Double.NaN : sum / present;
  }

  /**
   * Scores of each class, and the rows of the matrix.
   *
   * @param names of the classes
   */
  Map<String, Object> details(List<String> names) {
    Map<String, Object> scores = new LinkedHashMap<>();
    List<Object> rows = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      scores.put(names.get(k), Ratio.scores(correct(k), predicted(k), gold(k)));
      List<Object> row = new ArrayList<>();
      for (int p = 0; p < classes; p++) {
        row.add(counts[k * classes + p]);
      }
      rows.add(row);
    }
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("classes", scores);
    details.put("confusion", rows);
    return details;
  }
}
