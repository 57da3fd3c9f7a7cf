package org.unroll.metric;

import java.util.Arrays;

/** The tags of one sequence and the answers to them, window by window. Reused. */
final class TagSequence {
  private int[] targets = new int[64];
  private int[] answers = new int[64];
  private int length;
  private boolean right;

  void begin() {
    length = 0;
    right = true;
  }

  void add(int target, int answer) {
    if (length == targets.length) {
      targets = Arrays.copyOf(targets, 2 * length);
      answers = Arrays.copyOf(answers, 2 * length);
    }
    targets[length] = target;
    answers[length] = answer;
    length++;
    right &= target == answer;
  }

  int length() {
    return length;
  }

  /** Whether all answers are right. */
  boolean isRight() {
    return right;
  }

  int[] targets() {
    return targets;
  }

  int[] answers() {
    return answers;
  }
}
