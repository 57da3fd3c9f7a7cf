package org.unroll.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.config.DataConfig.Field;
import org.unroll.config.DataConfig.Tokens;
import org.unroll.config.DataConfig.TooLong;
import org.unroll.text.Counts;

/** From a record's bytes to tokens, real values and targets: all that needs no vocabulary. */
public final class RowParser implements Serializable {
  private static final long serialVersionUID = 1;
  private static final double[] NO_FEATURES = {};

  private final DataConfig data;
  private final Columns columns;
  private final SequenceShape shape;
  private final List<Field> inputs;
  private final int features;
  private final TargetParser targets;

  public RowParser(DataConfig data, Columns columns, SequenceShape shape) {
    this.data = data;
    this.columns = columns;
    this.shape = shape;
    inputs = List.copyOf(data.inputs());
    features = InputCoding.features(data);
    targets = new TargetParser(data, shape);
  }

  public SequenceShape shape() {
    return shape;
  }

  /** What the job says of the data. */
  DataConfig data() {
    return data;
  }

  /**
   * Parses a record.
   *
   * @param delimiter settled for the file the record is from
   * @return null if there is nothing in it; a row of 0 steps if there is a label without input
   * @throws BadRowException if the record cannot be used
   */
  public TokenRow parse(RawRecord record, Delimiter delimiter) throws BadRowException {
    if (record.defect() != null) {
      throw record.defect();
    }
    if (record.isEmpty()) {
      return null;
    }
    String text = Text.decode(record.bytes());
    return switch (data.format()) {
      case LINES -> row(new Content[] {new Content.Text(text)}, null, 1f, null);
      case STREAM ->
          row(new Content[] {new Content.Text(text.replace("\r\n", "\n"))}, null, 1f, null);
      case DELIMITED -> {
        List<String> fields = DelimitedParser.fields(text, delimiter);
        columns.check(fields, delimiter);
        Content[] cells = new Content[inputs.size()];
        for (int i = 0; i < cells.length; i++) {
          cells[i] = cell(fields, columns.inputs().get(i));
        }
        yield row(
            cells,
            columns.target() < 0 ? null : cell(fields, columns.target()),
            columns.weight() < 0 ? 1f : FeatureParser.weight(cell(fields, columns.weight())),
            columns.id() < 0 ? null : id(cell(fields, columns.id())));
      }
      case JSON -> row(JsonRow.parse(text, columns.names(), columns.nullable(shape.targets())));
      case PARQUET -> row(record.cells());
    };
  }

  /** A row of the wanted columns. */
  private TokenRow row(Content[] cells) throws BadRowException {
    return row(
        Arrays.copyOf(cells, inputs.size()),
        columns.target() < 0 ? null : cells[columns.target()],
        columns.weight() < 0 ? 1f : FeatureParser.weight(cells[columns.weight()]),
        columns.id() < 0 ? null : id(cells[columns.id()]));
  }

  private static String id(Content cell) throws BadRowException {
    String id = cell instanceof Content.Text text ? text.name().strip() : "";
    if (id.isEmpty()) {
      throw new BadRowException(
          "no-id",
          "the identity of a row (data.id.column) must be text or a number",
          cell instanceof Content.Text ? "an empty one" : "a list",
          "mend the row, or name another column");
    }
    return id;
  }

  private static Content cell(List<String> fields, int column) {
    return new Content.Text(fields.get(column));
  }

  private TokenRow row(Content[] cells, Content target, float weight, String id)
      throws BadRowException {
    List<List<String>> symbols = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    int steps = -1;
    for (int i = 0; i < cells.length; i++) {
      Field field = inputs.get(i);
      int found;
      if (field.tokens() == Tokens.FEATURES) {
        double[] own = FeatureParser.values(cells[i], field, Columns.key(i));
        values.add(own);
        found = own.length / field.width();
      } else {
        symbols.add(tokens(cells[i], field, Columns.key(i)));
        found = symbols.get(symbols.size() - 1).size();
      }
      if (i > 0 && found != steps) {
        throw new BadRowException(
            "fields-differ",
            "every field of a row must have as many steps as data.input",
            found + " in field '" + field.name() + "', " + steps + " in data.input",
            "mend the row, or check the columns of data.fields",
            "inputs of different lengths, such as pairs of sentences, are not supported yet;"
                + " data.fields go step by step beside data.input");
      }
      steps = found;
    }
    if (shape.single() && steps > 1) {
      throw new BadRowException(
          "several-steps",
          "a row must have one step (model.topology = one-to-one)",
          Integer.toString(steps),
          "mend the row, or set model.topology = many-to-one");
    }
    Answers answers = targets.of(target, cells[0], steps);
    if (shape.steps(steps, true) == 0) {
      return answers.isEmpty()
          ? null
          : new TokenRow(0, symbols, NO_FEATURES, answers, true, weight, id);
    }
    TokenRow row = new TokenRow(steps, symbols, joined(values, steps), answers, true, weight, id);
    int limit = data.maxLength().steps();
    if (data.format() == DataConfig.Format.STREAM
        || limit == 0
        || shape.steps(row) <= limit
        || data.maxLength().action() == TooLong.SPLIT) {
      return fitting(row, steps);
    }
    if (data.maxLength().action() == TooLong.REJECT) {
      throw new BadRowException(
          "too-many-steps",
          "a sequence must have at most " + Counts.of(limit, "step"),
          Integer.toString(shape.steps(row)),
          "raise data.max-length.steps, or set data.max-length.action to truncate or split");
    }
    return fitting(row.truncate(limit, shape.kind() == SequenceShape.Kind.TAGS), steps);
  }

  /** The row, if its target can be aligned with its steps where it is not from the start. */
  private TokenRow fitting(TokenRow row, int whole) throws BadRowException {
    if (shape.kind() == SequenceShape.Kind.TEXT) {
      TargetParser.requireSteps(row, whole);
    }
    return row;
  }

  /** The values of all fields of each step, one field behind the other. */
  private double[] joined(List<double[]> values, int steps) {
    if (values.size() <= 1) {
      return values.isEmpty() ? NO_FEATURES : values.get(0);
    }
    double[] joined = new double[steps * features];
    int at = 0;
    for (double[] own : values) {
      int width = own.length / steps;
      for (int t = 0; t < steps; t++) {
        System.arraycopy(own, t * width, joined, t * features + at, width);
      }
      at += width;
    }
    return joined;
  }

  private static List<String> tokens(Content cell, Field field, String key) throws BadRowException {
    Tokenizer tokenizer = Tokenizer.of(field.tokens(), field.lowercase());
    if (cell instanceof Content.Text text) {
      return tokenizer.tokens(text.name());
    }
    if (cell instanceof Content.Items list) {
      // Cut already.
      return list.names().stream().map(tokenizer::normalize).toList();
    }
    if (cell instanceof Content.Numbers list) {
      return list.names();
    }
    throw new BadRowException(
        "wrong-type",
        "a field of symbols must hold text or a list of tokens",
        "lists of numbers",
        "set " + key + ".tokens = features for real values, or mend the row");
  }
}
