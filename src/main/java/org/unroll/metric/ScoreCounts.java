package org.unroll.metric;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How often each score was given to what has a label and to what has not: all that curves over
 * thresholds need. Adding up in any order and grouping gives the same counts.
 *
 * <p>Exact until there are more different scores than are kept. Then scores lose bits from below,
 * one for all, until they are few enough; how many is lost depends on all scores together only.
 */
final class ScoreCounts implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int FEWEST_WAITING = 16;

  private final int most;
  private int lostBits;
  private int size;

  /** Bits of the scores, rising as the scores do, without those that are lost. */
  private int[] keys = {};

  private int[] with = {};
  private int[] without = {};

  /** Scores not yet counted: key and, as the lowest bit, whether the label was there. */
  private long[] waiting = new long[FEWEST_WAITING];

  private int waits;

  /**
   * No scores.
   *
   * @param most different scores that are kept
   */
  ScoreCounts(int most) {
    this.most = most;
  }

  /** Counts a score of what has the label, or has it not. */
  void add(float score, boolean has) {
    if (waits == waiting.length) {
      if (waits >= Math.max(FEWEST_WAITING, size)) {
        settle();
      }
      if (waits == waiting.length || waiting.length < size) {
        waiting = Arrays.copyOf(waiting, 2 * waiting.length);
      }
    }
    waiting[waits++] = (long) key(score) << 1 | (has ? 1 : 0);
  }

  /** Numbers that are ordered as floats are; 0 and -0 are the same. */
  private static int key(float score) {
    int bits = Float.floatToIntBits(score + 0f);
    return bits ^ bits >> 31 & 0x7FFFFFFF;
  }

  private static float score(int key) {
    return Float.intBitsToFloat(key ^ key >> 31 & 0x7FFFFFFF);
  }

  /** Adds other counts with the same bound. */
  void add(ScoreCounts other) {
    other.settle();
    settle();
    lose(other.lostBits);
    merge(other.size, other.lostBits, other.keys, other.with, other.without);
  }

  /** Counts what waits. */
  private void settle() {
    Arrays.sort(waiting, 0, waits);
    int[] found = new int[waits];
    int[] had = new int[waits];
    int[] hadNot = new int[waits];
    int n = 0;
    for (int i = 0; i < waits; i++) {
      int key = (int) (waiting[i] >> 1);
      if (n == 0 || found[n - 1] != key) {
        found[n++] = key;
      }
      had[n - 1] += (int) (waiting[i] & 1);
      hadNot[n - 1] += 1 - (int) (waiting[i] & 1);
    }
    waits = 0;
    merge(n, 0, found, had, hadNot);
  }

  /** Adds counts that have lost no more bits than these. */
  private void merge(int n, int lost, int[] found, int[] had, int[] hadNot) {
    int[] ofKeys = new int[size + n];
    int[] ofWith = new int[size + n];
    int[] ofWithout = new int[size + n];
    int all = 0;
    for (int i = 0, j = 0; i < size || j < n; ) {
      int other = j < n ? found[j] >> lostBits - lost : 0;
      boolean own = j == n || i < size && keys[i] <= other;
      int key = own ? keys[i] : other;
      if (all == 0 || ofKeys[all - 1] != key) {
        ofKeys[all++] = key;
      }
      ofWith[all - 1] = Math.addExact(ofWith[all - 1], own ? with[i] : had[j]);
      ofWithout[all - 1] = Math.addExact(ofWithout[all - 1], own ? without[i] : hadNot[j]);
      i += own ? 1 : 0;
      j += own ? 0 : 1;
    }
    size = all;
    keys = Arrays.copyOf(ofKeys, all);
    with = Arrays.copyOf(ofWith, all);
    without = Arrays.copyOf(ofWithout, all);
    while (size > most) {
      lose(lostBits + 1);
    }
  }

  /** Loses bits until so many are lost. */
  private void lose(int bits) {
    if (bits <= lostBits) {
      return;
    }
    int fewer = 0;
    for (int i = 0; i < size; i++) {
      int key = keys[i] >> bits - lostBits;
      int at = fewer > 0 && keys[fewer - 1] == key ? fewer - 1 : fewer;
      with[at] = at == fewer ? with[i] : Math.addExact(with[at], with[i]);
      without[at] = at == fewer ? without[i] : Math.addExact(without[at], without[i]);
      keys[at] = key;
      fewer = at + 1;
    }
    size = fewer;
    lostBits = bits;
  }

  private static long sum(int[] counts, int size) {
    long sum = 0;
    for (int i = 0; i < size; i++) {
      sum += counts[i];
    }
    return sum;
  }

  /**
   * Area under the curve of hits over false alarms: the chance that what has the label has a higher
   * score than what has it not, equal scores counted half. NaN if all have it, or none.
   */
  double auc() {
    settle();
    long below = 0;
    long twice = 0;
    for (int i = 0; i < size; i++) {
      twice += with[i] * (2 * below + without[i]);
      below += without[i];
    }
    long has = sum(with, size);
    return has == 0 || below == 0 ? Double.NaN : twice / (2.0 * has * below);
  }

  /** Mean of the precision over what has the label, from the highest score on; NaN if none has. */
  double averagePrecision() {
    settle();
    long hits = 0;
    long given = 0;
    long has = sum(with, size);
    double sum = 0;
    for (int i = size - 1; i >= 0; i--) {
      hits += with[i];
      given += with[i] + without[i];
      sum += with[i] * ((double) hits / given);
    }
    return has == 0 ? Double.NaN : sum / has;
  }

  /**
   * The score from which on the label is to be given for the best F1; of several the highest. It
   * lies in the middle of the scores it parts. NaN if none has the label.
   */
  double bestThreshold() {
    settle();
    long has = sum(with, size);
    long hits = 0;
    long given = 0;
    double best = 0;
    double threshold = Double.NaN;
    for (int i = size - 1; i >= 0; i--) {
      hits += with[i];
      given += with[i] + without[i];
      double f1 = 2.0 * hits / (given + has);
      if (f1 > best) {
        best = f1;
        double low = score(keys[i] << lostBits);
        threshold = i == 0 ? low - 1 : (low + score(keys[i - 1] << lostBits)) / 2;
      }
    }
    return threshold;
  }
}
