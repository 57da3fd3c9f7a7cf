package org.unroll.nn;

import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_FDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.unroll.hash.Hash;
import org.unroll.tensor.Initializer;

/** Ways to start a parameter; each value is a function of seed and position. */
public final class Initializers {
  private Initializers() {}

  /** Every value the same. */
  public static Initializer constant(float value) {
    return (matrix, seed) -> matrix.fill(value);
  }

  /** Uniform in ±limit. */
  public static Initializer uniform(double limit) {
    return (matrix, seed) -> {
      for (int i = 0; i < matrix.getNumElements(); i++) {
        matrix.data[i] = (float) (limit * (2 * Hash.unit(Hash.of(seed, i)) - 1));
      }
    };
  }

  /**
   * Glorot-uniform (Glorot and Bengio 2010): ±√(6 / (inputs + outputs)).
   *
   * @param inputs width of what the weight reads
   * @param outputs width of what it feeds; for a cell that of one gate
   */
  public static Initializer glorot(int inputs, int outputs) {
    return uniform(Math.sqrt(6.0 / (inputs + outputs)));
  }

  /**
   * Orthogonal (Saxe 2014), gate by gate: each {@code units} rows are the Q of a Gaussian matrix,
   * with the signs that make it uniform over all rotations. Where they are fewer than the columns,
   * rows are orthonormal; where they are more, columns are. Takes (the larger) × (the smaller)²
   * steps.
   */
  public static Initializer orthogonal(int units) {
    return (matrix, seed) -> {
      for (int from = 0; from < matrix.numRows; from += units) {
        orthogonal(matrix, from, units, Hash.of(seed, from));
      }
    };
  }

  private static void orthogonal(FMatrixRMaj matrix, int from, int units, long seed) {
    boolean wide = units < matrix.numCols;
    int longer = Math.max(units, matrix.numCols);
    int shorter = Math.min(units, matrix.numCols);
    FMatrixRMaj gaussian = new FMatrixRMaj(longer, shorter);
    for (int i = 0; i < longer * shorter; i++) {
      gaussian.data[i] = (float) gaussian(seed, i);
    }
    QRDecomposition<FMatrixRMaj> qr = DecompositionFactory_FDRM.qr(longer, shorter);
    qr.decompose(gaussian);
    FMatrixRMaj q = qr.getQ(null, true);
    FMatrixRMaj r = qr.getR(null, true);
    for (int row = 0; row < longer; row++) {
      for (int column = 0; column < shorter; column++) {
        float value = r.get(column, column) < 0 ? -q.get(row, column) : q.get(row, column);
        matrix.set(from + (wide ? column : row), wide ? row : column, value);
      }
    }
  }

  /** A standard normal number (Box and Muller 1958); StrictMath, so the same everywhere. */
  private static double gaussian(long seed, long i) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - Hash.unit(Hash.of(seed, i, 0))));
    return radius * StrictMath.cos(2 * Math.PI * Hash.unit(Hash.of(seed, i, 1)));
  }

  /** Some rows another way than the rest. */
  public static Initializer rows(Initializer all, int fromRow, int toRow, float value) {
    return (matrix, seed) -> {
      all.fill(matrix, seed);
      java.util.Arrays.fill(matrix.data, fromRow * matrix.numCols, toRow * matrix.numCols, value);
    };
  }
}
