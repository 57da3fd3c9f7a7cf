package org.unroll.data;

import java.io.Serializable;
import java.util.List;
import org.unroll.config.DataConfig.Tokens;
import org.unroll.text.Counts;

/** From a cell to what is to be predicted: a label, a tag for each step, or real values. */
final class TargetParser implements Serializable {
  private static final long serialVersionUID = 1;
  private static final WordTokenizer WORDS = new WordTokenizer(false);

  private final Tokens tokens;
  private final SequenceShape shape;
  private final int width;

  /**
   * @param tokens what a step of {@code data.input} reads
   * @param shape what is predicted
   * @param width real values of a target, where it has any
   */
  TargetParser(Tokens tokens, SequenceShape shape, int width) {
    this.tokens = tokens;
    this.shape = shape;
    this.width = width;
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
          };
      case TAGS ->
          switch (shape.targets()) {
            case CLASS -> ofSteps(new Answers.Names(tags(target)), input, steps);
            case LABELS -> ofSteps(LabelSets.ofSteps(target), input, steps);
            case VALUES -> ValueParser.ofSteps(target, width, steps);
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
          "rows with several labels are not supported yet; topology = many-to-many takes a tag for"
              + " each step");
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

  private static List<String> tags(Content target) throws BadRowException {
    if (target instanceof Content.Text text) {
      return WordTokenizer.split(normal(text.name()));
    }
    if (target instanceof Content.Items list) {
      return list.names().stream().map(TargetParser::normal).toList();
    }
    if (target instanceof Content.Numbers list) {
      return list.names();
    }
    throw new BadRowException(
        "wrong-type",
        "tags must be text or a list of names",
        "lists of numbers",
        "mend the row",
        "model.output = linear predicts real values; softmax takes one tag per step");
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
            : "answers of another length than the input, such as "
                + (features ? "the text of a recording (CTC)" : "translations")
                + ", are not supported yet; topology = many-to-many takes one tag per "
                + step
                + ", many-to-one one label per row");
  }

  /** Labels are names, not text: in normal form, but with their case. */
  static String normal(String text) {
    return WORDS.normalize(text);
  }
}
