package org.unroll.data;

import java.util.List;
import org.unroll.config.DataConfig.Field;
import org.unroll.text.Counts;

/** From a cell to real values, {@code [step][feature]}. */
final class FeatureParser {
  private FeatureParser() {}

  /**
   * Reads the real values of a field.
   *
   * @param key of the field in the job, for messages
   * @throws BadRowException if the cell holds anything but steps of {@code field.width()} finite
   *     numbers
   */
  static double[] values(Content cell, Field field, String key) throws BadRowException {
    double[] values;
    if (cell instanceof Content.Vectors vectors) {
      values = vectors.values();
      for (int step = 0; step < vectors.widths().length; step++) {
        if (vectors.widths()[step] != field.width()) {
          throw new BadRowException(
              "ragged-width",
              "every step must have "
                  + Counts.of(field.width(), "feature")
                  + " ("
                  + key
                  + ".width)",
              vectors.widths()[step] + " in step " + (step + 1),
              "mend the row, or correct " + key + ".width");
        }
      }
    } else if (cell instanceof Content.Numbers numbers) {
      values = whole(numbers.values(), field, key);
    } else {
      values = flat(cell, field, key);
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite((float) values[i])) {
        int step = i / field.width() + 1;
        int feature = i % field.width() + 1;
        throw new BadRowException(
            "not-finite",
            "a feature must be a finite number in the range of single precision",
            values[i] + " as feature " + feature + " of step " + step,
            "mend the row; write a number where a value is missing");
      }
    }
    return values;
  }

  /**
   * Reads the weight of a row.
   *
   * @throws BadRowException if the cell holds anything but a finite number from 0
   */
  static float weight(Content cell) throws BadRowException {
    String text = cell instanceof Content.Text one ? one.text().strip() : "a list";
    float weight;
    try {
      weight = isNumber(text) ? Float.parseFloat(text) : Float.NaN;
    } catch (NumberFormatException e) {
      weight = Float.NaN;
    }
    if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
      throw new BadRowException(
          "bad-weight",
          "the weight of a row (data.weight.column) must be a finite number from 0",
          "'" + text + "'",
          "mend the row; write 1 where a row should count as usual");
    }
    return weight + 0f;
  }

  private static double[] flat(Content cell, Field field, String key) throws BadRowException {
    List<String> items =
        cell instanceof Content.Items list
            ? list.items()
            : WordTokenizer.split(((Content.Text) cell).text());
    double[] values = new double[items.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(items.get(i), i);
    }
    return whole(values, field, key);
  }

  /** Values one behind the other, which must be those of whole steps. */
  private static double[] whole(double[] values, Field field, String key) throws BadRowException {
    if (values.length % field.width() != 0) {
      throw new BadRowException(
          "ragged-width",
          "the number of values must be a multiple of "
              + field.width()
              + ", the features of a step ("
              + key
              + ".width)",
          Integer.toString(values.length),
          "mend the row, or correct " + key + ".width",
          "a row must hold all steps of its sequence, one after the other; to group rows of one"
              + " step each into sequences is not supported yet, so do it before, or correct "
              + key
              + ".width");
    }
    return values;
  }

  /** Whether a text can be a number: Java also reads 1f and 0x1p0. */
  static boolean isNumber(String text) {
    char last = text.isEmpty() ? 'x' : text.charAt(text.length() - 1);
    // N and y end NaN and Infinity.
    return Character.isDigit(last) && !text.contains("x") && !text.contains("X")
        || ".Ny".indexOf(last) >= 0;
  }

  private static double number(String text, int place) throws BadRowException {
    try {
      if (isNumber(text)) {
        return Double.parseDouble(text);
      }
    } catch (NumberFormatException notANumber) {
      // Told below.
    }
    if (List.of("nan", "inf", "infinity").contains(text.toLowerCase(java.util.Locale.ROOT))) {
      return Double.NaN;
    }
    throw new BadRowException(
        "not-a-number",
        "a feature must be a number",
        "'" + text + "' as number " + (place + 1) + " of the row",
        "mend the row; numbers are separated by white space and have a decimal point",
        "tokens = features reads numbers only; tokens = words or characters reads text, or name"
            + " another column");
  }
}
