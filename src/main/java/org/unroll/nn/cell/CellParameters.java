package org.unroll.nn.cell;

import org.ejml.data.FMatrixRMaj;

/**
 * The parameters of one direction of a layer, or their gradients, under the names that they have
 * within it, such as {@code weight_hh}.
 */
@FunctionalInterface
public interface CellParameters {
  /**
   * The matrix of a name; shared.
   *
   * @throws IllegalArgumentException if there is none
   */
  FMatrixRMaj get(String name);
}
