package org.unroll.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.unroll.hash.Hash;

/** What stands in a column of a row, before it is known what it is for. */
public sealed interface Content {
  /**
   * Text, or a single value as it was written.
   *
   * @param number whether it is a number, or what formats write in place of one that is not finite
   */
  record Text(String text, boolean number) implements Content {
    /** Text that is no number, whatever it looks like. */
    Text(String text) {
      this(text, false);
    }

    /**
     * Text as it stands, numbers as {@link NumberNames} has them.
     *
     * @throws BadRowException for a number that is not finite
     */
    String name() throws BadRowException {
      return number ? NumberNames.of(text) : text;
    }

    @Override
    public long hash() {
      return Hash.of(1, Hash.of(text));
    }

    @Override
    public String shown() {
      return text;
    }
  }

  /**
   * A list.
   *
   * @param items its values as they were written
   * @param numbers whether all of them are numbers
   */
  record Items(List<String> items, boolean numbers) implements Content {
    /**
     * Texts as they stand, numbers as {@link NumberNames} has them.
     *
     * @throws BadRowException for a number that is not finite
     */
    List<String> names() throws BadRowException {
      if (!numbers) {
        return items;
      }
      List<String> names = new ArrayList<>(items.size());
      for (String item : items) {
        names.add(NumberNames.of(item));
      }
      return names;
    }

    @Override
    public long hash() {
      long hash = Hash.of(2);
      for (String item : items) {
        hash = Hash.with(hash, Hash.of(item));
      }
      return hash;
    }

    @Override
    public String shown() {
      return items.stream().limit(SHOWN).collect(Collectors.joining(" "));
    }
  }

  /**
   * A list of real numbers that were never text.
   *
   * @param values as they are; not copied
   */
  record Numbers(double[] values) implements Content {
    /**
     * The numbers as {@link NumberNames} has them.
     *
     * @throws BadRowException for a number that is not finite
     */
    List<String> names() throws BadRowException {
      List<String> names = new ArrayList<>(values.length);
      for (double value : values) {
        names.add(NumberNames.of(value));
      }
      return names;
    }

    @Override
    public long hash() {
      return Hash.of(3, Content.hash(values));
    }

    @Override
    public String shown() {
      return Content.shown(values);
    }
  }

  /**
   * A list of lists of numbers.
   *
   * @param values one behind the other
   * @param widths length of each list
   */
  record Vectors(double[] values, int[] widths) implements Content {
    @Override
    public long hash() {
      return Arrays.stream(widths)
          .asLongStream()
          .reduce(Hash.of(4, Content.hash(values)), Hash::with);
    }

    @Override
    public String shown() {
      return Content.shown(values);
    }
  }

  /** What stands for null where numbers may be missing. */
  Content MISSING = new Text("");

  /** As many values are shown at most. */
  int SHOWN = 100;

  /** From here on single precision does not have every whole number. */
  double WHOLE = 0x1p24;

  /**
   * What a text of JSON holds, read as a field of {@code format = json} is.
   *
   * @param name of the column, for messages
   * @param nullable whether a list may have null in it, for a number that is missing
   * @return null for JSON's null
   * @throws BadRowException if it is no JSON, or a value that is not read
   */
  static Content ofJson(String json, String name, boolean nullable) throws BadRowException {
    return JsonRow.value(json, name, nullable);
  }

  /** The same for the same content, and hardly for any other. */
  long hash();

  /** As text for people, lists separated by spaces; only the beginning of a long list. */
  String shown();

  /**
   * Of the values in single precision, as it always was, because it chooses validation rows; large
   * numbers that differ beyond it, such as times, are told apart.
   */
  private static long hash(double[] values) {
    long hash = values.length;
    for (double value : values) {
      float rounded = (float) value;
      hash = Hash.with(hash, Float.floatToIntBits(rounded));
      if (Math.abs(value) >= WHOLE && rounded != value) {
        hash = Hash.with(hash, Double.doubleToLongBits(value));
      }
    }
    return hash;
  }

  private static String shown(double[] values) {
    return Arrays.stream(values)
        .limit(SHOWN)
        .mapToObj(each -> (float) each == each ? Float.toString((float) each) : "" + each)
        .collect(Collectors.joining(" "));
  }
}
