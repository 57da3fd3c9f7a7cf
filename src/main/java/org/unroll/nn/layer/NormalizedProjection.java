package org.unroll.nn.layer;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Pass;
import org.unroll.nn.cell.CellParameters;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;

/** Another projection's product, normalised at every step. */
final class NormalizedProjection implements Projection {
  private final Projection product;
  private final ProjectionNorm norm;
  private final FMatrixRMaj noBias;
  private final FMatrixRMaj noBiasGradient;

  /** Products; standardised on the way forward, gradients on the way back. */
  private final Steps products = new Steps();

  private FMatrixRMaj bias;
  private FMatrixRMaj biasGradient;

  NormalizedProjection(Projection product, ProjectionNorm norm) {
    this.product = product;
    this.norm = norm;
    noBias = new FMatrixRMaj(norm.rows(), 1);
    noBiasGradient = new FMatrixRMaj(norm.rows(), 1);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return norm.parameters();
  }

  @Override
  public void bindOwn(Kernels kernels, CellParameters values, CellParameters gradients) {
    norm.bind(kernels, values, gradients);
  }

  @Override
  public void bind(
      Kernels kernels,
      FMatrixRMaj weight,
      FMatrixRMaj bias,
      FMatrixRMaj weightGradient,
      FMatrixRMaj biasGradient) {
    this.bias = bias;
    this.biasGradient = biasGradient;
    product.bind(kernels, weight, noBias, weightGradient, noBiasGradient);
  }

  @Override
  public void forward(Pass pass, Steps input, Steps gates) {
    products.reshape(gates.timeline(), norm.rows());
    product.forward(pass, input, products);
    norm.forward(products, bias, gates);
  }

  @Override
  public boolean backwardUsesUp() {
    return true;
  }

  @Override
  public void backward(Pass pass, Steps input, Steps gateGradient, Steps inputGradient) {
    norm.backward(gateGradient, products, biasGradient);
    product.backward(pass, input, products, inputGradient);
  }
}
