package org.unroll.nn.cell;

import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Initializers;
import org.unroll.nn.norm.LayerNorm;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;

/**
 * The product is added after layer normalisation (Ba 2016): {@code gain_hh ∘ LN(W_hh a⟨t-1⟩)}. The
 * shift is the bias, which the sum has from the input's part.
 */
final class NormalizedSum extends RecurrentSum {
  private static final String GAIN = "gain_hh";

  private final int rows;
  private final LayerNorm norm;

  /** Products; standardised on the way forward, gradients on the way back. */
  private final Steps products = new Steps();

  NormalizedSum(int rows, int firstRow) {
    this.rows = rows;
    norm = new LayerNorm(rows, firstRow);
  }

  static ParameterSpec gain(int rows) {
    return new ParameterSpec(GAIN, ParameterRole.GAIN, rows, 1, Initializers.constant(1));
  }

  @Override
  void bind(Kernels kernels, CellParameters values, CellParameters gradients) {
    norm.bind(kernels, values.get(GAIN), gradients.get(GAIN));
  }

  @Override
  void begin(Steps sums, int row) {
    super.begin(sums, row);
    norm.begin(sums.timeline());
    products.reshape(sums.timeline(), rows);
    products.clear();
  }

  @Override
  float[] data() {
    return products.data();
  }

  @Override
  int offset(int t) {
    return products.offset(t);
  }

  private int sumOffset(int t) {
    return sums.offset(t) + row * sums.timeline().lanes();
  }

  @Override
  void forward(int t) {
    norm.forward(t, products.data(), products.offset(t), sums.data(), sumOffset(t));
  }

  @Override
  void backward(int t) {
    norm.backward(t, products.data(), products.offset(t), sums.data(), sumOffset(t));
  }

  @Override
  void outer(
      Kernels kernels,
      int from,
      int rows,
      Steps source,
      int shift,
      FMatrixRMaj gradient,
      int toRow) {
    kernels.outer(products, from, rows, source, shift, gradient, toRow);
  }

  @Override
  void finish() {
    norm.finish();
  }
}
