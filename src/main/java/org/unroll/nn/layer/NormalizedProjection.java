package org.unroll.nn.layer;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Initializers;
import org.unroll.nn.Pass;
import org.unroll.nn.cell.CellParameters;
import org.unroll.nn.norm.LayerNorm;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * Another projection's product after layer normalisation (Ba 2016): {@code gain_ih ∘ LN(W_ih x⟨t⟩)
 * + b}. Rows that one recurrent product adds to are one vector here as well.
 */
final class NormalizedProjection implements Projection {
  private static final String GAIN = "gain_ih";

  private final int rows;
  private final Projection product;
  private final LayerNorm[] norms;
  private final int[] firstRows;
  private final FMatrixRMaj noBias;
  private final FMatrixRMaj noBiasGradient;

  /** Products; standardised on the way forward, gradients on the way back. */
  private final Steps products = new Steps();

  private Kernels kernels;
  private FMatrixRMaj bias;
  private FMatrixRMaj biasGradient;

  /**
   * A projection.
   *
   * @param product what is normalised
   * @param vectors how many rows, from the first on, are normalised together
   */
  NormalizedProjection(Projection product, int[] vectors) {
    this.product = product;
    norms = new LayerNorm[vectors.length];
    firstRows = new int[vectors.length];
    int row = 0;
    for (int v = 0; v < vectors.length; v++) {
      norms[v] = new LayerNorm(vectors[v], row);
      firstRows[v] = row;
      row += vectors[v];
    }
    rows = row;
    noBias = new FMatrixRMaj(rows, 1);
    noBiasGradient = new FMatrixRMaj(rows, 1);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(new ParameterSpec(GAIN, rows, 1, Initializers.constant(1)));
  }

  @Override
  public void bindOwn(Kernels kernels, CellParameters values, CellParameters gradients) {
    for (LayerNorm norm : norms) {
      norm.bind(kernels, values.get(GAIN), gradients.get(GAIN));
    }
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
    this.biasGradient = biasGradient;
    product.bind(kernels, weight, noBias, weightGradient, noBiasGradient);
  }

  @Override
  public void forward(Pass pass, Steps input, Steps gates) {
    Timeline timeline = gates.timeline();
    int lanes = timeline.lanes();
    products.reshape(timeline, rows);
    product.forward(pass, input, products);
    kernels.fillRows(bias, 0, rows, gates, 0);
    for (int v = 0; v < norms.length; v++) {
      norms[v].begin(timeline);
      int o = firstRows[v] * lanes;
      for (int t = 0; t < timeline.steps(); t++) {
        int from = products.offset(t) + o;
        norms[v].forward(t, products.data(), from, gates.data(), gates.offset(t) + o);
      }
    }
  }

  @Override
  public void backward(Pass pass, Steps input, Steps gateGradient, Steps inputGradient) {
    Timeline timeline = gateGradient.timeline();
    int lanes = timeline.lanes();
    kernels.rowSums(gateGradient, 0, rows, biasGradient, 0);
    for (int v = 0; v < norms.length; v++) {
      int o = firstRows[v] * lanes;
      for (int t = 0; t < timeline.steps(); t++) {
        int from = products.offset(t) + o;
        int dy = gateGradient.offset(t) + o;
        norms[v].backward(t, products.data(), from, gateGradient.data(), dy);
      }
      norms[v].finish();
    }
    product.backward(pass, input, products, inputGradient);
  }
}
