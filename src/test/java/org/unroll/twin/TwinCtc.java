package org.unroll.twin;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.unroll.config.ModelConfig.Output;
import org.unroll.data.Targets;

/**
 * The loss of connectionist temporal classification, as Graves 2006 writes it: forward variables as
 * plain probabilities, which double precision has room for in small cases.
 */
record TwinCtc() implements TwinOutput {
  @Override
  public Output kind() {
    return Output.CTC;
  }

  @Override
  public void shapes(Map<String, int[]> shapes, int classes, int width, boolean tied) {
    SOFTMAX.shapes(shapes, classes + 1, width, false);
  }

  @Override
  public int[] logits(
      Algebra algebra, Function<String, int[][]> parameters, boolean tied, int[] a) {
    return SOFTMAX.logits(algebra, parameters, false, a);
  }

  @Override
  public int textLoss(Algebra algebra, List<int[]> logits, Targets.Text text) {
    return loss(algebra, logits.toArray(int[][]::new), text.symbols());
  }

  /**
   * {@code −log p} of a text.
   *
   * @param logits nodes, {@code [step][output]}; the last output is the blank
   * @param text its symbols, possibly none
   */
  static int loss(Algebra algebra, int[][] logits, int[] text) {
    Tape tape = algebra.tape;
    int states = 2 * text.length + 1;
    int[] alpha = algebra.zeros(states);
    for (int t = 0; t < logits.length; t++) {
      int blank = logits[t].length - 1;
      int[] next = new int[states];
      for (int s = 0; s < states; s++) {
        int output = s % 2 == 0 ? blank : text[s / 2];
        int sum = t == 0 ? tape.leaf(s < 2 ? 1 : 0) : alpha[s];
        if (t > 0 && s > 0) {
          sum = tape.add(sum, alpha[s - 1]);
        }
        if (t > 0 && s % 2 == 1 && s > 1 && text[s / 2] != text[s / 2 - 1]) {
          sum = tape.add(sum, alpha[s - 2]);
        }
        int log = tape.scale(algebra.crossEntropy(logits[t], output), -1);
        next[s] = tape.multiply(sum, tape.exp(log));
      }
      alpha = next;
    }
    int last = alpha[states - 1];
    int p = states == 1 ? last : tape.add(last, alpha[states - 2]);
    return tape.scale(tape.log(p), -1);
  }
}
