package org.unroll.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The records of a whole file of comma-separated values (RFC 4180), whose quoted fields may span
 * lines. Whether a line break ends a record is only known from everything before it; hence such a
 * file is read by one task, from its start.
 *
 * <p>A record that breaks the rules of quoting costs its first line only: reading resumes on the
 * line after it.
 */
public final class CsvReader implements RecordReader {
  private enum State {
    FIELD_START,
    PLAIN,
    QUOTED,
    AFTER_QUOTE
  }

  private final InputStream in;
  private final int maxBytes;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private byte[] again = {};
  private int againPosition;
  private long offset;
  private long row;

  /**
   * @param in the decompressed file from its start
   * @param maxBytes longest record allowed
   */
  public CsvReader(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  @Override
  public RawRecord next() throws IOException {
    long start = offset;
    int c = read();
    if (c < 0) {
      return null;
    }
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    State state = State.FIELD_START;
    boolean mayBeMark = start == 0;
    while (c >= 0 && !(c == '\n' && state != State.QUOTED)) {
      record.write(c);
      if (record.size() > maxBytes + 1) {
        return tooLong(start, record.toByteArray());
      }
      if (mayBeMark && record.size() == 3 && Text.byteOrderMark(record.toByteArray(), 3) > 0) {
        state = State.FIELD_START;
      } else {
        state = step(state, c);
      }
      if (state == null) {
        return resume(start, record.toByteArray(), quoting("has text after its closing quote"));
      }
      c = read();
    }
    if (state == State.QUOTED) {
      return resume(start, record.toByteArray(), quoting("is open at the end of the file"));
    }
    return record(start, record.toByteArray());
  }

  /** The state after one more byte, null if the rules of quoting do not allow it. */
  private static State step(State state, int c) {
    return switch (state) {
      case FIELD_START -> c == '"' ? State.QUOTED : c == ',' ? State.FIELD_START : State.PLAIN;
      case PLAIN -> c == ',' ? State.FIELD_START : State.PLAIN;
      case QUOTED -> c == '"' ? State.AFTER_QUOTE : State.QUOTED;
      case AFTER_QUOTE ->
          c == '"'
              ? State.QUOTED
              : c == ',' ? State.FIELD_START : c == '\r' ? State.AFTER_QUOTE : null;
    };
  }

  private RawRecord record(long start, byte[] bytes) {
    int to = bytes.length;
    if (to > 0 && bytes[to - 1] == '\r') {
      to--;
    }
    BadRowException defect = to > maxBytes ? LineReader.tooLong("record", to, maxBytes) : null;
    int from = start == 0 ? Text.byteOrderMark(bytes, to) : 0;
    int kept = defect == null ? to : Math.min(to, from + RawRecord.SHOWN_BYTES);
    return new RawRecord(start, row++, Arrays.copyOfRange(bytes, from, kept), defect);
  }

  private static BadRowException quoting(String what) {
    return new BadRowException(
        "bad-quoting",
        "a field that starts with a quote must end with one (RFC 4180)",
        "a field that " + what,
        "double the quotes inside quoted fields, or use data.delimiter = tab for unquoted data");
  }

  private RawRecord tooLong(long start, byte[] bytes) throws IOException {
    if (indexOfLineFeed(bytes) < bytes.length) {
      return resume(start, bytes, quoting("is not closed within " + maxBytes + " bytes"));
    }
    long length = bytes.length + skipLine();
    BadRowException defect = LineReader.tooLong("record", length, maxBytes);
    byte[] shown = Arrays.copyOf(bytes, Math.min(bytes.length, RawRecord.SHOWN_BYTES));
    return new RawRecord(start, row++, shown, defect);
  }

  /** Reports the first line of what was read as defective and goes back to the line after it. */
  private RawRecord resume(long start, byte[] bytes, BadRowException defect) throws IOException {
    int lineEnd = indexOfLineFeed(bytes);
    if (lineEnd == bytes.length) {
      skipLine();
    } else {
      byte[] back = Arrays.copyOf(bytes, bytes.length + again.length - againPosition);
      System.arraycopy(again, againPosition, back, bytes.length, again.length - againPosition);
      again = back;
      againPosition = lineEnd + 1;
      offset = start + lineEnd + 1;
    }
    byte[] shown = Arrays.copyOf(bytes, Math.min(lineEnd, RawRecord.SHOWN_BYTES));
    return new RawRecord(start, row++, shown, defect);
  }

  private static int indexOfLineFeed(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  /** Skips to the next line; returns how many bytes the rest of this one had. */
  private long skipLine() throws IOException {
    long skipped = 0;
    int c = read();
    while (c >= 0 && c != '\n') {
      skipped++;
      c = read();
    }
    return skipped;
  }

  private int read() throws IOException {
    if (againPosition < again.length) {
      offset++;
      return again[againPosition++] & 0xFF;
    }
    if (position == limit) {
      limit = in.read(buffer, 0, buffer.length);
      position = 0;
      if (limit <= 0) {
        limit = 0;
        return -1;
      }
    }
    offset++;
    return buffer[position++] & 0xFF;
  }
}
