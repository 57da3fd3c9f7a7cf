package org.unroll.data;

import java.util.Arrays;
import java.util.List;

/** What is to be predicted of a row, before names have numbers: one entry per step, or one. */
public sealed interface Answers {
  /** Nothing: a language model predicts what it reads. */
  Answers NONE = new Names(List.of());

  /** Number of entries. */
  int size();

  /** The first entries only; all of a sequence that has a length of its own. */
  Answers first(int limit);

  /** All names, those of one entry behind the other; none of numbers. */
  List<String> names();

  /** Whether there is nothing. */
  default boolean isEmpty() {
    return size() == 0;
  }

  /**
   * A name for each entry: labels, tags.
   *
   * @param names of the entries
   */
  record Names(List<String> names) implements Answers {
    @Override
    public int size() {
      return names.size();
    }

    @Override
    public Answers first(int limit) {
      return new Names(names.subList(0, limit));
    }
  }

  /**
   * Any number of names for each entry.
   *
   * @param sets of the entries
   */
  record NameSets(List<List<String>> sets) implements Answers {
    @Override
    public int size() {
      return sets.size();
    }

    @Override
    public Answers first(int limit) {
      return new NameSets(sets.subList(0, limit));
    }

    @Override
    public List<String> names() {
      return sets.stream().flatMap(List::stream).toList();
    }
  }

  /**
   * Real numbers.
   *
   * @param width numbers of each entry
   * @param values {@code [entry][number]}; NaN where one is missing
   */
  record Values(int width, double[] values) implements Answers {
    /** One entry, all of whose values are missing, or as many as there are steps. */
    static Values missing(int width, int size) {
      double[] values = new double[width * size];
      Arrays.fill(values, Double.NaN);
      return new Values(width, values);
    }

    /** Whether every value is missing. */
    boolean isMissing() {
      return Arrays.stream(values).allMatch(Double::isNaN);
    }

    @Override
    public int size() {
      return values.length / width;
    }

    @Override
    public Answers first(int limit) {
      return new Values(width, Arrays.copyOf(values, limit * width));
    }

    @Override
    public List<String> names() {
      return List.of();
    }
  }

  /**
   * A sequence of symbols that is as long as it is.
   *
   * @param names its symbols, possibly none
   */
  record Symbols(List<String> names) implements Answers {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public Answers first(int limit) {
      return this;
    }
  }
}
