package org.unroll.twin;

import java.util.Map;
import java.util.function.Function;
import org.unroll.config.ModelConfig.Output;

/** A linear chain over the targets of a sequence: its emissions are the logits of a softmax. */
record TwinCrf() implements TwinOutput {
  @Override
  public Output kind() {
    return Output.CRF;
  }

  @Override
  public void shapes(Map<String, int[]> shapes, int classes, int width, boolean tied) {
    SOFTMAX.shapes(shapes, classes, width, tied);
    shapes.put("output.transitions", new int[] {classes, classes});
    shapes.put("output.transitions_start", new int[] {classes, 1});
    shapes.put("output.transitions_end", new int[] {classes, 1});
  }

  @Override
  public int[] logits(
      Algebra algebra, Function<String, int[][]> parameters, boolean tied, int[] a) {
    return SOFTMAX.logits(algebra, parameters, tied, a);
  }

  /** {@code -log p} of all targets of a sequence, before weights. */
  static int loss(
      Algebra algebra,
      int[][] emissions,
      int[] targets,
      int[][] transitions,
      int[] start,
      int[] end) {
    Tape tape = algebra.tape();
    int score = start[targets[0]];
    int[] alpha = algebra.add(start, emissions[0]);
    for (int t = 0; t < targets.length; t++) {
      score = tape.add(score, emissions[t][targets[t]]);
      if (t > 0) {
        score = tape.add(score, transitions[targets[t - 1]][targets[t]]);
        int[] next = new int[alpha.length];
        for (int j = 0; j < next.length; j++) {
          int[] ways = algebra.add(alpha, algebra.column(transitions, j));
          next[j] = tape.add(algebra.logSum(ways), emissions[t][j]);
        }
        alpha = next;
      }
    }
    score = tape.add(score, end[targets[targets.length - 1]]);
    return tape.subtract(algebra.logSum(algebra.add(alpha, end)), score);
  }
}
