package org.unroll.spark;

import java.io.Serializable;
import org.unroll.data.Role;

/**
 * A stretch of a file, read by one task.
 *
 * @param role what its records are for, unless the job chooses among them
 * @param start first byte, in the decompressed file
 * @param end first byte that is no longer part; {@link Long#MAX_VALUE} for the end of the file
 */
record ReadUnit(Role role, InputFile file, long start, long end) implements Serializable {
  /** Bytes to read, about. Decompression costs about as much as reading three times the bytes. */
  long cost() {
    return file.compressed() ? 3 * file.length() : Math.min(end, file.length()) - start;
  }
}
