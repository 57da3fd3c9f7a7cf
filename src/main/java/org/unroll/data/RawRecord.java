package org.unroll.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.unroll.hash.Hash;

/**
 * A record as it stands in a file: bytes that are yet to be parsed, or the cells of a format that
 * has columns and types of its own.
 *
 * @param offset of its first byte in the decompressed file; of cells, the number of the row in it
 * @param row number from 0 within what its reader reads, the header included
 * @param bytes without line terminator and byte order mark; only the beginning if there is a defect
 * @param cells the wanted columns, or null if there are bytes
 * @param defect why the record cannot be read, or null
 */
public record RawRecord(
    long offset, long row, byte[] bytes, Content[] cells, BadRowException defect) {
  /** As much of a defective record as is kept to show. */
  static final int SHOWN_BYTES = 200;

  private static final byte[] NO_BYTES = {};

  /** A record of bytes. */
  public RawRecord(long offset, long row, byte[] bytes, BadRowException defect) {
    this(offset, row, bytes, null, defect);
  }

  /**
   * A record of cells.
   *
   * @param row its number in the file, from 0
   * @param cells null where there is a defect
   */
  public static RawRecord ofCells(long row, Content[] cells, BadRowException defect) {
    return new RawRecord(row, row, NO_BYTES, cells, defect);
  }

  /** Whether there is nothing in it. */
  boolean isEmpty() {
    return cells == null && bytes.length == 0;
  }

  /** The same for equal records, wherever they stand. */
  public long hash() {
    if (cells == null) {
      return Hash.of(bytes, 0, bytes.length);
    }
    return Arrays.stream(cells)
        .mapToLong(cell -> cell == null ? 0 : cell.hash())
        .reduce(cells.length, Hash::with);
  }

  /** The beginning as text. */
  String shown() {
    if (cells == null) {
      return new String(bytes, 0, Math.min(bytes.length, SHOWN_BYTES), StandardCharsets.UTF_8);
    }
    String text =
        Arrays.stream(cells)
            .map(cell -> cell == null ? "" : cell.shown())
            .collect(Collectors.joining("\t"));
    return text.substring(0, Math.min(text.length(), SHOWN_BYTES));
  }
}
