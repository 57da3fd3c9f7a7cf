package org.unroll.baseline;

import java.util.Arrays;
import org.unroll.batch.Shard;

/**
 * The next symbol from the one before, by interpolated absolute discounting (Ney, Essen, Kneser
 * 1994):
 *
 * <pre>
 * p(w | u) = max(c(u,w) - D, 0) / c(u)  +  D · n(u) / c(u) · p(w)
 * p(w)     = max(c(w) - D₁, 0) / c      +  D₁ · n / c / V
 * </pre>
 *
 * with c counts, n numbers of distinct successors, V symbols, and D = n₁ / (n₁ + 2 n₂) from the
 * numbers of pairs seen once and twice. Without pairs it is p(w) alone.
 */
public final class BigramBaseline implements Baseline {
  private static final long serialVersionUID = 1;

  private final double[] unigram;
  private final int bestUnigram;

  /** Pairs in ascending order, so that those of one first symbol stand together; null without. */
  private final long[] pairs;

  private final float[] discounted;
  private final int[] best;
  private final double[] backoff;

  /**
   * @param counts of the training data
   */
  public BigramBaseline(BigramCounts counts) {
    long[] of = counts.unigrams();
    unigram = unigrams(of);
    int most = 0;
    for (int w = 0; w < of.length; w++) {
      most = of[w] > of[most] ? w : most;
    }
    bestUnigram = most;
    if (!counts.hasPairs()) {
      pairs = null;
      discounted = null;
      best = null;
      backoff = null;
      return;
    }
    pairs = counts.pairs();
    discounted = new float[pairs.length];
    best = new int[of.length];
    backoff = new double[of.length];
    Arrays.fill(best, bestUnigram);
    Arrays.fill(backoff, 1);
    double d = discount(counts);
    for (int from = 0; from < pairs.length; ) {
      int to = from;
      while (to < pairs.length && first(pairs[to]) == first(pairs[from])) {
        to++;
      }
      successors(counts, from, to, d);
      from = to;
    }
  }

  private void successors(BigramCounts counts, int from, int to, double d) {
    int u = first(pairs[from]);
    long total = 0;
    for (int i = from; i < to; i++) {
      total += counts.count(pairs[i]);
    }
    backoff[u] = d * (to - from) / total;
    double highest = -1;
    for (int i = from; i < to; i++) {
      discounted[i] = (float) ((counts.count(pairs[i]) - d) / total);
      double p = discounted[i] + backoff[u] * unigram[(int) pairs[i]];
      if (p > highest) {
        highest = p;
        best[u] = (int) pairs[i];
      }
    }
  }

  private static double[] unigrams(long[] counts) {
    long total = 0;
    long once = 0;
    long twice = 0;
    long distinct = 0;
    for (long count : counts) {
      total += count;
      once += count == 1 ? 1 : 0;
      twice += count == 2 ? 1 : 0;
      distinct += count > 0 ? 1 : 0;
    }
    if (total == 0) {
      throw new IllegalArgumentException("a bigram model needs at least 1 target, got 0");
    }
    double d = discount(once, twice);
    double[] p = new double[counts.length];
    for (int w = 0; w < p.length; w++) {
      p[w] = Math.max(counts[w] - d, 0) / total + d * distinct / total / counts.length;
    }
    return p;
  }

  private static double discount(BigramCounts counts) {
    long once = 0;
    long twice = 0;
    for (long pair : counts.pairs()) {
      long count = counts.count(pair);
      once += count == 1 ? 1 : 0;
      twice += count == 2 ? 1 : 0;
    }
    return discount(once, twice);
  }

  /** Kept away from 0 and 1, so that nothing is impossible and nothing seen is worth nothing. */
  private static double discount(long once, long twice) {
    double d = once == 0 ? 0.5 : (double) once / (once + 2.0 * twice);
    return Math.max(0.1, Math.min(0.9, d));
  }

  private static int first(long pair) {
    return (int) (pair >>> 32);
  }

  @Override
  public String name() {
    return pairs == null ? "unigram" : "bigram";
  }

  /** Probability that a symbol follows another one. */
  public double probability(int previous, int next) {
    if (pairs == null) {
      return unigram[next];
    }
    int found = Arrays.binarySearch(pairs, (long) previous << 32 | next);
    return (found < 0 ? 0 : discounted[found]) + backoff[previous] * unigram[next];
  }

  @Override
  public BaselineSum sum() {
    return new ScoreSum();
  }

  @Override
  public void score(Shard shard, BaselineSum to) {
    ScoreSum sum = (ScoreSum) to;
    for (int i = 0; i < shard.size(); i++) {
      for (int t = 0; t < shard.targets(i); t++) {
        int previous = shard.input(i, t);
        int target = shard.target(i, t);
        int likely = pairs == null ? bestUnigram : best[previous];
        sum.add(-StrictMath.log(probability(previous, target)), target == likely);
      }
    }
  }
}
