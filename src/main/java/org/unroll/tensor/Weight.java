package org.unroll.tensor;

import org.ejml.data.FMatrixRMaj;

/**
 * Rows of a weight matrix as the left operand of products, in whatever form the kernels want:
 * {@link Kernels#prepare} fills it in once per update of the parameters. Confined to one thread,
 * but for others of its {@link Crew} that read what is prepared.
 */
public final class Weight {
  final int rows;
  final int columns;

  /** Row-major values of the rows, beginning at {@link #offset}; not modified. */
  float[] values;

  int offset;

  /** The rows as {@link VectorKernels} want them; unused otherwise. */
  float[] packed = new float[0];

  /** The transposed rows as the kernels want them. */
  float[] packedTransposed = new float[0];

  /** The rows by columns, for a lone lane; made when first wanted after {@link #set}. */
  private float[] columnwise = new float[0];

  private boolean columnwiseIsStale;

  /**
   * Rows of a matrix that comes with {@link #set}.
   *
   * @param rows number of rows used
   * @param columns number of columns
   */
  public Weight(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
  }

  /** Takes the rows from {@code fromRow} on of {@code matrix}; the kernels must prepare it then. */
  public void set(FMatrixRMaj matrix, int fromRow) {
    if (matrix.numCols != columns || matrix.numRows < fromRow + rows) {
      throw new IllegalArgumentException(
          "rows "
              + fromRow
              + " to "
              + (fromRow + rows)
              + " of "
              + columns
              + " columns wanted, got a "
              + matrix.numRows
              + " × "
              + matrix.numCols
              + " matrix");
    }
    values = matrix.data;
    offset = fromRow * columns;
    columnwiseIsStale = true;
  }

  /** The rows by columns, {@code [column][row]}. */
  float[] columnwise() {
    if (columnwiseIsStale) {
      columnwise = Products.columns(values, offset, rows, columns, columnwise);
      columnwiseIsStale = false;
    }
    return columnwise;
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }
}
