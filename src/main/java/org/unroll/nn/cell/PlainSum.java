package org.unroll.nn.cell;

import org.ejml.data.FMatrixRMaj;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;

/** The product is added as it is. */
final class PlainSum extends RecurrentSum {
  @Override
  float[] data() {
    return sums.data();
  }

  @Override
  int offset(int t) {
    return sums.offset(t) + row * sums.timeline().lanes();
  }

  @Override
  void forward(int t) {}

  @Override
  void backward(int t) {}

  @Override
  void outer(
      Kernels kernels,
      int from,
      int rows,
      Steps source,
      int shift,
      FMatrixRMaj gradient,
      int toRow) {
    kernels.outer(sums, row + from, rows, source, shift, gradient, toRow);
  }
}
