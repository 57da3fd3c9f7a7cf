package org.unroll.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.unroll.config.Problem;
import org.unroll.text.Counts;

/**
 * Pretrained vectors in text: on each line a symbol and its numbers, separated by single spaces, as
 * GloVe (Pennington 2014) and word2vec (Mikolov 2013) write them. A first line with the number of
 * symbols and of dimensions is skipped. A symbol may contain spaces; of several lines that read as
 * the same symbol the first counts. A line of {@code <unk>}, {@code <s>} or {@code </s>} is for the
 * special symbol, not for a token that looks like it.
 */
public final class WordVectors {
  private static final int SHOWN = 5;

  private final Vocabulary vocabulary;
  private final Tokenizer tokenizer;
  private final int width;
  private final String key;
  private final float[] table;
  private final BitSet covered;
  private long lines;

  /**
   * What was found.
   *
   * @param covered those symbols of the vocabulary that have a vector now
   * @param symbols of the vocabulary, special ones included
   * @param missing the most frequent of the others
   * @param lines of the file
   */
  public record Coverage(BitSet covered, int symbols, List<String> missing, long lines) {
    /** Number of symbols that have a vector now. */
    public int count() {
      return covered.cardinality();
    }
  }

  /**
   * @param tokenizer puts the symbols of the file into the form of the vocabulary's
   * @param width numbers per symbol
   * @param key of the job file that says the width, for messages
   * @param table symbols × width, row-major; rows of symbols that have a vector are overwritten;
   *     null to find out only which these are
   */
  public WordVectors(
      Vocabulary vocabulary, Tokenizer tokenizer, int width, String key, float[] table) {
    this.vocabulary = vocabulary;
    this.tokenizer = tokenizer;
    this.width = width;
    this.key = key;
    this.table = table;
    covered = new BitSet(vocabulary.size());
  }

  /**
   * Reads a file.
   *
   * @param place its name, for messages
   * @throws DataException if a line has other numbers than the job says, or no symbol of the
   *     vocabulary is there
   */
  public Coverage read(InputStream in, String place) throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    String line = reader.readLine();
    if (line != null && isHeader(line)) {
      lines++;
      line = reader.readLine();
    }
    for (boolean first = true; line != null; line = reader.readLine()) {
      lines++;
      if (!line.isBlank()) {
        take(line.stripTrailing(), first, place);
        first = false;
      }
    }
    Coverage coverage = coverage();
    if (coverage.count() == 0) {
      throw new DataException(
          new Problem(
              "pretrained vectors must be of symbols of the vocabulary, such as "
                  + coverage.missing(),
              "none of them in " + Counts.of(lines, "line"),
              place,
              "check data.input.tokens and data.input.lowercase, or give another file"));
    }
    return coverage;
  }

  /** Whether a line is word2vec's count of symbols and of numbers for each. */
  private boolean isHeader(String line) {
    String[] parts = line.strip().split("[ \t]+");
    // Of vectors of one number, a line of two numbers may be a vector.
    return parts.length == 2
        && parts[0].matches("\\d+")
        && parts[1].matches("\\d+")
        && (width > 1 || parts[1].equals("1"));
  }

  private void take(String line, boolean first, String place) {
    int at = line.length();
    for (int i = 0; i < width && at > 0; i++) {
      at = lastGap(line, at - 1);
    }
    if (at <= 0 || first && lastGap(line, at - 1) > 0) {
      int numbers = line.strip().split("[ \t]+").length - 1;
      throw bad(
          "a line of vectors must have a symbol and "
              + Counts.of(width, "number")
              + " ("
              + key
              + ")",
          Counts.of(numbers, "number"),
          place,
          first ? "set " + key + " = " + numbers : "mend the line");
    }
    int row = row(line.substring(0, at));
    if (row < 0 || covered.get(row)) {
      return;
    }
    covered.set(row);
    int from = at + 1;
    for (int i = 0; i < width; i++) {
      int to = nextGap(line, from);
      float value = number(line.substring(from, to), place);
      if (table != null) {
        table[row * width + i] = value;
      }
      from = to + 1;
    }
  }

  private static int lastGap(String line, int before) {
    int at = before;
    while (at >= 0 && line.charAt(at) != ' ' && line.charAt(at) != '\t') {
      at--;
    }
    return at;
  }

  private static int nextGap(String line, int from) {
    int at = from;
    while (at < line.length() && line.charAt(at) != ' ' && line.charAt(at) != '\t') {
      at++;
    }
    return at;
  }

  /** The number of a symbol, -1 if the vocabulary does not have it. */
  private int row(String symbol) {
    int special = vocabulary.kind().specials().indexOf(symbol);
    if (special >= 0) {
      return special;
    }
    return vocabulary.find(tokenizer.normalize(symbol));
  }

  private float number(String text, String place) {
    float value;
    try {
      value = Float.parseFloat(text);
    } catch (NumberFormatException e) {
      value = Float.NaN;
    }
    if (!Float.isFinite(value)) {
      throw bad(
          "a vector must consist of finite numbers", "'" + text + "'", place, "mend the line");
    }
    return value;
  }

  private DataException bad(String rule, String value, String place, String fix) {
    return new DataException(new Problem(rule, value, place + ":" + lines, fix));
  }

  private Coverage coverage() {
    List<String> missing = new ArrayList<>();
    int specials = vocabulary.kind().specials().size();
    for (int i = specials; i < vocabulary.size() && missing.size() < SHOWN; i++) {
      if (!covered.get(i)) {
        missing.add(vocabulary.token(i));
      }
    }
    return new Coverage(covered, vocabulary.size(), missing, lines);
  }
}
