package org.unroll.nn;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How the next symbol is drawn: the temperature first, then only the {@code topK} most probable
 * symbols, then of these the fewest whose probabilities together reach {@code topP} (Holtzman
 * 2020).
 *
 * @param temperature 1 as the model says, below 1 more often the probable; 0 always the most
 *     probable
 * @param topK how many symbols are drawn from; 0 is all
 * @param topP share of the probability that is drawn from, above 0; 1 is all
 * @param seed the same seed, the same texts
 */
public record Sampling(double temperature, int topK, double topP, long seed) {
  public Sampling {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature must be a number from 0 on, got " + temperature);
    }
    if (topK < 0) {
      throw new IllegalArgumentException("top-k must be at least 0, got " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p must be above 0 and at most 1, got " + topP);
    }
  }

  /** All symbols are drawn from. */
  public Sampling(double temperature, long seed) {
    this(temperature, 0, 1, seed);
  }

  /** What a probability counts in drawing, not yet divided by the sum. */
  double weight(float probability) {
    return temperature == 0 ? 0 : StrictMath.pow(probability, 1 / temperature);
  }

  /**
   * Leaves out what is not drawn from; of equal weights the first ones stay.
   *
   * @param weights of the symbols; set to 0 where one is left out
   * @return the sum of what is left
   */
  double cut(double[] weights, double total) {
    if (topK == 0 && topP == 1 || !(total > 0)) {
      return total;
    }
    int[] order =
        IntStream.range(0, weights.length)
            .filter(k -> weights[k] > 0)
            .boxed()
            .sorted(Comparator.comparingDouble(k -> -weights[k]))
            .mapToInt(Integer::intValue)
            .toArray();
    int kept = topK == 0 ? order.length : Math.min(topK, order.length);
    double all = 0;
    for (int i = 0; i < kept; i++) {
      all += weights[order[i]];
    }
    double sum = 0;
    int last = 0;
    while (last < kept && (last == 0 || sum < topP * all)) {
      sum += weights[order[last++]];
    }
    double[] before = weights.clone();
    Arrays.fill(weights, 0);
    for (int i = 0; i < last; i++) {
      weights[order[i]] = before[order[i]];
    }
    return sum;
  }
}
