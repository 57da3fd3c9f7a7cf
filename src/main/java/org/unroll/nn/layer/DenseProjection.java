package org.unroll.nn.layer;

import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Pass;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Weight;

/** Projection of real values: {@code Y = W X + b}, {@code dX += Wᵀ dY}, {@code dW += Σ dY Xᵀ}. */
final class DenseProjection implements Projection {
  private final Weight weight;
  private Kernels kernels;
  private FMatrixRMaj bias;
  private FMatrixRMaj weightGradient;
  private FMatrixRMaj biasGradient;

  DenseProjection(int rows, int inputs) {
    weight = new Weight(rows, inputs);
  }

  @Override
  public void bind(
      Kernels kernels,
      FMatrixRMaj weight,
      FMatrixRMaj bias,
      FMatrixRMaj weightGradient,
      FMatrixRMaj biasGradient) {
    this.kernels = kernels;
    this.bias = bias;
    this.weightGradient = weightGradient;
    this.biasGradient = biasGradient;
    this.weight.set(weight, 0);
    kernels.prepare(this.weight);
  }

  @Override
  public void forward(Pass pass, Steps input, Steps gates) {
    kernels.fillRows(bias, 0, weight.rows(), gates, 0);
    kernels.multiply(weight, input, gates, 0);
  }

  @Override
  public void backward(Pass pass, Steps input, Steps gateGradient, Steps inputGradient) {
    int rows = weight.rows();
    kernels.outer(gateGradient, 0, rows, input, 0, weightGradient, 0);
    kernels.rowSums(gateGradient, 0, rows, biasGradient, 0);
    if (inputGradient != null) {
      kernels.multiplyTransposed(weight, gateGradient, 0, inputGradient);
    }
  }
}
