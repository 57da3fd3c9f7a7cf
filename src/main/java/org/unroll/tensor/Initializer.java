package org.unroll.tensor;

import org.ejml.data.FMatrixRMaj;

/** Fills a parameter with its first values, a function of the seed alone. */
@FunctionalInterface
public interface Initializer {
  /**
   * Fills {@code matrix}.
   *
   * @param matrix rows × columns; overwritten
   * @param seed where the randomness of this parameter starts
   */
  void fill(FMatrixRMaj matrix, long seed);
}
