package org.unroll.data;

import java.io.Serializable;
import java.util.List;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Tokens;
import org.unroll.text.Counts;

/** From a cell to what is to be predicted: a label, a tag for each step, or real values. */
final class TargetParser implements Serializable {
  private static final long serialVersionUID = 1;
  private static final WordTokenizer WORDS = new WordTokenizer(false);

  private final Tokens tokens;
  private final Tokenizer texts;
  private final SequenceShape shape;
  private final int width;

  /**
   * @param data with the columns
   * @param shape what is predicted
   */
  TargetParser(DataConfig data, SequenceShape shape) {
    tokens = data.input().tokens();
    this.shape = shape;
    width = data.target().width();
    texts =
        switch (data.target().tokens()) {
          case WORDS -> WORDS;
          case CHARACTERS -> new CharacterTokenizer(false);
        };
  }

  /**
   * The targets of a row.
   *
   * @param target cell of the answer, null in a language model
   * @param input cell of {@code data.input}
   * @param steps of the input, possibly 0
   * @return none in a language model, and where neither input nor answer is there
   * @throws BadRowException if they are no targets, or not as many as there are steps
   */
  Answers of(Content target, Content input, int steps) throws BadRowException {
    return switch (shape.kind()) {
      case NEXT_IN_ROW, NEXT_IN_STREAM -> Answers.NONE;
      case LABEL ->
          switch (shape.targets()) {
            case CLASS -> new Answers.Names(label(target, steps));
            case LABELS -> LabelSets.ofRow(target, steps);
            case VALUES -> {
              Answers.Values values = ValueParser.ofRow(target, width);
              yield steps == 0 && values.isMissing() ? Answers.NONE : values;
            }
            case TEXT -> throw new IllegalStateException("a text is no label");
          };
      case TEXT -> {
        List<String> text = text(target);
        yield steps == 0 && text.isEmpty() ? Answers.NONE : new Answers.Symbols(text);
      }
      case TAGS ->
          switch (shape.targets()) {
            case CLASS -> ofSteps(new Answers.Names(tags(target)), input, steps);
            case LABELS -> ofSteps(LabelSets.ofSteps(target), input, steps);
            case VALUES -> ValueParser.ofSteps(target, width, steps);
            case TEXT -> throw new IllegalStateException("a text has no symbol for each step");
          };
    };
  }

  private static List<String> label(Content target, int steps) throws BadRowException {
    if (!(target instanceof Content.Text text)) {
      throw new BadRowException(
          "wrong-type",
          "a label must be text or a number",
          "a list",
          "mend the row",
          "for several labels in a row set model.output = sigmoid; topology = many-to-many takes a"
              + " tag for each step");
    }
    String label = normal(text.name()).strip();
    if (!label.isEmpty()) {
      return List.of(label);
    }
    if (steps == 0) {
      return List.of();
    }
    throw new BadRowException(
        "no-label", "a row must have a label", "an empty one", "label or remove the row");
  }

  private Answers ofSteps(Answers answers, Content input, int steps) throws BadRowException {
    if (answers.size() != steps) {
      throw differ(answers.size(), input, steps);
    }
    return answers;
  }

  private List<String> text(Content target) throws BadRowException {
    if (target instanceof Content.Text text) {
      return texts.tokens(text.name().strip());
    }
    return list(
        target,
        "a target must be a text or a list of symbols (model.output = ctc)",
        "check data.target.column");
  }

  private static List<String> tags(Content target) throws BadRowException {
    if (target instanceof Content.Text text) {
      return WordTokenizer.split(normal(text.name()));
    }
    return list(
        target,
        "tags must be text or a list of names",
        "model.output = linear predicts real values; softmax takes one tag per step");
  }

  /** The names of a list. */
  private static List<String> list(Content target, String rule, String ifMany)
      throws BadRowException {
    if (target instanceof Content.Items list) {
      return list.names().stream().map(TargetParser::normal).toList();
    }
    if (target instanceof Content.Numbers list) {
      return list.names();
    }
    throw new BadRowException("wrong-type", rule, "lists of numbers", "mend the row", ifMany);
  }

  /**
   * Requires that a text can be aligned with the steps of its row: each symbol takes one, and
   * between equal neighbours stands a blank.
   *
   * @param whole steps of the row before it was truncated
   * @throws BadRowException if there are fewer steps
   */
  static void requireSteps(TokenRow row, int whole) throws BadRowException {
    List<String> text = row.targets();
    int repeats = 0;
    for (int i = 1; i < text.size(); i++) {
      repeats += text.get(i).equals(text.get(i - 1)) ? 1 : 0;
    }
    if (row.steps() >= text.size() + repeats) {
      return;
    }
    boolean cut = row.steps() < whole;
    throw new BadRowException(
        "too-short-for-target",
        "a row must have a step for each symbol of its target, and one more for each that equals"
            + " the one before it (model.output = ctc)",
        Counts.of(row.steps(), "step")
            + (cut ? " (of " + whole + ", cut by data.max-length.steps)" : "")
            + " for "
            + Counts.of(text.size(), "symbol")
            + " with "
            + Counts.of(repeats, "repetition"),
        cut
            ? "raise data.max-length.steps, or set data.max-length.action = reject"
            : "mend the row, or leave such rows out: data.bad-rows = skip",
        cut
            ? "raise data.max-length.steps"
            : "check data.target.column and data.target.tokens; words are fewer than characters");
  }

  private BadRowException differ(int tags, Content input, int steps) {
    boolean features = tokens == Tokens.FEATURES;
    String step = features ? "step" : "token";
    boolean perWord =
        tokens == Tokens.CHARACTERS
            && input instanceof Content.Text text
            && WordTokenizer.split(text.text()).size() == tags;
    return new BadRowException(
        "tags-differ",
        "a row must have one tag per " + step,
        Counts.of(tags, "tag") + " for " + Counts.of(steps, step),
        perWord
            ? "set data.input.tokens = words, for there is one tag per word"
            : "mend the row; tags and words are separated by white space",
        perWord
            ? "set data.input.tokens = words, for there is one tag per word"
            : (features
                    ? "for a text of its own length, such as that of a recording, set model.output"
                        + " = ctc"
                    : "answers of another length than the input, such as translations, are not"
                        + " supported yet, but for model.output = ctc")
                + "; else topology = many-to-many takes one tag per "
                + step
                + ", many-to-one one label per row");
  }

  /** Labels are names, not text: in normal form, but with their case. */
  static String normal(String text) {
    return WORDS.normalize(text);
  }
}
