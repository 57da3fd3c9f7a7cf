package org.unroll.nn;

import java.util.Arrays;

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
    double[] rising = weights.clone();
    Arrays.sort(rising);
    int least = topK == 0 ? 0 : Math.max(0, rising.length - topK);
    double all = 0;
    for (int i = rising.length - 1; i >= least; i--) {
      all += rising[i];
    }
    double sum = 0;
    int first = rising.length;
    while (first > least && (first == rising.length || sum < topP * all)) {
      sum += rising[--first];
    }
    double threshold = rising[first];
    int equals = 0;
    for (int i = first; i < rising.length && rising[i] == threshold; i++) {
      equals++;
    }
    for (int k = 0; k < weights.length; k++) {
      boolean stays = weights[k] > threshold || weights[k] == threshold && equals-- > 0;
      weights[k] = stays ? weights[k] : 0;
    }
    return sum;
  }
}
