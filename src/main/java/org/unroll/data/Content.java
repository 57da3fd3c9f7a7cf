package org.unroll.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.unroll.hash.Hash;

/** What stands in a column of a row, before it is known what it is for. */
public sealed interface Content {
  /** Text, or a single value as it was written. */
  record Text(String text) implements Content {
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
  record Numbers(float[] values) implements Content {
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
  record Vectors(float[] values, int[] widths) implements Content {
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

  /** As many values are shown at most. */
  int SHOWN = 100;

  /** The same for the same content, and hardly for any other. */
  long hash();

  /** As text for people, lists separated by spaces; only the beginning of a long list. */
  String shown();

  private static long hash(float[] values) {
    long hash = values.length;
    for (float value : values) {
      hash = Hash.with(hash, Float.floatToIntBits(value));
    }
    return hash;
  }

  private static String shown(float[] values) {
    return IntStream.range(0, Math.min(SHOWN, values.length))
        .mapToObj(i -> Float.toString(values[i]))
        .collect(Collectors.joining(" "));
  }
}
