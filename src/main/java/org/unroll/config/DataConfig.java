package org.unroll.config;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The {@code data} section: the files, their format, and how rows become sequences. */
public record DataConfig(
    @Key(
            required = true,
            doc =
                "File format: `delimited` (rows with columns), `json` (one object per"
                    + " line), `lines` (one sequence per line), `stream` (each file is one long"
                    + " text) or `parquet`.")
        Format format,
    @Key(
            required = true,
            doc =
                "Training files: paths or globs of any Hadoop file system, separated by"
                    + " commas. Compressed files are decompressed while reading.")
        String train,
    @Key(
            optional = true,
            doc =
                "Validation data: a path; a fraction of the training rows, selected by hash (equal"
                    + " rows stay together, and the only row of a label stays in training);"
                    + " `tail:0.1`, the last tenth of each stream; or `rows:a-b`, rows a to b of"
                    + " each training file, counted from 0, inclusive.")
        ValidSource valid,
    @Key(
            optional = true,
            doc = "Seed of the selection of validation rows when `data.valid` is a fraction.")
        long validSeed,
    @Key(
            optional = true,
            changesResult = false,
            doc = "Test files, on which the saved model is evaluated once after training.")
        String test,
    @Key(
            value = "false",
            changesResult = false,
            doc =
                "Whether training files may also be validation or test files. Their results are"
                    + " then too good, because the model was trained on the same rows.")
        boolean allowOverlap,
    @Key(
            value = "false",
            only = "delimited",
            doc = "Whether the first row of each file holds the column names.")
        boolean header,
    @Key(
            value = "auto",
            only = "delimited",
            doc =
                "Column separator: `tab` (no quoting), `comma` (quoting as in RFC 4180), or"
                    + " `auto`: comma for .csv files, compressed or not, and tab for all others.")
        Delimiter delimiter,
    Input input,
    @Key(
            value = "[]",
            only = {"delimited", "json", "parquet"},
            doc =
                "Additional input columns. Every row has the same number of steps in each"
                    + " of them as in `data.input`; their embeddings and features are"
                    + " concatenated to the input of each step.")
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
            doc =
                "Length of the pieces that a stream is cut into, in steps; each piece is"
                    + " one training sequence.")
        int piece,
    @Key(
            value = "fail",
            doc =
                "What happens to a row that cannot be used: `fail` stops the job, `skip` leaves the"
                    + " row out, `quarantine` leaves it out and writes it with its file, position"
                    + " and reason to `rejected/rows.jsonl`. With the latter two, labels of"
                    + " evaluated rows that do not occur in training count as wrong.")
        BadRows badRows,
    @Key(
            value = "0.01",
            atLeast = 0,
            doc =
                "Number of bad rows that are tolerated before the job fails: below 1 a"
                    + " fraction of all rows, otherwise a count.")
        double badRowsBudget,
    Read read)
    implements Serializable {

  /** The format of the files. */
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

  /** The separator of columns in delimited files. */
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

  /** {@code data.input}: the input of the network. */
  public record Input(
      @Key(
              value = "characters",
              doc =
                  "What one step holds: a character (Unicode code point), a word, or a vector"
                      + " of real-valued features.")
          Tokens tokens,
      @Key(
              value = "0",
              only = {"delimited", "json", "parquet"},
              doc =
                  "Column of the input: a number counted from 0, or a name if the files have"
                      + " a header. JSON and Parquet columns always have names.")
          Column column,
      @Key(
              value = "false",
              only = {"characters", "words"},
              doc = "Whether text is converted to lower case.")
          boolean lowercase,
      @Key(
              required = true,
              only = "features",
              atLeast = 1,
              doc =
                  "Number of features per step. A column holds the values of all steps one"
                      + " after the other, separated by white space; in JSON and Parquet they may"
                      + " be nested step by step.")
          int width,
      @Key(
              value = "true",
              only = "features",
              doc =
                  "Whether each feature is standardised to mean 0 and variance 1 over the"
                      + " training data. Mean and standard deviation are saved with the model.")
          boolean standardize)
      implements Serializable {}

  /** An element of {@code data.fields}: an additional input column. */
  public record Field(
      @Key(
              value = "words",
              doc =
                  "What one step holds: a character, a word, or a vector of real-valued"
                      + " features.")
          Tokens tokens,
      @Key(
              required = true,
              doc =
                  "Name of the field, in lower case. Its embedding is called"
                      + " `embedding.NAME.weight`.")
          String name,
      @Key(
              required = true,
              doc =
                  "Column of the field: a number counted from 0, or a name if the files have"
                      + " a header. JSON and Parquet columns always have names.")
          Column column,
      @Key(
              value = "false",
              only = {"characters", "words"},
              doc = "Whether text is converted to lower case.")
          boolean lowercase,
      @Key(
              required = true,
              only = {"characters", "words"},
              atLeast = 1,
              doc = "Embedding size.")
          int embedding,
      @Key(
              optional = true,
              only = {"characters", "words"},
              doc =
                  "File of pretrained vectors that initialise this embedding, in the format"
                      + " of `model.vectors`.")
          String vectors,
      @Key(
              value = "1",
              only = {"characters", "words"},
              atLeast = 1,
              doc =
                  "Symbols that occur less often in the training data are replaced by the"
                      + " unknown symbol.")
          int minCount,
      @Key(required = true, only = "features", atLeast = 1, doc = "Number of features per step.")
          int width,
      @Key(
              value = "true",
              only = "features",
              doc = "Whether each feature is standardised to mean 0 and variance 1.")
          boolean standardize)
      implements Serializable {}

  /** The kind of a step of a sequence. */
  public enum Tokens {
    /** Unicode code points. */
    CHARACTERS,
    /** Words. */
    WORDS,
    /** Real values. */
    FEATURES
  }

  /** {@code data.target}: the labels or tags. */
  public record Target(
      @Key(
              optional = true,
              only = {"delimited", "json", "parquet"},
              doc =
                  "Column of the target: the label of the row (required for many-to-one), or"
                      + " one tag per token, separated by spaces (many-to-many), or the text"
                      + " of the row (`model.output = ctc`). Without it, a many-to-many model is a"
                      + " language model. A number counted from 0, or a"
                      + " name if there is a header.")
          Column column,
      @Key(
              value = "1",
              only = {"delimited", "json", "parquet"},
              atLeast = 1,
              doc =
                  "Number of real values that a target has, where the output is one of real"
                      + " values. A cell holds those of the row, or those of all steps one after"
                      + " the other, separated by white space; in JSON and Parquet they may be"
                      + " nested step by step. Missing ones (null, NaN, an empty cell) are left"
                      + " out of loss and metrics.")
          int width,
      @Key(
              value = "true",
              only = {"delimited", "json", "parquet"},
              doc =
                  "Whether real target values are standardised to mean 0 and variance 1 over the"
                      + " training data, in which the loss is then measured. Mean and standard"
                      + " deviation are saved with the model; metrics are in the unit of the data.")
          boolean standardize,
      @Key(
              value = "words",
              only = {"delimited", "json", "parquet"},
              doc =
                  "What the text of a row is cut into with `model.output = ctc`: `words`, which"
                      + " white space separates, or `characters`. Lists, in JSON and Parquet, are"
                      + " cut already.")
          TargetTokens tokens)
      implements Serializable {}

  /** What a symbol of a target is that is a text. */
  public enum TargetTokens {
    /** What stands between white space. */
    WORDS,
    /** A Unicode code point, white space included. */
    CHARACTERS
  }

  /** {@code data.weight}: weights of the rows in the training loss. */
  public record Weight(
      @Key(
              optional = true,
              only = {"delimited", "json", "parquet"},
              doc =
                  "Column with the weight of the row in the training loss, a number counted"
                      + " from 0 or a name; without it every row has weight 1. Validation and test"
                      + " ignore it.")
          Column column)
      implements Serializable {
    /** Whether rows have weights. */
    public boolean given() {
      return !(column instanceof Column.None);
    }
  }

  /** {@code data.id}: identifiers of the rows. */
  public record Id(
      @Key(
              optional = true,
              only = {"delimited", "json", "parquet"},
              doc =
                  "Column with a unique identifier of the row, which decides its position in"
                      + " the order of training. Without it a row is identified by its file and its"
                      + " position there.")
          Column column)
      implements Serializable {
    /** Whether rows have an identifier of their own. */
    public boolean given() {
      return !(column instanceof Column.None);
    }
  }

  /** {@code data.max-length}: the maximum length of a sequence. */
  public record MaxLength(
      @Key(
              value = "0",
              only = {"delimited", "json", "lines", "parquet"},
              atLeast = 0,
              doc = "Maximum length of a sequence, in steps; 0 means unlimited.")
          int steps,
      @Key(
              value = "truncate",
              only = {"delimited", "json", "lines", "parquet"},
              doc =
                  "What happens to longer sequences: `reject` treats them as bad rows,"
                      + " `truncate` keeps only the beginning, `split` cuts them into several"
                      + " sequences.")
          TooLong action)
      implements Serializable {}

  /** What happens to a sequence beyond the maximum length. */
  public enum TooLong {
    /** It counts as a bad row. */
    REJECT,
    /** Only its beginning is used. */
    TRUNCATE,
    /** It becomes several sequences. */
    SPLIT
  }

  /** {@code data.vocabulary}: the symbols of the model. */
  public record Vocabulary(
      @Key(
              value = "1",
              atLeast = 1,
              doc =
                  "Symbols that occur less often in the training data are replaced by the"
                      + " unknown symbol.")
          int minCount,
      @Key(
              value = "1000000",
              atLeast = 1,
              doc = "Maximum size of the vocabulary; the most frequent symbols are kept.")
          int maxSize)
      implements Serializable {}

  /** {@code data.read}: limits while reading. */
  public record Read(
      @Key(
              value = "1048576",
              only = {"delimited", "json", "lines"},
              atLeast = 1,
              doc = "Maximum length of a line, in bytes; longer lines are bad rows.")
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

  /** Whether values have types, so that numbers are told from text. */
  public boolean hasTypes() {
    return format == Format.JSON || format == Format.PARQUET;
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
      // A brace without its partner is part of a name.
      if (c == '{' && paths.indexOf('}', i) > 0) {
        depth++;
      } else if (c == '}' && depth > 0) {
        depth--;
      } else if (c == ',' && (depth == 0 || i == paths.length())) {
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
