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
  private final HitCounts hits;

  EntityCounts(TagScheme scheme) {
    this.scheme = scheme;
    hits = new HitCounts(scheme.types().size() + 1);
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
          hits.correct[place(targets[t - 1])]++;
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
        hits.gold[place(targets[t])]++;
      }
      if (answerBegins) {
        hits.given[place(answers[t])]++;
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
    hits.add(other.hits);
  }

  /** Share of the predicted entities that are right; 0 if none was predicted. */
  double precision() {
    return hits.precision();
  }

  /** Share of the entities that were found; 0 if there are none. */
  double recall() {
    return hits.recall(0);
  }

  /** Harmonic mean of precision and recall over all types together. */
  double f1() {
    return hits.f1(0);
  }

  /** Precision, recall and F1 of each type. */
  Map<String, Object> details() {
    Map<String, Object> types = new LinkedHashMap<>();
    for (int i = 0; i < scheme.types().size(); i++) {
      types.put(scheme.types().get(i), hits.scores(i));
    }
    return types;
  }
}
