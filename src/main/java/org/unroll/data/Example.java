package org.unroll.data;

import java.io.Serializable;

/**
 * One encoded sequence.
 *
 * @param id identity of the sequence: a hash of where it stands in the data (path relative to the
 *     data root, offset in the decompressed file, part), never of a partition or an arrival order
 * @param inputs index of the input symbol of each step, at least one
 * @param targets index of the target: one per step (many-to-many) or a single one (many-to-one)
 */
public record Example(long id, int[] inputs, int[] targets) implements Serializable {
  public Example {
    if (inputs.length == 0) {
      throw new IllegalArgumentException("a sequence has at least 1 step, got 0");
    }
    if (targets.length != inputs.length && targets.length != 1) {
      throw new IllegalArgumentException(
          "a sequence has one target or one per step ("
              + inputs.length
              + "), got "
              + targets.length);
    }
  }
}
