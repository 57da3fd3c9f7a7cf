package org.unroll.nn.layer;

import java.util.List;
import org.unroll.nn.Pass;
import org.unroll.nn.norm.RunningMoments;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;

/**
 * A layer: values of all steps of a block in, values of all steps out. In what it hands on, dead
 * lanes are zero, forward and back. It keeps what it needs for the way back, so it is confined to
 * one thread, and {@link #backward} follows the {@link #forward} of the same pass.
 */
public interface Layer {
  /** The parameters, in the order of the model file; none by default. */
  default List<ParameterSpec> parameters() {
    return List.of();
  }

  /**
   * Takes the parameters after each change of their values, and the place of their gradients.
   *
   * @param values shared, not modified
   * @param gradient {@link #backward} adds to it
   */
  default void bind(Kernels kernels, Parameters values, Parameters gradient) {}

  /** What rounds measure in it beside the gradient; nothing by default. */
  default List<RunningMoments> runningMoments() {
    return List.of();
  }

  /** Number of values per step that {@link #forward} returns. */
  int outputRows();

  /**
   * Computes the layer.
   *
   * @param input values of the layer below; null for the first layer, which reads the block
   * @return the layer's values; owned by the layer, valid until the next pass
   */
  Steps forward(Pass pass, Steps input);

  /** Forgets what is carried from pass to pass; by default nothing. */
  default void resetState() {}

  /** Whether it returns one value per sequence, made of those of all its steps. */
  default boolean pools() {
    return false;
  }

  /**
   * Whether long sequences may pass it window by window, from the first to the last and back; see
   * {@link Pass#window(int, int)}.
   */
  default boolean worksInWindows() {
    return true;
  }

  /**
   * Computes gradients: adds to those of the parameters, returns that of the input.
   *
   * @param outputGradient gradient with respect to what {@link #forward} returned; modified; null
   *     if this layer wants none
   * @return gradient with respect to the input; null if the layer below wants none
   */
  Steps backward(Pass pass, Steps outputGradient);
}
