package org.unroll.metric;

import java.io.Serializable;

/**
 * A sum of doubles that are added within a block in its own order, and exactly from there on, so
 * that it does not depend on the order of blocks.
 */
final class BlockSum implements Serializable {
  private static final long serialVersionUID = 1;

  private final ExactSum blocks = new ExactSum();
  private double block;
  private boolean notFinite;

  /** Adds to the block. */
  void add(double value) {
    block += value;
  }

  /** Ends the block. */
  void endBlock() {
    if (Double.isFinite(block)) {
      blocks.add(block);
    } else {
      notFinite = true;
    }
    block = 0;
  }

  /** Adds the blocks of another sum. */
  void add(BlockSum other) {
    blocks.add(other.blocks);
    notFinite |= other.notFinite;
  }

  /** The sum of all blocks; NaN if it is not finite. */
  double value() {
    return notFinite ? Double.NaN : blocks.value();
  }
}
