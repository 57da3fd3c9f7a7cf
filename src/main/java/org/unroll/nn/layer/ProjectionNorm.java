package org.unroll.nn.layer;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Initializers;
import org.unroll.nn.cell.CellParameters;
import org.unroll.nn.norm.LayerNorm;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * Layer normalisation of a product with the input (Ba 2016): {@code sums = gain_ih ∘ LN(W_ih x) +
 * b} at every step. Rows that one recurrent product adds to are one vector here as well.
 */
final class ProjectionNorm {
  private static final String GAIN = "gain_ih";

  private final int rows;
  private final LayerNorm[] norms;
  private final int[] firstRows;
  private Kernels kernels;

  /**
   * A normalisation.
   *
   * @param vectors how many rows, from the first on, are normalised together
   */
  ProjectionNorm(int[] vectors) {
    norms = new LayerNorm[vectors.length];
    firstRows = new int[vectors.length];
    int row = 0;
    for (int v = 0; v < vectors.length; v++) {
      norms[v] = new LayerNorm(vectors[v], row);
      firstRows[v] = row;
      row += vectors[v];
    }
    rows = row;
  }

  int rows() {
    return rows;
  }

  /** The gains, one per row, under the names of a layer. */
  List<ParameterSpec> parameters() {
    return List.of(new ParameterSpec(GAIN, ParameterRole.GAIN, rows, 1, Initializers.constant(1)));
  }

  void bind(Kernels kernels, CellParameters values, CellParameters gradients) {
    this.kernels = kernels;
    for (LayerNorm norm : norms) {
      norm.bind(kernels, values.get(GAIN), gradients.get(GAIN));
    }
  }

  /**
   * Normalises all steps.
   *
   * @param products replaced by their standardised form
   * @param bias one column
   * @param sums overwritten
   */
  void forward(Steps products, FMatrixRMaj bias, Steps sums) {
    Timeline timeline = sums.timeline();
    int lanes = timeline.lanes();
    kernels.fillRows(bias, 0, rows, sums, 0);
    for (int v = 0; v < norms.length; v++) {
      norms[v].begin(timeline);
      int o = firstRows[v] * lanes;
      for (int t = 0; t < timeline.steps(); t++) {
        int from = products.offset(t) + o;
        norms[v].forward(t, products.data(), from, sums.data(), sums.offset(t) + o);
      }
    }
  }

  /**
   * Way back of all steps, after one or several {@link #forward} of the same products.
   *
   * @param sumsGradient zero in dead lanes
   * @param products standardised, as {@link #forward} left them; replaced by their gradient
   * @param biasGradient added to
   */
  void backward(Steps sumsGradient, Steps products, FMatrixRMaj biasGradient) {
    Timeline timeline = sumsGradient.timeline();
    int lanes = timeline.lanes();
    kernels.rowSums(sumsGradient, 0, rows, biasGradient, 0);
    for (int v = 0; v < norms.length; v++) {
      int o = firstRows[v] * lanes;
      for (int t = 0; t < timeline.steps(); t++) {
        int dy = sumsGradient.offset(t) + o;
        norms[v].backward(t, products.data(), products.offset(t) + o, sumsGradient.data(), dy);
      }
      norms[v].finish();
    }
  }
}
