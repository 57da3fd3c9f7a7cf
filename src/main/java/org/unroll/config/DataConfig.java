package org.unroll.config;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The {@code data} section: where sequences come from and how they become symbols. */
public record DataConfig(
    @Key(
            required = true,
            doc =
                "What the files hold: rows with columns, one sequence per line, or whole files"
                    + " as streams of text.")
        Format format,
    @Key(
            required = true,
            doc =
                "Training files: a path or glob of any Hadoop file system, several separated by"
                    + " commas; compressed files are read as they are.")
        String train,
    @Key(
            optional = true,
            doc =
                "Validation data: a path; a fraction of the training rows, chosen by hash;"
                    + " `tail:0.1`, the end of each stream; or `rows:a-b`, rows a to b of each"
                    + " training file, counted from 0, both included.")
        ValidSource valid,
    @Key(
            optional = true,
            changesResult = false,
            doc = "Test files, evaluated once at the end of training.")
        String test,
    @Key(
            value = "false",
            only = "delimited",
            doc = "Whether the first row of each file names the columns.")
        boolean header,
    @Key(
            value = "auto",
            only = "delimited",
            doc =
                "What separates columns: `tab` (no quoting), `comma` (quoting as in RFC 4180), or"
                    + " `auto`: comma for files ending in .csv (compressed or not), else tab.")
        Delimiter delimiter,
    Input input,
    Target target,
    MaxLength maxLength,
    Vocabulary vocabulary,
    @Key(
            value = "256",
            only = "stream",
            atLeast = 1,
            doc = "Steps per piece that a stream is cut into; a piece is one training sequence.")
        int piece,
    @Key(
            value = "fail",
            doc =
                "What to do with a row that cannot be used: stop, leave it out, or leave it out"
                    + " and write it to the output directory with its place and the reason.")
        BadRows badRows,
    @Key(
            value = "0.01",
            atLeast = 0,
            doc =
                "How many bad rows may be skipped or quarantined before the job fails: below 1 a"
                    + " share of all rows, from 1 on a count.")
        double badRowsBudget,
    Read read)
    implements Serializable {

  /** What the files hold. */
  public enum Format {
    /** Rows with columns, separated by tabs or commas. */
    DELIMITED,
    /** One sequence per line. */
    LINES,
    /** Each file is one long text, cut into pieces. */
    STREAM
  }

  /** What separates the columns of delimited rows. */
  public enum Delimiter {
    /** Comma for files named {@code .csv}, else tab. */
    AUTO,
    /** Tab, without quoting. */
    TAB,
    /** Comma, with quoting as in RFC 4180. */
    COMMA;

    private static final List<String> COMPRESSION_SUFFIXES =
        List.of(".gz", ".bz2", ".zst", ".lz4", ".snappy", ".deflate", ".xz");

    /**
     * Settles {@link #AUTO} for a file.
     *
     * @param path the path or name of the file
     * @return {@link #TAB} or {@link #COMMA}
     */
    public Delimiter of(String path) {
      if (this != AUTO) {
        return this;
      }
      String name = path.toLowerCase(Locale.ROOT);
      for (String suffix : COMPRESSION_SUFFIXES) {
        if (name.endsWith(suffix)) {
          name = name.substring(0, name.length() - suffix.length());
          break;
        }
      }
      return name.endsWith(".csv") ? COMMA : TAB;
    }
  }

  /** What happens to a row that cannot be used. */
  public enum BadRows {
    /** The job fails at the first. */
    FAIL,
    /** It is counted and left out. */
    SKIP,
    /** It is left out and written to the output directory. */
    QUARANTINE
  }

  /** {@code data.input}: the text of a sequence. */
  public record Input(
      @Key(
              value = "0",
              only = "delimited",
              doc = "The column with the text: a number from 0, or a name if there is a header.")
          Column column,
      @Key(
              value = "characters",
              doc = "What one step reads: a character (Unicode code point) or a word.")
          Tokens tokens,
      @Key(value = "false", doc = "Whether the text is put into lower case first.")
          boolean lowercase)
      implements Serializable {}

  /** What one step of a sequence reads. */
  public enum Tokens {
    /** Unicode code points. */
    CHARACTERS,
    /** Words. */
    WORDS
  }

  /** {@code data.target}: what is to be predicted. */
  public record Target(
      @Key(
              optional = true,
              only = "delimited",
              doc =
                  "The column with the label, needed by many-to-one: a number from 0, or a name if"
                      + " there is a header.")
          Column column)
      implements Serializable {}

  /** {@code data.max-length}: a bound on the length of sequences. */
  public record MaxLength(
      @Key(
              value = "0",
              only = {"delimited", "lines"},
              atLeast = 0,
              doc = "The longest sequence allowed, in steps; 0 is no limit.")
          int steps,
      @Key(
              value = "truncate",
              only = {"delimited", "lines"},
              doc =
                  "What happens to a longer one: it counts as a bad row, keeps only its beginning,"
                      + " or becomes several sequences.")
          TooLong action)
      implements Serializable {}

  /** What happens to a sequence over the length limit. */
  public enum TooLong {
    /** It counts as a bad row. */
    REJECT,
    /** Only its beginning is used. */
    TRUNCATE,
    /** It becomes several sequences. */
    SPLIT
  }

  /** {@code data.vocabulary}: the symbols the model knows. */
  public record Vocabulary(
      @Key(
              value = "1",
              atLeast = 1,
              doc = "Symbols seen less often in the training data are read as unknown.")
          int minCount,
      @Key(value = "1000000", atLeast = 1, doc = "The most symbols kept; the most frequent win.")
          int maxSize)
      implements Serializable {}

  /** {@code data.read}: limits while reading. */
  public record Read(
      @Key(
              value = "1048576",
              only = {"delimited", "lines"},
              atLeast = 1,
              doc = "A longer line, in bytes, is a bad row.")
          int maxLineBytes)
      implements Serializable {}

  /** Whether {@code data.test} was given. */
  public boolean hasTest() {
    return !test.isEmpty();
  }

  /**
   * Splits a value like {@code data.train} at its commas, but not inside the braces of a glob.
   *
   * @param paths paths or globs separated by commas
   * @return the paths without surrounding spaces, empty ones left out
   */
  public static List<String> splitPaths(String paths) {
    List<String> result = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= paths.length(); i++) {
      char c = i < paths.length() ? paths.charAt(i) : ',';
      if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
      } else if (c == ',' && (depth <= 0 || i == paths.length())) {
        String path = paths.substring(start, i).strip();
        if (!path.isEmpty()) {
          result.add(path);
        }
        start = i + 1;
      }
    }
    return List.copyOf(result);
  }
}
