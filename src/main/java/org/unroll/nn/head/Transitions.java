package org.unroll.nn.head;

import java.util.stream.IntStream;
import org.ejml.data.FMatrixRMaj;

/** Scores of tags at the beginning of a sequence, behind one another, and at its end. */
final class Transitions {
  /** The score of what is forbidden: beside it any sum of true scores is nothing. */
  static final float FORBIDDEN = -1e30f;

  private final int tags;
  private final TagRules rules;

  /** A, row-major. */
  private final float[] scores;

  private final float[] start;
  private final float[] end;
  private final int[] forbidden;

  /** Over so many tags. */
  Transitions(int tags, TagRules rules) {
    this.tags = tags;
    this.rules = rules;
    scores = new float[tags * tags];
    start = new float[tags];
    end = new float[tags];
    forbidden =
        IntStream.range(0, tags * tags).filter(at -> !rules.allows(at / tags, at % tags)).toArray();
  }

  /** Takes the scores, those of what is allowed. */
  void take(FMatrixRMaj transitions, FMatrixRMaj start, FMatrixRMaj end) {
    for (int i = 0; i < tags; i++) {
      this.start[i] = rules.allows(-1, i) ? start.data[i] : FORBIDDEN;
      this.end[i] = rules.allows(i, -1) ? end.data[i] : FORBIDDEN;
    }
    System.arraycopy(transitions.data, 0, scores, 0, scores.length);
    for (int at : forbidden) {
      scores[at] = FORBIDDEN;
    }
  }

  /** Score of tag j after tag i. */
  float score(int i, int j) {
    return scores[i * tags + j];
  }

  /** Score of a tag at the beginning. */
  float start(int tag) {
    return start[tag];
  }

  /** Score of a tag at the end. */
  float end(int tag) {
    return end[tag];
  }

  /** Places {@code i · K + j} of what is forbidden; not to be modified. */
  int[] forbidden() {
    return forbidden;
  }
}
