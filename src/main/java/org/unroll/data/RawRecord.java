package org.unroll.data;

/**
 * A record as it stands in a file.
 *
 * @param offset of its first byte in the decompressed file
 * @param row number from 0 within what its reader reads, the header included
 * @param bytes without line terminator and byte order mark; only the beginning if there is a defect
 * @param defect why the record cannot be read, or null
 */
public record RawRecord(long offset, long row, byte[] bytes, BadRowException defect) {
  /** As much of a defective record as is kept to show. */
  static final int SHOWN_BYTES = 200;
}
