package org.unroll.nn.cell;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.config.LayerConfig.Normalization;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;

/**
 * How a product with the state before is added to the input's part of the pre-activations. The cell
 * adds the product of a step at {@link #data} from {@link #offset} on, then calls {@link #forward};
 * on the way back it calls {@link #backward} when the gradient of the pre-activations stands in the
 * sums, and finds that of the product where the product was.
 */
abstract class RecurrentSum {
  /** The sums' place: Steps and first row. */
  Steps sums;

  int row;

  /**
   * As a layer's configuration says.
   *
   * @param rows number of rows of the product
   * @param firstRow which of the rows of {@code weight_hh} is its first
   */
  static RecurrentSum of(Normalization normalization, int rows, int firstRow) {
    return switch (normalization) {
      // Batch normalisation takes the input's product only: Laurent 2015 found that it helps.
      case NONE, BATCH -> new PlainSum();
      case LAYER -> new NormalizedSum(rows, firstRow);
    };
  }

  /** The parameters of all sums of a cell together. */
  static List<ParameterSpec> parameters(Normalization normalization, int rows) {
    return switch (normalization) {
      case NONE, BATCH -> List.of();
      case LAYER -> List.of(NormalizedSum.gain(rows));
    };
  }

  void bind(Kernels kernels, CellParameters values, CellParameters gradients) {}

  /**
   * Begins a pass over the steps of a block; the product is to be added to rows of {@code sums}.
   */
  void begin(Steps sums, int row) {
    this.sums = sums;
    this.row = row;
  }

  /** Where the product goes, and its gradient comes. */
  abstract float[] data();

  abstract int offset(int t);

  /** The product of step {@code t} is complete. */
  abstract void forward(int t);

  /** The sums of step {@code t} hold their gradient. */
  abstract void backward(int t);

  /**
   * Adds to the gradient of the weight, after the last step back.
   *
   * @param from first row of the product
   * @param source what was multiplied, {@code shift} steps from the product
   * @param toRow first row of the gradient
   */
  abstract void outer(
      Kernels kernels,
      int from,
      int rows,
      Steps source,
      int shift,
      FMatrixRMaj gradient,
      int toRow);

  /** The way back has ended. */
  void finish() {}
}
