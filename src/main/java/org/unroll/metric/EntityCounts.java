package org.unroll.metric;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Entities of tagged sequences, counted as conlleval (and seqeval's default mode) does: one is
 * right if its first and last token and its type are right. Irregular tags, such as I without B,
 * begin an entity too.
 */
final class EntityCounts implements Serializable {
  private static final long serialVersionUID = 1;

  private final TagScheme scheme;

  /** Of each type; the last place counts types that training never saw. */
  private final long[] correct;

  private final long[] predicted;
  private final long[] gold;

  EntityCounts(TagScheme scheme) {
    this.scheme = scheme;
    int places = scheme.types().size() + 1;
    correct = new long[places];
    predicted = new long[places];
    gold = new long[places];
  }

  /**
   * Counts the entities of a sequence.
   *
   * @param targets tags; a negative one was never seen in training
   * @param answers tags that were predicted
   * @param length of the sequence
   */
  void add(int[] targets, int[] answers, int length) {
    boolean both = false;
    for (int t = 0; t <= length; t++) {
      boolean first = t == 0;
      boolean last = t == length;
      boolean goldEnds =
          !first && (last ? isEntity(targets[t - 1]) : scheme.ends(targets[t - 1], targets[t]));
      boolean answerEnds =
          !first && (last ? isEntity(answers[t - 1]) : scheme.ends(answers[t - 1], answers[t]));
      if (both) {
        if (goldEnds && answerEnds) {
          correct[place(targets[t - 1])]++;
          both = false;
        } else if (goldEnds || answerEnds) {
          both = false;
        }
      }
      if (last) {
        return;
      }
      boolean goldBegins = first ? isEntity(targets[t]) : scheme.begins(targets[t - 1], targets[t]);
      boolean answerBegins =
          first ? isEntity(answers[t]) : scheme.begins(answers[t - 1], answers[t]);
      if (goldBegins) {
        gold[place(targets[t])]++;
      }
      if (answerBegins) {
        predicted[place(answers[t])]++;
      }
      // Of a type that training never saw none can be right.
      both |=
          goldBegins
              && answerBegins
              && targets[t] >= 0
              && scheme.type(targets[t]) == scheme.type(answers[t]);
    }
  }

  private boolean isEntity(int tag) {
    return scheme.prefix(tag) != 'O';
  }

  private int place(int tag) {
    int type = scheme.type(tag);
    return type < 0 ? scheme.types().size() : type;
  }

  void add(EntityCounts other) {
    for (int i = 0; i < gold.length; i++) {
      correct[i] += other.correct[i];
      predicted[i] += other.predicted[i];
      gold[i] += other.gold[i];
    }
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /** Share of the predicted entities that are right; 0 if none was predicted. */
  double precision() {
    return Ratio.of(sum(correct), sum(predicted));
  }

  /** Share of the entities that were found; 0 if there are none. */
  double recall() {
    return Ratio.of(sum(correct), sum(gold));
  }

  /** Harmonic mean of precision and recall over all types together. */
  double f1() {
    return Ratio.of(2 * sum(correct), sum(predicted) + sum(gold));
  }

  /** Precision, recall and F1 of each type. */
  Map<String, Object> details() {
    Map<String, Object> types = new LinkedHashMap<>();
    for (int i = 0; i < scheme.types().size(); i++) {
      types.put(scheme.types().get(i), Ratio.scores(correct[i], predicted[i], gold[i]));
    }
    return types;
  }
}
