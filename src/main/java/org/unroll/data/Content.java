package org.unroll.data;

import java.util.List;

/** What stands in a column of a row, before it is known what it is for. */
sealed interface Content {
  /** Text, or a single value of JSON as it was written. */
  record Text(String text) implements Content {}

  /**
   * A list of JSON.
   *
   * @param items its values as they were written
   * @param numbers whether all of them are numbers
   */
  record Items(List<String> items, boolean numbers) implements Content {}

  /**
   * A list of lists of numbers of JSON.
   *
   * @param values one behind the other
   * @param widths length of each list
   */
  record Vectors(float[] values, int[] widths) implements Content {}
}
