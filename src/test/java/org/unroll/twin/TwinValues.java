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

  /** Pinball loss, at the default quantiles. */
  static final TwinValues QUANTILE = new TwinValues(Output.QUANTILE, List.of(0.1, 0.5, 0.9));

  /** Gaussian likelihood. */
  static final TwinValues GAUSSIAN = new TwinValues(Output.GAUSSIAN, List.of());

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
    return kind == Output.GAUSSIAN ? 2 : Math.max(1, quantiles.size());
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
    if (kind == Output.GAUSSIAN) {
      return gaussian(tape, outputs[0], outputs[1], y);
    }
    return kind == Output.QUANTILE ? pinball(tape, outputs, y) : squared(tape, outputs[0], y);
  }

  /** {@code Σ_q max(q (y − ŷ_q), (q − 1) (y − ŷ_q))}. */
  private int pinball(Tape tape, int[] outputs, double y) {
    int loss = tape.leaf(0);
    for (int i = 0; i < outputs.length; i++) {
      int error = tape.subtract(tape.leaf(y), outputs[i]);
      // max(q e, (q − 1) e) = max(e, 0) + (q − 1) e
      loss = tape.add(loss, tape.add(tape.relu(error), tape.scale(error, quantiles.get(i) - 1)));
    }
    return loss;
  }

  /** {@code ½ (log v + (y − μ)² / v + log 2π)}, {@code v = log(1 + exp s) + 10⁻⁶}. */
  private static int gaussian(Tape tape, int mean, int s, double y) {
    int softplus = tape.log(tape.add(tape.leaf(1), tape.exp(s)));
    int logVariance = tape.log(tape.add(softplus, tape.leaf(1e-6)));
    int error = tape.subtract(mean, tape.leaf(y));
    int scaled = tape.multiply(tape.multiply(error, error), tape.exp(tape.scale(logVariance, -1)));
    return tape.scale(
        tape.add(tape.add(logVariance, scaled), tape.leaf(StrictMath.log(2 * Math.PI))), 0.5);
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
