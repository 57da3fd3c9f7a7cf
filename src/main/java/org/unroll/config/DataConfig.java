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
                "What the files hold: rows with columns, one JSON object per line, one sequence per"
                    + " line, whole files as streams of text, or rows of Apache Parquet.")
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
    @Key(
            value = "[]",
            only = {"delimited", "json", "parquet"},
            doc =
                "Further columns read beside the input, step by step: every sequence has as many"
                    + " steps in each.")
        List<Field> fields,
    Target target,
    Weight weight,
    Id id,
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
    /** One JSON object per line, whose fields are columns. */
    JSON,
    /** One sequence per line. */
    LINES,
    /** Each file is one long text, cut into pieces. */
    STREAM,
    /** Rows of Parquet files, whose columns have names and types. */
    PARQUET
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

  /** {@code data.input}: what the sequences are made of. */
  public record Input(
      @Key(
              value = "characters",
              doc =
                  "What one step reads: a character (Unicode code point), a word, or a vector of"
                      + " real features.")
          Tokens tokens,
      @Key(
              value = "0",
              only = {"delimited", "json", "parquet"},
              doc =
                  "The column with the input: a number from 0, or a name if there is a header; in"
                      + " JSON and Parquet always a name.")
          Column column,
      @Key(
              value = "false",
              only = {"characters", "words"},
              doc = "Whether the text is put into lower case first.")
          boolean lowercase,
      @Key(
              required = true,
              only = "features",
              atLeast = 1,
              doc =
                  "Real values per step. A column of rows holds them one after the other, separated"
                      + " by white space; JSON may nest them step by step.")
          int width,
      @Key(
              value = "true",
              only = "features",
              doc =
                  "Whether each feature is shifted and scaled to mean 0 and variance 1 over the"
                      + " training data; both are kept with the model.")
          boolean standardize)
      implements Serializable {}

  /** An element of {@code data.fields}: a further input beside {@code data.input}. */
  public record Field(
      @Key(
              value = "words",
              doc = "What one step reads: a character, a word, or a vector of real features.")
          Tokens tokens,
      @Key(
              required = true,
              doc = "A name in lower case; the embedding is called embedding.NAME.weight.")
          String name,
      @Key(
              required = true,
              doc =
                  "The column: a number from 0, or a name if there is a header or in JSON and"
                      + " Parquet.")
          Column column,
      @Key(
              value = "false",
              only = {"characters", "words"},
              doc = "Whether the text is put into lower case first.")
          boolean lowercase,
      @Key(
              required = true,
              only = {"characters", "words"},
              atLeast = 1,
              doc = "Numbers that each symbol is turned into.")
          int embedding,
      @Key(
              optional = true,
              only = {"characters", "words"},
              doc = "File of pretrained vectors for the embedding, as model.vectors.")
          String vectors,
      @Key(
              value = "1",
              only = {"characters", "words"},
              atLeast = 1,
              doc = "Symbols seen less often in the training data are read as unknown.")
          int minCount,
      @Key(required = true, only = "features", atLeast = 1, doc = "Real values per step.")
          int width,
      @Key(
              value = "true",
              only = "features",
              doc = "Whether each feature is shifted and scaled to mean 0 and variance 1.")
          boolean standardize)
      implements Serializable {}

  /** What one step of a sequence reads. */
  public enum Tokens {
    /** Unicode code points. */
    CHARACTERS,
    /** Words. */
    WORDS,
    /** Real values. */
    FEATURES
  }

  /** {@code data.target}: what is to be predicted. */
  public record Target(
      @Key(
              optional = true,
              only = {"delimited", "json", "parquet"},
              doc =
                  "The column with the answer: the label of the row (many-to-one needs it), or a tag"
                      + " for each token, separated by spaces (many-to-many). A number from 0, or a"
                      + " name if there is a header.")
          Column column)
      implements Serializable {}

  /** {@code data.weight}: how much each sequence counts in training. */
  public record Weight(
      @Key(
              optional = true,
              only = {"delimited", "json", "parquet"},
              doc =
                  "The column with the weight of the row's loss in training, a number from 0;"
                      + " without it, every row weighs 1. Validation weighs all alike.")
          Column column)
      implements Serializable {
    /** Whether rows have weights. */
    public boolean given() {
      return !(column instanceof Column.None);
    }
  }

  /** {@code data.id}: what tells sequences apart. */
  public record Id(
      @Key(
              optional = true,
              only = {"delimited", "json", "parquet"},
              doc =
                  "The column with the identity of the row, different in each, which decides its"
                      + " place in the order of training; without it, a row is known by its file"
                      + " and its place there.")
          Column column)
      implements Serializable {
    /** Whether rows bring their identity along. */
    public boolean given() {
      return !(column instanceof Column.None);
    }
  }

  /** {@code data.max-length}: a bound on the length of sequences. */
  public record MaxLength(
      @Key(
              value = "0",
              only = {"delimited", "json", "lines", "parquet"},
              atLeast = 0,
              doc = "The longest sequence allowed, in steps; 0 is no limit.")
          int steps,
      @Key(
              value = "truncate",
              only = {"delimited", "json", "lines", "parquet"},
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
              only = {"delimited", "json", "lines"},
              atLeast = 1,
              doc = "A longer line, in bytes, is a bad row.")
          int maxLineBytes)
      implements Serializable {}

  /** Copies the list, so that the record cannot change. */
  public DataConfig {
    fields = List.copyOf(fields);
  }

  /** All inputs: {@code data.input}, whose name is empty, and then the further fields. */
  public List<Field> inputs() {
    List<Field> inputs = new ArrayList<>();
    inputs.add(
        new Field(
            input.tokens(),
            "",
            input.column(),
            input.lowercase(),
            0,
            "",
            vocabulary.minCount(),
            input.width(),
            input.standardize()));
    inputs.addAll(fields);
    return inputs;
  }

  /** Whether rows have columns, of which one may be the target. */
  public boolean hasColumns() {
    return switch (format) {
      case DELIMITED, JSON, PARQUET -> true;
      case LINES, STREAM -> false;
    };
  }

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
