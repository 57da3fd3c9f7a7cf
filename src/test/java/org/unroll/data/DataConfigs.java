package org.unroll.data;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.unroll.config.Column;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.BadRows;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.config.DataConfig.Format;
import org.unroll.config.DataConfig.Tokens;
import org.unroll.config.DataConfig.TooLong;
import org.unroll.config.ValidSource;

/** Data sections for tests, from defaults and the few settings a test is about. */
public final class DataConfigs {
  private Format format = Format.LINES;
  private boolean header;
  private Column input = new Column.Index(0);
  private Column target = new Column.None();
  private Tokens tokens = Tokens.CHARACTERS;
  private boolean lowercase;
  private int maxSteps;
  private TooLong tooLong = TooLong.TRUNCATE;
  private int minCount = 1;
  private int maxSize = 1_000_000;
  private int piece = 256;
  private BadRows badRows = BadRows.FAIL;
  private double budget = 0.01;
  private int maxLineBytes = 1 << 20;

  public static DataConfigs lines() {
    return new DataConfigs();
  }

  public static DataConfigs stream(int piece) {
    DataConfigs configs = new DataConfigs();
    configs.format = Format.STREAM;
    configs.piece = piece;
    return configs;
  }

  /** Rows with a text and, unless negative, a target. */
  public static DataConfigs delimited(int input, int target) {
    DataConfigs configs = new DataConfigs();
    configs.format = Format.DELIMITED;
    configs.input = new Column.Index(input);
    configs.target = target < 0 ? new Column.None() : new Column.Index(target);
    return configs;
  }

  /** Lines of JSON with a text and a target. */
  static DataConfigs json(String input, String target) {
    DataConfigs configs = named(input, target);
    configs.format = Format.JSON;
    configs.header = false;
    return configs;
  }

  /** Rows with a header. */
  public static DataConfigs named(String input, String target) {
    DataConfigs configs = new DataConfigs();
    configs.format = Format.DELIMITED;
    configs.header = true;
    configs.input = new Column.Name(input);
    configs.target = new Column.Name(target);
    return configs;
  }

  /** The first row of each file names the columns. */
  DataConfigs header() {
    header = true;
    return this;
  }

  /**
   * The columns of files of a job.
   *
   * @param width fields of every row of delimited files
   */
  static Columns columns(DataConfig data, int width) {
    byte[] row = "\t".repeat(width - 1).getBytes(StandardCharsets.UTF_8);
    return data.format() == Format.DELIMITED
        ? Columns.of(data, List.of(new RawRecord(0, 0, row, null)), "rows.tsv")
        : Columns.of(data);
  }

  public DataConfigs words() {
    tokens = Tokens.WORDS;
    return this;
  }

  public DataConfigs lowercase() {
    lowercase = true;
    return this;
  }

  public DataConfigs maxLength(int steps, TooLong action) {
    maxSteps = steps;
    tooLong = action;
    return this;
  }

  public DataConfigs vocabulary(int least, int most) {
    minCount = least;
    maxSize = most;
    return this;
  }

  public DataConfigs badRows(BadRows policy, double tolerated) {
    badRows = policy;
    budget = tolerated;
    return this;
  }

  public DataConfigs maxLineBytes(int bytes) {
    maxLineBytes = bytes;
    return this;
  }

  public DataConfig build() {
    return new DataConfig(
        format,
        "unused",
        new ValidSource.None(),
        0,
        "",
        false,
        header,
        Delimiter.AUTO,
        new DataConfig.Input(tokens, input, lowercase, 0, true),
        List.of(),
        new DataConfig.Target(target, 1, true, DataConfig.TargetTokens.WORDS),
        new DataConfig.Weight(new Column.None()),
        new DataConfig.Id(new Column.None()),
        new DataConfig.MaxLength(maxSteps, tooLong),
        new DataConfig.Vocabulary(minCount, maxSize),
        piece,
        badRows,
        budget,
        new DataConfig.Read(maxLineBytes));
  }
}
