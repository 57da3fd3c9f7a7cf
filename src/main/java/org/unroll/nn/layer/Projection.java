package org.unroll.nn.layer;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Pass;
import org.unroll.nn.cell.CellParameters;
import org.unroll.nn.norm.BatchNorm;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;

/**
 * The input's part of a recurrence's pre-activations, {@code W_ih x⟨t⟩ + b} for all steps at once.
 * One implementation for each kind of input.
 */
interface Projection {
  /**
   * Takes the parameters after each change of their values.
   *
   * @param weight rows × inputs
   * @param bias rows × 1
   * @param weightGradient where {@link #backward} adds
   * @param biasGradient where {@link #backward} adds
   */
  void bind(
      Kernels kernels,
      FMatrixRMaj weight,
      FMatrixRMaj bias,
      FMatrixRMaj weightGradient,
      FMatrixRMaj biasGradient);

  /** What it has beside weight and bias, under the names of a layer. */
  default List<ParameterSpec> parameters() {
    return List.of();
  }

  /** Takes {@link #parameters}, beside {@link #bind}. */
  default void bindOwn(Kernels kernels, CellParameters values, CellParameters gradients) {}

  /** The batch normalisation in it; null if there is none. */
  default BatchNorm batchNorm() {
    return null;
  }

  /**
   * The same projection where each symbol of the first field stands in a lane of a single step, for
   * as many steps as it has in the block.
   */
  default Projection ofSymbols(int symbols) {
    return this;
  }

  /** Whether what {@link #forward} makes of a column depends on what else is in the block. */
  default boolean dependsOnBlock(Pass pass) {
    return false;
  }

  /** Writes {@code W x + b} over {@code gates}. */
  void forward(Pass pass, Steps input, Steps gates);

  /** Whether {@link #backward} uses up what {@link #forward} has kept for it. */
  default boolean backwardUsesUp() {
    return false;
  }

  /**
   * Adds to the gradients of weight and bias, and to that of the input.
   *
   * @param gateGradient gradient with respect to what {@link #forward} wrote; zero in dead lanes
   * @param inputGradient added to; null where nobody wants it
   */
  void backward(Pass pass, Steps input, Steps gateGradient, Steps inputGradient);
}
