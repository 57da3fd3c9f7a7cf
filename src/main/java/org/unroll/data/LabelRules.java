package org.unroll.data;

import java.util.List;
import java.util.Map;
import org.unroll.config.Problem;

/** What the labels of training data must be like, all together, to be classes. */
public final class LabelRules {
  /** With fewer rows, labels may well be rare. */
  private static final long FEW_ROWS = 20;

  private static final double NEARLY_ALL = 0.9;

  private LabelRules() {}

  /**
   * Checks the labels or tags of the training data.
   *
   * @param counts how often each occurs
   * @param kind whether they are labels of rows
   * @param files of the training data, for messages
   * @throws DataException if two of them are the same number, or if nearly every row has a text of
   *     its own as its label
   */
  public static void check(Map<String, Long> counts, SequenceShape.Kind kind, String files) {
    List<String> same = NumberNames.same(counts.keySet());
    if (!same.isEmpty()) {
      throw new DataException(
          new Problem(
              "a number must be written in one way in all labels",
              "'" + same.get(0) + "' and '" + same.get(1) + "'",
              files,
              "write one of them everywhere; if they are names, put a letter before them"));
    }
    if (kind == SequenceShape.Kind.LABEL) {
      requireClasses(counts, files);
    }
  }

  private static void requireClasses(Map<String, Long> counts, String files) {
    long rows = counts.values().stream().mapToLong(Long::longValue).sum();
    List<String> texts =
        counts.entrySet().stream()
            .filter(each -> each.getValue() == 1 && WordTokenizer.split(each.getKey()).size() > 1)
            .map(Map.Entry::getKey)
            .sorted(Vocabulary.BY_CODE_POINT)
            .toList();
    if (rows >= FEW_ROWS && texts.size() >= NEARLY_ALL * rows) {
      throw new DataException(
          new Problem(
              "labels must be classes that rows have in common (topology = many-to-one)",
              "a text of its own in "
                  + texts.size()
                  + " of "
                  + rows
                  + " rows, such as '"
                  + texts.get(0)
                  + "'",
              files,
              "check data.target.column; for transcripts of what is read set model.output = ctc;"
                  + " other texts as answers, such as translations, are not supported yet"));
    }
  }
}
