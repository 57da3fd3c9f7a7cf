package org.unroll.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;

/**
 * What is to be predicted of an encoded sequence: one target for each step, one for all of it, or a
 * sequence with a length of its own.
 */
public sealed interface Targets extends Serializable {
  /** An order of targets of one kind, for sequences of equal identity. */
  Comparator<Targets> ORDER =
      (a, b) -> {
        int symbols = Arrays.compare(a.symbols(), b.symbols());
        int ends = symbols != 0 ? symbols : Arrays.compare(a.ends(), b.ends());
        return ends != 0 ? ends : Arrays.compare(a.values(), b.values());
      };

  /** Number of targets. */
  int size();

  /** Those of the steps from {@code from} to {@code to}. */
  Targets range(int from, int to);

  /** Classes, labels or symbols, one behind the other. */
  default int[] symbols() {
    return NO_SYMBOLS;
  }

  /** Where the labels of each target end among {@link #symbols}; empty of other kinds. */
  default int[] ends() {
    return NO_SYMBOLS;
  }

  /** Real numbers, {@code [target][number]}. */
  default float[] values() {
    return NO_VALUES;
  }

  int[] NO_SYMBOLS = {};
  float[] NO_VALUES = {};

  /**
   * One class for each target.
   *
   * @param symbols the classes; {@link Example#UNKNOWN_TARGET} is never trained on
   */
  record Classes(int[] symbols) implements Targets {
    @Override
    public int size() {
      return symbols.length;
    }

    @Override
    public Targets range(int from, int to) {
      return new Classes(Arrays.copyOfRange(symbols, from, to));
    }
  }

  /**
   * Any number of labels for each target.
   *
   * @param symbols labels of the targets, one target behind the other; {@link
   *     Example#UNKNOWN_TARGET} stands for one that training never saw
   * @param ends where the labels of each target end
   */
  record Labels(int[] symbols, int[] ends) implements Targets {
    @Override
    public int size() {
      return ends.length;
    }

    @Override
    public Targets range(int from, int to) {
      int begin = from == 0 ? 0 : ends[from - 1];
      int[] own = Arrays.copyOfRange(ends, from, to);
      for (int i = 0; i < own.length; i++) {
        own[i] -= begin;
      }
      int end = own.length == 0 ? 0 : own[own.length - 1];
      return new Labels(Arrays.copyOfRange(symbols, begin, begin + end), own);
    }
  }

  /**
   * Real numbers for each target.
   *
   * @param size number of targets
   * @param values {@code [target][number]}; NaN where one is missing
   */
  record Reals(int size, float[] values) implements Targets {
    @Override
    public Targets range(int from, int to) {
      int width = values.length / size;
      return new Reals(to - from, Arrays.copyOfRange(values, from * width, to * width));
    }
  }

  /**
   * A sequence of symbols of its own length, possibly none.
   *
   * @param symbols its symbols
   */
  record Text(int[] symbols) implements Targets {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public Targets range(int from, int to) {
      return this;
    }
  }
}
