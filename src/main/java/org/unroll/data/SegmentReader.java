package org.unroll.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stretch of a stream of text into segments at fixed places: near each multiple of the
 * segment size, at the next byte where no character, normal form or word is cut apart. The places
 * are a function of the file alone, so that several tasks can read one file.
 */
public final class SegmentReader implements RecordReader {
  /** Size of a segment of training data, in bytes. */
  public static final int SEGMENT_BYTES = 1 << 20;

  /** How far the next good place is looked for; text without white space is cut after that. */
  private static final int SEARCH_BYTES = 1 << 16;

  /** What a Java array holds. */
  private static final int LARGEST_BYTES = Integer.MAX_VALUE - 64;

  private final InputStream in;
  private final long end;
  private final long segmentBytes;
  private final boolean words;
  private byte[] ahead = {};
  private long offset;
  private long nominal;
  private long row;
  private boolean started;

  /**
   * @param in the decompressed file from {@code start} on
   * @param start nominal start of the first segment
   * @param end nominal end of the last segment; {@link Long#MAX_VALUE} for the end of the file
   * @param segmentBytes nominal size; {@link Long#MAX_VALUE} for one segment
   * @param words whether words, not only characters, are to be kept together
   */
  public SegmentReader(InputStream in, long start, long end, long segmentBytes, boolean words) {
    this.in = in;
    this.end = end;
    this.segmentBytes = segmentBytes;
    this.words = words;
    offset = start;
    nominal = start;
  }

  @Override
  public RawRecord next() throws IOException {
    if (!started) {
      started = true;
      if (nominal > 0) {
        cutAfter(0);
      }
    }
    long start = offset;
    byte[] bytes = {};
    // Where good places are far apart there may be none between two multiples of the size.
    while (bytes.length == 0 && nominal < end) {
      nominal = end - nominal <= segmentBytes ? end : nominal + segmentBytes;
      bytes = cutAfter(Math.max(0, nominal - offset));
      if (bytes.length == 0 && ahead.length == 0) {
        return null;
      }
    }
    if (bytes.length == 0) {
      return null;
    }
    int mark = start == 0 ? Text.byteOrderMark(bytes, bytes.length) : 0;
    return new RawRecord(start, row++, Arrays.copyOfRange(bytes, mark, bytes.length), null);
  }

  /** Takes at least so many bytes, up to the next good place or the end of the file. */
  private byte[] cutAfter(long least) throws IOException {
    int wanted = (int) Math.min(LARGEST_BYTES, Math.min(least, LARGEST_BYTES) + SEARCH_BYTES);
    byte[] bytes = ahead;
    if (bytes.length < wanted) {
      byte[] more = in.readNBytes(wanted - bytes.length);
      bytes = Arrays.copyOf(bytes, bytes.length + more.length);
      System.arraycopy(more, 0, bytes, bytes.length - more.length, more.length);
    }
    if (wanted == LARGEST_BYTES && bytes.length == wanted) {
      throw new IOException(
          "a stream is evaluated in one piece, of at most " + LARGEST_BYTES + " bytes");
    }
    int cut = bytes.length <= least ? bytes.length : goodPlace(bytes, (int) least, wanted);
    ahead = Arrays.copyOfRange(bytes, cut, bytes.length);
    offset += cut;
    return Arrays.copyOf(bytes, cut);
  }

  private int goodPlace(byte[] bytes, int from, int wanted) {
    for (int i = from; i < Math.min(bytes.length, from + SEARCH_BYTES); i++) {
      if (words ? isSpace(bytes[i]) : bytes[i] >= 0 && bytes[i] != '\n') {
        // Nothing composes with an ASCII character before it, and CR LF stays together.
        return i;
      }
    }
    if (bytes.length < wanted) {
      return bytes.length;
    }
    int i = from;
    while ((bytes[i] & 0xC0) == 0x80 && i < from + 3) {
      i++;
    }
    return i;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\t';
  }
}
