package org.unroll.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Neighbouring values of one parameter: what one thread works on at a time when all parameters are
 * updated. Where parameters are cut depends on their shapes alone, so that sums taken slice by
 * slice have the same bits on any number of threads.
 *
 * @param parameter index of the parameter
 * @param from first value
 * @param to behind the last value
 */
public record Slice(int parameter, int from, int to) {
  /** With gradient, sum and Adam's moments, so many values fit a core's second-level cache. */
  private static final int SIZE = 16_384;

  /** Below so many slices, waking other threads costs more than they save. */
  private static final int WORTH_SHARING = 4;

  /** All values of parameters of these sizes. */
  public static List<Slice> of(int... sizes) {
    List<Slice> slices = new ArrayList<>();
    for (int p = 0; p < sizes.length; p++) {
      for (int from = 0; from < sizes[p]; from += SIZE) {
        slices.add(new Slice(p, from, Math.min(sizes[p], from + SIZE)));
      }
    }
    return List.copyOf(slices);
  }

  /**
   * Runs {@code work} for the number of every slice.
   *
   * @param shared whether all processors of this process share the slices, or this thread does all
   */
  public static void forEach(boolean shared, List<Slice> slices, IntConsumer work) {
    IntStream numbers = IntStream.range(0, slices.size());
    (shared && slices.size() >= WORTH_SHARING ? numbers.parallel() : numbers).forEach(work);
  }
}
