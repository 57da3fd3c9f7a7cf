package org.unroll.twin;

import java.util.Map;
import java.util.function.Function;
import org.unroll.config.ModelConfig.Output;

/**
 * Labels that do not exclude each other: a logit for each, as of a softmax, and a loss of its own.
 */
record TwinSigmoid() implements TwinOutput {
  @Override
  public Output kind() {
    return Output.SIGMOID;
  }

  @Override
  public void shapes(Map<String, int[]> shapes, int classes, int width, boolean tied) {
    SOFTMAX.shapes(shapes, classes, width, false);
  }

  @Override
  public int[] logits(
      Algebra algebra, Function<String, int[][]> parameters, boolean tied, int[] a) {
    return SOFTMAX.logits(algebra, parameters, false, a);
  }

  /** {@code Σ −y log σ(z) − (1−y) log(1−σ(z))}, with y = 1 where a label is among those given. */
  static int loss(Algebra algebra, int[] logits, int[] labels) {
    Tape tape = algebra.tape();
    int loss = tape.leaf(0);
    for (int k = 0; k < logits.length; k++) {
      boolean has = false;
      for (int label : labels) {
        has |= label == k;
      }
      // −log σ(z) = log(1 + exp(−z)), and σ(−z) = 1 − σ(z).
      int exponent = has ? tape.subtract(tape.leaf(0), logits[k]) : logits[k];
      loss = tape.add(loss, tape.log(tape.add(tape.leaf(1), tape.exp(exponent))));
    }
    return loss;
  }

  @Override
  public String toString() {
    return "sigmoid";
  }
}
