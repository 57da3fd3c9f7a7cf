package org.unroll.nn.head;

import java.io.Serializable;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.metric.Measures;
import org.unroll.tensor.ParameterSpec;

/**
 * What an output layer is: a value that travels to executors, makes the layer where it is computed,
 * and names what is measured on its predictions. Equal specifications make equal layers.
 */
public interface HeadSpec extends Serializable {
  /**
   * What a layer must know of its network.
   *
   * @param inputs width of the last layer
   * @param start initial weights
   * @param tied the embedding, if its table is the output's weight as well, or null
   */
  record Place(int inputs, Initialization start, ParameterSpec tied) {}

  /** Number of outputs at each place of a target, such as classes. */
  int outputs();

  /** Makes the layer. */
  Head create(Place place);

  /** Empty measures of its predictions. */
  Measures measures();

  /** The most that one target can weigh, in a sequence of weight 1. */
  default double largestWeight() {
    return 1;
  }

  /**
   * Whether sequences may be evaluated, and computed again, window by window: not where the loss of
   * a step depends on all others.
   */
  default boolean worksInWindows() {
    return true;
  }

  /**
   * The same with targets that weigh otherwise in training.
   *
   * @throws IllegalArgumentException if its targets have no such weights
   */
  default HeadSpec weighing(TargetWeights weights) {
    if (weights.equals(TargetWeights.PLAIN)) {
      return this;
    }
    throw new IllegalArgumentException(
        "only classes of a softmax have weights and smoothed labels, got " + weights);
  }
}
