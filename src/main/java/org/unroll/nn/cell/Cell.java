package org.unroll.nn.cell;

import java.util.List;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;

/**
 * One recurrence over the steps of a block. The layer computes the projection of the input, {@code
 * W_ih x⟨t⟩ + b}, for all steps at once; the cell does what goes from step to step. The number of
 * units H is given to the implementation's constructor. Confined to one thread.
 *
 * <p>A step's predecessor is {@code t - direction}; outside the block it is the initial state,
 * which {@link Steps} keeps at steps −1 and T.
 */
public interface Cell {
  /** Blocks of H rows in {@code weight_ih}, {@code weight_hh} and the biases. */
  int gates();

  /** Leading rows of {@code bias_hh} that only add to {@code bias_ih}: these are not trained. */
  int foldedBiasRows();

  /**
   * How many rows, from the first on, layer normalisation takes as one vector: those of the
   * recurrent products, in their order. They add up to gates·H.
   */
  int[] normalizedRows();

  /** What the cell has beside {@code weight_hh} and {@code bias_hh}, under the names of a layer. */
  default List<ParameterSpec> parameters() {
    return List.of();
  }

  /**
   * Takes the recurrent parameters after each change of their values, and the places of their
   * gradients: {@code weight_hh} (gates·H × H), {@code bias_hh} (gates·H × 1), {@link #parameters}.
   *
   * @param values not modified
   * @param gradients {@link #backward} adds to them
   */
  void bind(Kernels kernels, CellParameters values, CellParameters gradients);

  /**
   * Takes the masks of recurrent dropout, before each pass of a layer that has it.
   *
   * @param keys hash of (seed, epoch, sequence, layer, direction) per lane; null if nothing is
   *     dropped
   */
  void drop(int[] keys);

  /** What is carried from step to step beside the output, e.g. c of an LSTM; same shape as it. */
  default List<Steps> states() {
    return List.of();
  }

  /**
   * Gradients with respect to {@link #states}, one step each: before {@link #backward} that of the
   * states at the last step from steps outside the block, after it that of the initial states.
   */
  default List<Steps> stateGradients() {
    return List.of();
  }

  /**
   * Gives {@link #states} the shape of the output, before an initial state is put in, and makes
   * {@link #stateGradients} zero.
   */
  default void reshape(Steps output) {}

  /**
   * Runs over the steps.
   *
   * @param gates gates·H rows: the projected input, replaced by what {@link #backward} needs
   * @param output H rows, written; the initial state stands at its outer step
   * @param walk order of the steps
   */
  void forward(Steps gates, Steps output, Walk walk);

  /**
   * Runs back through time and adds to the gradients of the recurrent parameters.
   *
   * @param gates as {@link #forward} left it; replaced by the gradient with respect to the
   *     projected input
   * @param output as {@link #forward} left it
   * @param outputGradient gradient with respect to the output, zero in dead lanes; modified
   * @param walk the one of {@link #forward}
   */
  void backward(Steps gates, Steps output, Steps outputGradient, Walk walk);
}
