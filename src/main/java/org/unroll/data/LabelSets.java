package org.unroll.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Sets of labels in cells. Lists of JSON and Parquet stand as they are; an empty one is a set
 * without labels. In text, labels of a row are separated by white space; of steps, which are
 * separated by white space, by {@value #BETWEEN}; {@value #NONE} alone is a set without labels.
 */
final class LabelSets {
  private static final String NONE = "-";
  private static final String BETWEEN = "|";

  private LabelSets() {}

  /**
   * The labels of a row.
   *
   * @param target cell of the answer
   * @param steps of the input, possibly 0
   * @return none where neither input nor label is there
   * @throws BadRowException if they are no labels
   */
  static Answers ofRow(Content target, int steps) throws BadRowException {
    List<String> labels;
    if (target instanceof Content.Text text) {
      List<String> written = WordTokenizer.split(TargetParser.normal(text.name()));
      if (written.isEmpty() && steps > 0) {
        throw new BadRowException(
            "no-label",
            "a row must have labels, or '" + NONE + "' if it has none",
            "an empty text",
            "write '" + NONE + "', or remove the row");
      }
      labels = set(written.equals(List.of(NONE)) ? List.of() : written);
    } else if (target instanceof Content.Vectors) {
      throw new BadRowException(
          "wrong-type",
          "the labels of a row must be text or a list of names",
          "lists of numbers",
          "mend the row",
          "topology = many-to-many takes labels for each step");
    } else {
      labels = set(items(target));
    }
    return labels.isEmpty() && steps == 0 ? Answers.NONE : new Answers.NameSets(List.of(labels));
  }

  /**
   * The labels of each step.
   *
   * @param target cell of the answer
   * @throws BadRowException if they are no labels
   */
  static Answers ofSteps(Content target) throws BadRowException {
    List<List<String>> sets = new ArrayList<>();
    if (target instanceof Content.Vectors vectors) {
      int at = 0;
      for (int width : vectors.widths()) {
        double[] own = Arrays.copyOfRange(vectors.values(), at, at + width);
        sets.add(set(new Content.Numbers(own).names()));
        at += width;
      }
    } else if (target instanceof Content.Text text) {
      for (String step : WordTokenizer.split(TargetParser.normal(text.name()))) {
        sets.add(set(step.equals(NONE) ? List.of() : List.of(step.split("[|]", -1))));
      }
    } else {
      boolean numbers =
          target instanceof Content.Numbers
              || target instanceof Content.Items list && list.numbers();
      for (String step : items(target)) {
        List<String> labels = numbers ? List.of(step) : WordTokenizer.split(step);
        sets.add(set(labels.equals(List.of(NONE)) ? List.of() : labels));
      }
    }
    return new Answers.NameSets(sets);
  }

  private static List<String> items(Content target) throws BadRowException {
    if (target instanceof Content.Items list) {
      return list.names().stream().map(TargetParser::normal).toList();
    }
    return ((Content.Numbers) target).names();
  }

  /** Labels without white space around them, each once. */
  private static List<String> set(List<String> labels) throws BadRowException {
    Set<String> set = new LinkedHashSet<>();
    for (String label : labels) {
      String name = label.strip();
      if (name.isEmpty()) {
        throw new BadRowException(
            "no-label",
            "a label must have a name",
            "an empty one" + (labels.size() > 1 ? " among " + String.join(" ", labels) : ""),
            "mend the row");
      }
      set.add(name);
    }
    return List.copyOf(set);
  }
}
