package org.unroll.data;

import java.io.Serializable;
import org.unroll.config.Column;
import org.unroll.config.DataConfig;
import org.unroll.config.Predicted;
import org.unroll.config.TargetType;
import org.unroll.config.Topology;

/**
 * How the tokens of a row become steps, and steps become sequences.
 *
 * @param kind what is predicted
 * @param targets what each target is
 * @param pieceSteps the most steps of a sequence; longer rows become several
 * @param single whether a row has exactly one step
 */
public record SequenceShape(Kind kind, TargetType targets, int pieceSteps, boolean single)
    implements Serializable {
  /** What is predicted. */
  public enum Kind {
    /** One target per row, such as a label. */
    LABEL,
    /** A target per token, such as a tag. */
    TAGS,
    /** A text per row, as long as it is. */
    TEXT,
    /**
     * The next token of a row, its end included: {@code <s> x1 … xn} predicts {@code x1 … xn </s>}.
     */
    NEXT_IN_ROW,
    /** The next token of a stream, which has neither begin nor end. */
    NEXT_IN_STREAM
  }

  /** The shape that a job asks for. Streams are not cut in evaluation, so that state is carried. */
  public static SequenceShape of(DataConfig data, Predicted predicted, Role role) {
    return switch (data.format()) {
      case STREAM ->
          new SequenceShape(
              Kind.NEXT_IN_STREAM,
              TargetType.CLASS,
              role == Role.TRAIN ? data.piece() : Integer.MAX_VALUE,
              false);
      case LINES, DELIMITED, JSON, PARQUET -> {
        boolean split = data.maxLength().action() == DataConfig.TooLong.SPLIT;
        int steps = data.maxLength().steps();
        Kind kind =
            switch (predicted.topology()) {
              case MANY_TO_ONE, ONE_TO_ONE -> Kind.LABEL;
              case MANY_TO_MANY ->
                  data.target().column() instanceof Column.None
                      ? Kind.NEXT_IN_ROW
                      : predicted.isText() ? Kind.TEXT : Kind.TAGS;
            };
        yield new SequenceShape(
            kind,
            predicted.type(),
            split && steps > 0 ? steps : Integer.MAX_VALUE,
            predicted.topology() == Topology.ONE_TO_ONE);
      }
    };
  }

  /** The kind of vocabulary the inputs need. */
  public Vocabulary.Kind inputs() {
    return kind == Kind.NEXT_IN_ROW ? Vocabulary.Kind.FRAMED : Vocabulary.Kind.SYMBOLS;
  }

  /** Whether inputs and targets are the same symbols. */
  public boolean languageModel() {
    return kind == Kind.NEXT_IN_ROW || kind == Kind.NEXT_IN_STREAM;
  }

  /** Steps of all sequences of a row together, possibly 0. */
  public int steps(TokenRow row) {
    return steps(row.steps(), row.whole());
  }

  int steps(int tokens, boolean whole) {
    return switch (kind) {
      case LABEL, TAGS, TEXT -> tokens;
      case NEXT_IN_ROW -> whole && tokens > 0 ? tokens + 1 : tokens;
      case NEXT_IN_STREAM -> Math.max(0, tokens - 1);
    };
  }

  /** Sequences that a row becomes. */
  public int sequences(TokenRow row) {
    return (int) ((steps(row) + (long) pieceSteps - 1) / pieceSteps);
  }
}
