package org.unroll.data;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Supplier;

/** Strict UTF-8, and text that can be written as such. */
public final class Text {
  private Text() {}

  /** Length of a byte order mark at the start of these bytes: 3 or 0. */
  static int byteOrderMark(byte[] bytes, int length) {
    boolean mark =
        length >= 3
            && bytes[0] == (byte) 0xEF
            && bytes[1] == (byte) 0xBB
            && bytes[2] == (byte) 0xBF;
    return mark ? 3 : 0;
  }

  /**
   * Whether bytes may begin a text in UTF-8; its last character may be cut.
   *
   * @param length how many of them
   */
  public static boolean mayBeUtf8(byte[] bytes, int length) {
    ByteBuffer source = ByteBuffer.wrap(bytes, 0, length);
    CharsetDecoder decoder = strict();
    return !decoder.decode(source, CharBuffer.allocate(length), false).isError();
  }

  private static CharsetDecoder strict() {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /**
   * Decodes UTF-8.
   *
   * @throws BadRowException if it is malformed; it says where
   */
  public static String decode(byte[] bytes) throws BadRowException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    // The replacement character is rare in text, so this nearly always ends here.
    if (text.indexOf('\uFFFD') < 0) {
      return text;
    }
    ByteBuffer source = ByteBuffer.wrap(bytes);
    CoderResult result = strict().decode(source, CharBuffer.allocate(bytes.length), true);
    if (result.isError()) {
      int at = source.position();
      throw new BadRowException(
          "invalid-utf-8",
          "text must be valid UTF-8",
          String.format(Locale.ROOT, "byte 0x%02X as byte %d of the record", bytes[at], at + 1),
          "convert the file to UTF-8");
    }
    return text;
  }

  /**
   * Requires whole characters: an escape of JSON can stand for half a surrogate pair, which is no
   * character and cannot be written to any file.
   *
   * @param where for the message, such as {@code item 2 of 'text'}
   * @throws BadRowException if there is a half; it says where
   */
  static String requireWhole(String text, Supplier<String> where) throws BadRowException {
    int at = half(text, 0);
    if (at >= 0) {
      throw new BadRowException(
          "half-character",
          "text must consist of whole characters",
          String.format(
              Locale.ROOT,
              "half a surrogate pair, \\u%04x, as character %d of %s",
              (int) text.charAt(at),
              at + 1,
              where.get()),
          "write both halves, or \\ufffd where the character is lost");
    }
    return text;
  }

  /** The text with U+FFFD in place of every half of a surrogate pair. */
  public static String whole(String text) {
    int at = half(text, 0);
    if (at < 0) {
      return text;
    }
    StringBuilder whole = new StringBuilder(text);
    for (; at >= 0; at = half(text, at + 1)) {
      whole.setCharAt(at, '\uFFFD');
    }
    return whole.toString();
  }

  /** Index of the first half of a surrogate pair without its other half, -1 if there is none. */
  private static int half(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (Character.codePointAt(text, i) <= Character.MAX_VALUE) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }
}
