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

  /** How often each class is there and was predicted. */
  HitCounts hits() {
    HitCounts hits = new HitCounts(classes);
    for (int target = 0; target <= classes; target++) {
      for (int k = 0; k < classes; k++) {
        long count = counts[target * classes + k];
        hits.given[k] += count;
        if (target < classes) {
          hits.gold[target] += count;
          hits.correct[k] += target == k ? count : 0;
        }
      }
    }
    return hits;
  }

  /**
   * Scores of each class, and the rows of the matrix.
   *
   * @param names of the classes
   */
  Map<String, Object> details(List<String> names) {
    HitCounts hits = hits();
    Map<String, Object> scores = new LinkedHashMap<>();
    List<Object> rows = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      scores.put(names.get(k), hits.scores(k));
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
