package org.unroll.nn.layer;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Initializers;
import org.unroll.nn.Pass;
import org.unroll.nn.cell.CellParameters;
import org.unroll.nn.norm.BatchNorm;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * Another projection's product after batch normalisation (Laurent 2015): {@code gain_ih ∘ BN(W_ih
 * x⟨t⟩) + b}, each row over all steps of a block.
 */
final class BatchNormalizedProjection implements Projection {
  static final String MEAN = "running_mean";
  static final String VARIANCE = "running_var";

  private static final String GAIN = "gain_ih";

  private final Projection product;
  private final BatchNorm norm;
  private final float[] occurrences;
  private final FMatrixRMaj noBias;
  private final FMatrixRMaj noBiasGradient;

  /** Products; gradients on the way back. */
  private final Steps products = new Steps();

  private CellParameters values;
  private CellParameters gradients;

  /** The projection of every step. */
  BatchNormalizedProjection(Projection product, BatchNorm norm) {
    this(product, norm, null);
  }

  private BatchNormalizedProjection(Projection product, BatchNorm norm, float[] occurrences) {
    this.product = product;
    this.norm = norm;
    this.occurrences = occurrences;
    noBias = new FMatrixRMaj(norm.rows(), 1);
    noBiasGradient = new FMatrixRMaj(norm.rows(), 1);
  }

  @Override
  public Projection ofSymbols(int symbols) {
    return new BatchNormalizedProjection(product, norm, new float[Timeline.roundUp(symbols)]);
  }

  @Override
  public List<ParameterSpec> parameters() {
    int rows = norm.rows();
    return List.of(
        new ParameterSpec(GAIN, ParameterRole.GAIN, rows, 1, Initializers.constant(1)),
        new ParameterSpec(MEAN, ParameterRole.MOMENT, rows, 1, Initializers.constant(0)),
        new ParameterSpec(VARIANCE, ParameterRole.MOMENT, rows, 1, Initializers.constant(1)));
  }

  @Override
  public BatchNorm batchNorm() {
    return norm;
  }

  @Override
  public void bindOwn(Kernels kernels, CellParameters values, CellParameters gradients) {
    this.values = values;
    this.gradients = gradients;
  }

  @Override
  public void bind(
      Kernels kernels,
      FMatrixRMaj weight,
      FMatrixRMaj bias,
      FMatrixRMaj weightGradient,
      FMatrixRMaj biasGradient) {
    product.bind(kernels, weight, noBias, weightGradient, noBiasGradient);
    norm.bind(
        kernels,
        values.get(GAIN),
        bias,
        values.get(MEAN),
        values.get(VARIANCE),
        gradients.get(GAIN),
        biasGradient);
  }

  @Override
  public void forward(Pass pass, Steps input, Steps gates) {
    products.reshape(gates.timeline(), norm.rows());
    product.forward(pass, input, products);
    if (occurrences != null && dependsOnBlock(pass)) {
      Lookup.count(pass, occurrences);
    }
    norm.forward(products, gates, pass.isTraining(), occurrences);
  }

  @Override
  public boolean dependsOnBlock(Pass pass) {
    return pass.isTraining() && !norm.isFixed();
  }

  @Override
  public boolean backwardUsesUp() {
    return true;
  }

  @Override
  public void backward(Pass pass, Steps input, Steps gateGradient, Steps inputGradient) {
    norm.backward(gateGradient, products, occurrences);
    product.backward(pass, input, products, inputGradient);
  }
}
