package org.unroll.twin;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.unroll.config.ModelConfig.Output;

/**
 * Real values: some outputs for each value of a target, and the sum of the losses of those that are
 * there.
 *
 * @param kind as a job file has it
 * @param quantiles of the pinball loss
 */
public record TwinValues(Output kind, List<Double> quantiles) implements TwinOutput {
  /** Squared error. */
  static final TwinValues LINEAR = new TwinValues(Output.LINEAR, List.of());

  public TwinValues {
    quantiles = List.copyOf(quantiles);
  }

  @Override
  public void shapes(Map<String, int[]> shapes, int outputs, int width, boolean tied) {
    SOFTMAX.shapes(shapes, outputs, width, tied);
  }

  @Override
  public int[] logits(
      Algebra algebra, Function<String, int[][]> parameters, boolean tied, int[] a) {
    return SOFTMAX.logits(algebra, parameters, tied, a);
  }

  /** Outputs for each value of a target. */
  int perValue() {
    return 1;
  }

  /**
   * The loss of a target.
   *
   * @param outputs of all its values
   * @param values of all targets, {@code [target][value]}; NaN where one is missing
   * @param target which of them
   */
  int loss(Algebra algebra, int[] outputs, float[] values, int target) {
    Tape tape = algebra.tape();
    int width = outputs.length / perValue();
    int loss = tape.leaf(0);
    for (int v = 0; v < width; v++) {
      float y = values[target * width + v];
      if (!Float.isNaN(y)) {
        int[] own = Arrays.copyOfRange(outputs, v * perValue(), (v + 1) * perValue());
        loss = tape.add(loss, loss(tape, own, y));
      }
    }
    return loss;
  }

  private int loss(Tape tape, int[] outputs, double y) {
    return squared(tape, outputs[0], y);
  }

  /** {@code (ŷ − y)²}. */
  private static int squared(Tape tape, int output, double y) {
    int error = tape.subtract(output, tape.leaf(y));
    return tape.multiply(error, error);
  }

  /** Whether any value of a target is there. */
  static boolean isKnown(float[] values, int width, int target) {
    for (int v = 0; v < width; v++) {
      if (!Float.isNaN(values[target * width + v])) {
        return true;
      }
    }
    return false;
  }
}
