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
   * Orthogonal (Saxe 2014), gate by gate: each square of {@code units} rows is the Q of a Gaussian
   * matrix, with the signs that make it uniform over all rotations.
   */
  public static Initializer orthogonal(int units) {
    return (matrix, seed) -> {
      for (int from = 0; from < matrix.numRows; from += units) {
        orthogonal(matrix, from, units, Hash.of(seed, from));
      }
    };
  }

  private static void orthogonal(FMatrixRMaj matrix, int from, int units, long seed) {
    FMatrixRMaj gaussian = new FMatrixRMaj(units, units);
    for (int i = 0; i < units * units; i++) {
      gaussian.data[i] = (float) gaussian(seed, i);
    }
    QRDecomposition<FMatrixRMaj> qr = DecompositionFactory_FDRM.qr(units, units);
    qr.decompose(gaussian);
    FMatrixRMaj q = qr.getQ(null, false);
    FMatrixRMaj r = qr.getR(null, false);
    for (int row = 0; row < units; row++) {
      for (int column = 0; column < units; column++) {
        float sign = r.get(column, column) < 0 ? -1 : 1;
        matrix.set(from + row, column, sign * q.get(row, column));
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
