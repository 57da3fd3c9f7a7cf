package org.unroll.nn.head;

import java.io.Serializable;
import java.util.List;

/**
 * How targets count in training; validation counts each target once and smooths nothing.
 *
 * @param smoothing ε, the share of a target that is spread evenly over all classes (Szegedy 2016)
 * @param ofClasses weight of each class; empty if all weigh 1
 */
public record TargetWeights(double smoothing, List<Double> ofClasses) implements Serializable {
  /** Every target counts 1, nothing is smoothed. */
  public static final TargetWeights PLAIN = new TargetWeights(0, List.of());

  public TargetWeights {
    ofClasses = List.copyOf(ofClasses);
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException(
          "label smoothing must be at least 0 and below 1, got " + smoothing);
    }
    for (double weight : ofClasses) {
      if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "the weight of a class must be finite and at least 0, got " + weight);
      }
    }
  }

  /** The largest weight of a class. */
  public double largest() {
    return ofClasses.stream().mapToDouble(Double::doubleValue).max().orElse(1);
  }
}
