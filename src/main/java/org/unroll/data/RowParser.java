package org.unroll.data;

import java.io.Serializable;
import java.util.List;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.config.DataConfig.TooLong;

/** From a record's bytes to tokens and targets: all that needs no vocabulary. */
public final class RowParser implements Serializable {
  private static final long serialVersionUID = 1;

  private final DataConfig data;
  private final Columns columns;
  private final SequenceShape shape;
  private final Tokenizer tokenizer;

  public RowParser(DataConfig data, Columns columns, SequenceShape shape) {
    this.data = data;
    this.columns = columns;
    this.shape = shape;
    tokenizer = Tokenizer.of(data.input());
  }

  public SequenceShape shape() {
    return shape;
  }

  /**
   * Parses a record.
   *
   * @param delimiter settled for the file the record is from
   * @return null if there is nothing in it
   * @throws BadRowException if the record cannot be used
   */
  public TokenRow parse(RawRecord record, Delimiter delimiter) throws BadRowException {
    if (record.defect() != null) {
      throw record.defect();
    }
    if (record.bytes().length == 0) {
      return null;
    }
    String text = Text.decode(record.bytes());
    return switch (data.format()) {
      case LINES -> row(text, "");
      case STREAM -> row(text.replace("\r\n", "\n"), "");
      case DELIMITED -> {
        List<String> fields = DelimitedParser.fields(text, delimiter);
        String input = field(fields, columns.input());
        yield row(input, columns.target() < 0 ? "" : field(fields, columns.target()));
      }
    };
  }

  private String field(List<String> fields, int column) throws BadRowException {
    if (column >= fields.size()) {
      String name = columns.names().isEmpty() ? "" : " ('" + columns.names().get(column) + "')";
      throw new BadRowException(
          "too-few-columns",
          "a row must have a column " + column + name + ", counted from 0",
          fields.size() + (fields.size() == 1 ? " column" : " columns"),
          "check the columns and data.delimiter, or mend the row");
    }
    return fields.get(column);
  }

  private TokenRow row(String input, String target) throws BadRowException {
    List<String> tokens = tokenizer.tokens(input);
    if (shape.steps(tokens.size(), true) == 0) {
      return null;
    }
    List<String> targets = targets(target, tokens.size());
    int limit = data.maxLength().steps();
    if (data.format() == DataConfig.Format.STREAM
        || limit == 0
        || shape.steps(tokens.size(), true) <= limit
        || data.maxLength().action() == TooLong.SPLIT) {
      return new TokenRow(tokens, targets, true);
    }
    if (data.maxLength().action() == TooLong.REJECT) {
      throw new BadRowException(
          "too-many-steps",
          "a sequence must have at most " + limit + " steps",
          Integer.toString(shape.steps(tokens.size(), true)),
          "raise data.max-length.steps, or set data.max-length.action to truncate or split");
    }
    return new TokenRow(
        tokens.subList(0, limit),
        shape.kind() == SequenceShape.Kind.TAGS ? targets.subList(0, limit) : targets,
        false);
  }

  private List<String> targets(String target, int tokens) throws BadRowException {
    return switch (shape.kind()) {
      case NEXT_IN_ROW, NEXT_IN_STREAM -> List.of();
      case LABEL -> {
        String label = label(target).strip();
        if (label.isEmpty()) {
          throw new BadRowException(
              "no-label", "a row must have a label", "an empty one", "label or remove the row");
        }
        yield List.of(label);
      }
      case TAGS -> {
        List<String> tags = WordTokenizer.split(label(target));
        if (tags.size() != tokens) {
          throw new BadRowException(
              "tags-differ",
              "a row must have one tag per token",
              tags.size() + " tags for " + tokens + " tokens",
              "mend the row; tags and words are separated by white space");
        }
        yield tags;
      }
    };
  }

  /** Labels are names, not text: in normal form, but with their case. */
  private static String label(String text) {
    return new WordTokenizer(false).normalize(text);
  }
}
