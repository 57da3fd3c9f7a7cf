package org.unroll.nn.head;

import java.io.Serializable;
import java.util.Map;
import org.unroll.batch.Block;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.metric.Measures;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Timeline;

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

  /**
   * What the rows of a parameter are.
   *
   * @param from first class that has a row
   * @param to behind the last class that has a row
   * @param others rows behind those, which are no classes
   */
  record Rows(int from, int to, int others) {}

  /** Number of outputs at each place of a target, such as classes. */
  int outputs();

  /** Makes the layer. */
  Head create(Place place);

  /** Empty measures of its predictions. */
  Measures measures();

  /**
   * How many numbers it learns: those of a weight and a bias, if not said otherwise.
   *
   * @param inputs width of the last layer
   * @param tied whether the embedding is its weight, which is then not counted
   */
  default long parameters(long inputs, boolean tied) {
    return outputs() * (tied ? 1 : inputs + 1);
  }

  /**
   * The multiplications of its products over a block, forward, those that only fill lanes included.
   *
   * @param inputs width of the last layer
   * @param block with the targets
   */
  default double products(long inputs, Block block) {
    return (double) outputs() * inputs * columns(block);
  }

  /**
   * What the rows of a parameter are.
   *
   * @param parameter its name
   * @return null if they are no classes
   */
  default Rows rows(String parameter) {
    return new Rows(0, outputs(), 0);
  }

  /** Lanes computed at the places of a block's targets, over all steps. */
  static long columns(Block block) {
    Timeline timeline = block.timeline();
    return block.targetPerStep() ? columns(timeline) : timeline.lanes();
  }

  /** Lanes computed over all steps. */
  static long columns(Timeline timeline) {
    long columns = 0;
    for (int t = 0; t < timeline.steps(); t++) {
      columns += timeline.width(t);
    }
    return columns;
  }

  /** Whether an answer is the class with the highest of the probabilities it predicts. */
  default boolean choosesClass() {
    return true;
  }

  /** Whether answers depend on measures of the validation data: {@link Measures#tuned}. */
  default boolean tunes() {
    return false;
  }

  /**
   * The same with answers as they were tuned.
   *
   * @param tuned as {@link Measures#tuned} had it; of a model that was not tuned, empty
   */
  default HeadSpec tuned(Map<String, Object> tuned) {
    return this;
  }

  /** Numbers that the layer keeps for each step of a block until the way back. */
  default int keptRows() {
    return 0;
  }

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
