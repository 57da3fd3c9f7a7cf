package org.unroll.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The lines that begin in a stretch of a file. A line ends with LF or CR LF; a lone CR is text. A
 * line that is too long is reported as a defect, never silently left out, and not kept in memory.
 */
public final class LineReader implements RecordReader {
  private final InputStream in;
  private final long end;
  private final int maxBytes;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private long offset;
  private long row;
  private boolean skipFirst;

  private byte[] line = new byte[256];
  private int kept;

  /**
   * @param in the decompressed file from byte {@code max(0, start - 1)} on: whether a line begins
   *     at {@code start} is seen from the byte before
   * @param start first byte a line may begin at
   * @param end first byte a line may no longer begin at
   * @param maxBytes longest line allowed
   */
  public LineReader(InputStream in, long start, long end, int maxBytes) {
    this.in = in;
    this.end = end;
    this.maxBytes = maxBytes;
    offset = Math.max(0, start - 1);
    skipFirst = start > 0;
  }

  @Override
  public RawRecord next() throws IOException {
    if (skipFirst) {
      skipFirst = false;
      readLine(0);
    }
    long start = offset;
    if (start >= end) {
      return null;
    }
    long length = readLine(maxBytes + 1);
    if (length < 0) {
      return null;
    }
    if (kept == length && kept > 0 && line[kept - 1] == '\r') {
      kept--;
      length--;
    }
    BadRowException defect = length > maxBytes ? tooLong("line", length, maxBytes) : null;
    int mark = start == 0 ? Text.byteOrderMark(line, kept) : 0;
    int to = defect == null ? kept : Math.min(kept, mark + RawRecord.SHOWN_BYTES);
    return new RawRecord(start, row++, Arrays.copyOfRange(line, mark, to), defect);
  }

  static BadRowException tooLong(String what, long length, int maxBytes) {
    return new BadRowException(
        "too-long",
        "a " + what + " must be at most " + maxBytes + " bytes long",
        Long.toString(length),
        "raise data.read.max-line-bytes, or break the line");
  }

  /** Reads to the end of a line, keeps its beginning, returns its length or -1 after the last. */
  private long readLine(int keep) throws IOException {
    long length = 0;
    kept = 0;
    boolean any = false;
    while (true) {
      if (position == limit) {
        limit = in.read(buffer, 0, buffer.length);
        position = 0;
        if (limit <= 0) {
          limit = 0;
          return any ? length : -1;
        }
      }
      any = true;
      int to = position;
      while (to < limit && buffer[to] != '\n') {
        to++;
      }
      keep(keep, to);
      length += to - position;
      boolean ended = to < limit;
      offset += to - position + (ended ? 1 : 0);
      position = to + (ended ? 1 : 0);
      if (ended) {
        return length;
      }
    }
  }

  private void keep(int keep, int to) {
    int more = Math.min(to - position, keep - kept);
    if (more <= 0) {
      return;
    }
    if (kept + more > line.length) {
      line = Arrays.copyOf(line, Math.max(kept + more, (int) Math.min(keep, 2L * line.length)));
    }
    System.arraycopy(buffer, position, line, kept, more);
    kept += more;
  }
}
