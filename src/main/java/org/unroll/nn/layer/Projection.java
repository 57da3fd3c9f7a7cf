package org.unroll.nn.layer;

import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
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

  /** Writes {@code W x + b} over {@code gates}. */
  void forward(Pass pass, Steps input, Steps gates);

  /**
   * Adds to the gradients of weight and bias, and to that of the input.
   *
   * @param gateGradient gradient with respect to what {@link #forward} wrote; zero in dead lanes
   * @param inputGradient added to; null where nobody wants it
   */
  void backward(Pass pass, Steps input, Steps gateGradient, Steps inputGradient);
}
