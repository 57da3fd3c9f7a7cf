package org.unroll.data;

import java.util.Arrays;
import java.util.List;
import org.unroll.text.Counts;

/**
 * From a cell to the real values of targets: numbers, one target behind the other, or in a list for
 * each step. NaN, an empty cell, and null in JSON and Parquet stand for missing values.
 */
final class ValueParser {
  private static final String WIDTH = "data.target.width";

  private ValueParser() {}

  /**
   * The one target of a row.
   *
   * @param width values that it has
   * @throws BadRowException if the cell holds anything but so many numbers
   */
  static Answers.Values ofRow(Content cell, int width) throws BadRowException {
    if (isMissing(cell)) {
      return Answers.Values.missing(width, 1);
    }
    double[] values = values(cell, width);
    if (values.length != width) {
      throw new BadRowException(
          "values-differ",
          "a row must have " + Counts.of(width, "target value") + " (" + WIDTH + ")",
          Integer.toString(values.length),
          "mend the row, or correct " + WIDTH,
          "correct "
              + WIDTH
              + ", or set model.topology = many-to-many if there are values for each step");
    }
    return new Answers.Values(width, values);
  }

  /**
   * A target for each step.
   *
   * @param width values of each
   * @param steps of the input
   * @throws BadRowException if the cell holds anything but so many numbers
   */
  static Answers.Values ofSteps(Content cell, int width, int steps) throws BadRowException {
    if (isMissing(cell)) {
      return Answers.Values.missing(width, steps);
    }
    double[] values = values(cell, width);
    if (values.length != (long) width * steps) {
      throw new BadRowException(
          "values-differ",
          "a row must have " + Counts.of(width, "target value") + " per step (" + WIDTH + ")",
          Counts.of(values.length, "value") + " for " + Counts.of(steps, "step"),
          "mend the row, or correct " + WIDTH,
          "correct "
              + WIDTH
              + ", or set model.topology = many-to-one if there is one target for all steps");
    }
    return new Answers.Values(width, values);
  }

  private static boolean isMissing(Content cell) {
    return cell instanceof Content.Text text && text.text().isBlank();
  }

  private static double[] values(Content cell, int width) throws BadRowException {
    double[] values;
    if (cell instanceof Content.Vectors vectors) {
      values = ofSteps(vectors, width);
    } else if (cell instanceof Content.Numbers numbers) {
      values = numbers.values();
    } else {
      List<String> items =
          cell instanceof Content.Items list
              ? list.items()
              : WordTokenizer.split(((Content.Text) cell).text());
      values = new double[items.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = number(items.get(i), i);
      }
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i]) && !Float.isFinite((float) values[i])) {
        throw new BadRowException(
            "not-finite",
            "a target value must be a finite number in the range of single precision",
            values[i] + " as value " + (i + 1),
            "mend the row; write NaN where a value is missing");
      }
    }
    return values;
  }

  /** Lists of values, an empty one where all of a step are missing. */
  private static double[] ofSteps(Content.Vectors vectors, int width) throws BadRowException {
    double[] values = new double[vectors.widths().length * width];
    int from = 0;
    for (int step = 0; step < vectors.widths().length; step++) {
      int found = vectors.widths()[step];
      if (found == 0) {
        Arrays.fill(values, step * width, (step + 1) * width, Double.NaN);
      } else if (found == width) {
        System.arraycopy(vectors.values(), from, values, step * width, width);
      } else {
        throw new BadRowException(
            "ragged-width",
            "every step must have " + Counts.of(width, "target value") + " (" + WIDTH + ")",
            found + " in step " + (step + 1),
            "mend the row, or correct " + WIDTH);
      }
      from += found;
    }
    return values;
  }

  private static double number(String text, int place) throws BadRowException {
    if (text.equalsIgnoreCase("nan")) {
      return Double.NaN;
    }
    try {
      if (FeatureParser.isNumber(text)) {
        return Double.parseDouble(text);
      }
    } catch (NumberFormatException notANumber) {
      // Told below.
    }
    throw new BadRowException(
        "not-a-number",
        "a target value must be a number",
        "'" + text + "' as value " + (place + 1),
        "mend the row; numbers are separated by white space and have a decimal point, and NaN"
            + " stands for a missing one",
        "check data.target.column; model.output = softmax predicts names");
  }
}
