package org.unroll.samples;

import java.math.BigDecimal;
import org.unroll.hash.Hash;

/**
 * The adding problem (Hochreiter and Schmidhuber 1997): steps of a number from 0 to 1 and a mark;
 * two steps are marked, one in each half, and the sum of their numbers is to be predicted. Rows are
 * a function of seed and number alone.
 */
public final class Adding {
  private static final long SAMPLE = 0x414444494E47L;
  private static final int SCALE = 4;
  private static final int UNITS = 10_000;

  private final int length;
  private final long seed;

  /**
   * Sequences.
   *
   * @param length steps of each, at least 2
   */
  public Adding(int length, long seed) {
    if (length < 2) {
      throw new IllegalArgumentException("a sequence must have at least 2 steps, got " + length);
    }
    this.length = length;
    this.seed = seed;
  }

  /** The row of a number: the sum, a tab, and number and mark of each step. */
  public String row(long number) {
    long hash = Hash.of(SAMPLE, seed, number);
    int half = length / 2;
    int first = choose(hash, -1, half);
    int second = half + choose(hash, -2, length - half);
    int sum = 0;
    StringBuilder steps = new StringBuilder();
    for (int t = 0; t < length; t++) {
      int value = choose(hash, t, UNITS + 1);
      boolean marked = t == first || t == second;
      sum += marked ? value : 0;
      steps.append(t == 0 ? "" : " ").append(decimal(value)).append(marked ? " 1" : " 0");
    }
    return decimal(sum) + "\t" + steps;
  }

  private static String decimal(int value) {
    return BigDecimal.valueOf(value, SCALE).stripTrailingZeros().toPlainString();
  }

  private static int choose(long hash, long place, int choices) {
    return (int) (Hash.unit(Hash.with(hash, place)) * choices);
  }
}
