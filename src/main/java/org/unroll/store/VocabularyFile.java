package org.unroll.store;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.unroll.data.Vocabulary;

/**
 * A vocabulary as text: line n (from 0) holds the symbol with index n, in UTF-8.
 *
 * <p>Within a token, line feed, carriage return and backslash are written {@code \n}, {@code \r}
 * and {@code \\}, and one that looks like a special symbol has a backslash before it, such as
 * {@code \<unk>}; everything else stands for itself, so any token survives, the empty one, spaces
 * and a byte order mark included. Every line ends with a line feed, the last too: a file cut short
 * does not pass for a smaller vocabulary.
 */
public final class VocabularyFile {
  private static final int MAXIMUM_BYTES = 1 << 30;

  private VocabularyFile() {}

  /**
   * Writes a file whole or not at all.
   *
   * @return the SHA-256 of the file
   * @throws IllegalArgumentException if a token is not valid Unicode
   * @throws StoreException if it cannot be written
   */
  public static String write(Directory directory, String name, Vocabulary vocabulary) {
    CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
    var text = new StringBuilder();
    for (int index = 0; index < vocabulary.size(); index++) {
      String token = vocabulary.token(index);
      boolean looksSpecial = vocabulary.kind().specials().contains(token);
      if (looksSpecial && !vocabulary.isSpecial(index)) {
        text.append('\\');
      }
      if (!encoder.canEncode(token)) {
        throw new IllegalArgumentException(
            "token must be valid Unicode, got a lone surrogate at " + index);
      }
      text.append(escape(token)).append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return Sha256.write(directory, name, out -> out.write(bytes));
  }

  /**
   * Reads a file.
   *
   * @param kind which special symbols its first lines hold
   * @throws StoreException if it cannot be read, is not UTF-8, or a line breaks a rule
   */
  public static Vocabulary read(Directory directory, String name, Vocabulary.Kind kind) {
    String place = directory.location(name);
    String text = decode(directory.readBytes(name, MAXIMUM_BYTES), place);
    if (!text.isEmpty() && !text.endsWith("\n")) {
      throw new StoreException(
          "vocabulary must end with a line feed ("
              + place
              + "): the file is truncated, copy it again");
    }
    var tokens = new ArrayList<String>();
    var lines = new HashMap<String, Integer>();
    for (int begin = 0; begin < text.length(); ) {
      // Only \n ends a line: readers that also split at \r or U+2028 would cut tokens.
      int end = text.indexOf('\n', begin);
      int line = tokens.size() + 1;
      String token = text.substring(begin, end);
      checkNew(lines, token, line, place);
      tokens.add(unescape(token, place + ":" + line));
      begin = end + 1;
    }
    try {
      return Vocabulary.of(kind, tokens);
    } catch (IllegalArgumentException e) {
      throw new StoreException(
          e.getMessage() + " (" + place + "): the file was changed; copy the model again", e);
    }
  }

  private static void checkNew(Map<String, Integer> lines, String text, int line, String place) {
    Integer first = lines.putIfAbsent(text, line);
    if (first != null) {
      throw StoreException.of(
          "tokens must differ",
          "'" + text + "' also on line " + first,
          place + ":" + line,
          "remove one of them");
    }
  }

  private static String decode(byte[] bytes, String place) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new StoreException("vocabulary must be valid UTF-8 (" + place + "): copy it again", e);
    }
  }

  private static String escape(String token) {
    return token.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String unescape(String line, String place) {
    if (line.indexOf('\r') >= 0) {
      throw StoreException.of(
          "carriage return must be written \\r", "a raw one", place, "save with \\n line ends");
    }
    if (line.indexOf('\\') < 0) {
      return line;
    }
    var token = new StringBuilder(line.length());
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && i == 0 && line.startsWith("<", 1)) {
        continue;
      }
      if (c == '\\') {
        i++;
        token.append(unescapeOne(i < line.length() ? line.charAt(i) : ' ', place));
      } else {
        token.append(c);
      }
    }
    return token.toString();
  }

  private static char unescapeOne(char c, String place) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case '\\' -> '\\';
      default ->
          throw StoreException.of(
              "backslash must be followed by n, r, \\ or, at the beginning, <",
              "'" + c + "'",
              place,
              "write it as \\\\");
    };
  }
}
