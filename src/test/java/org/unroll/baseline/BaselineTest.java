package org.unroll.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.unroll.batch.Shard;
import org.unroll.data.Example;
import org.unroll.metric.Metric;

class BaselineTest {
  private static Shard text(int index, int... symbols) {
    int n = symbols.length - 1;
    return Shard.of(
        index,
        List.of(
            new Example(index, Arrays.copyOf(symbols, n), Arrays.copyOfRange(symbols, 1, n + 1))));
  }

  private static Shard random(int index, int symbols, int length) {
    return text(index, new Random(index).ints(length, 0, symbols).toArray());
  }

  private static BigramCounts count(int symbols, Shard... shards) {
    BigramCounts counts = new BigramCounts(symbols, BigramCounts.MAX_PAIRS);
    for (Shard shard : shards) {
      counts.add(shard);
    }
    return counts;
  }

  private static BaselineScore score(Baseline baseline, Shard... shards) {
    ScoreSum sum = new ScoreSum();
    for (Shard shard : shards) {
      baseline.score(shard, sum);
    }
    return sum.score(baseline.name());
  }

  @Test
  void majority() {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      examples.add(new Example(i, new int[] {0}, new int[] {i == 0 ? 0 : 1}));
    }
    BaselineScore score = score(new MajorityBaseline(new long[] {1, 3}), Shard.of(0, examples));
    assertEquals(0.75, score.values().get(Metric.ACCURACY));
    assertEquals(-(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75)), score.loss(), 1e-11);
    assertEquals(4, score.targets());
  }

  @Test
  void probabilitiesAddUpToOne() {
    BigramBaseline bigrams = new BigramBaseline(count(12, random(0, 9, 300)));
    for (int u = 0; u < 12; u++) {
      double sum = 0;
      for (int w = 0; w < 12; w++) {
        double p = bigrams.probability(u, w);
        assertTrue(p > 0);
        sum += p;
      }
      assertEquals(1, sum, 1e-6);
    }
  }

  @Test
  void bigramByHand() {
    // Pairs 0→1 twice, 1→0 once, 1→1 none: n1 = 1, n2 = 1, D = 1/3. Targets 1, 0, 1: D1 = 1/3.
    BigramBaseline bigrams = new BigramBaseline(count(2, text(0, 0, 1, 0, 1)));
    double d = 1.0 / 3;
    double p1 = (2 - d) / 3 + d * 2 / 3 / 2;
    assertEquals((2 - d) / 2 + d / 2 * p1, bigrams.probability(0, 1), 1e-7);
    assertEquals(d * p1, bigrams.probability(1, 1), 1e-7);
    assertEquals(1.0, score(bigrams, text(0, 0, 1, 0)).values().get(Metric.ACCURACY));
  }

  @Test
  void alternationIsEasyForBigramsOnly() {
    int[] alternating = new int[2000];
    for (int i = 0; i < alternating.length; i++) {
      alternating[i] = i % 2;
    }
    Shard shard = text(0, alternating);
    assertTrue(score(new BigramBaseline(count(2, shard)), shard).loss() < 0.01);
    BigramCounts few = new BigramCounts(2, 1);
    few.add(shard);
    BaselineScore unigram = score(new BigramBaseline(few), shard);
    assertEquals("unigram", unigram.name());
    assertEquals(Math.log(2), unigram.loss(), 1e-3);
  }

  @Test
  void groupingChangesNothing() {
    Shard[] shards = new Shard[6];
    for (int i = 0; i < shards.length; i++) {
      shards[i] = random(i, 40, 500);
    }
    BigramCounts whole = count(40, shards);
    BigramCounts merged = new BigramCounts(40, BigramCounts.MAX_PAIRS);
    for (int i = shards.length - 1; i >= 0; i--) {
      BigramCounts part = count(40, shards[i]);
      for (int slice = 2; slice >= 0; slice--) {
        int of = slice;
        merged.merge(part.slice(first -> first % 3 == of));
      }
    }
    assertArrayEquals(whole.pairs(), merged.pairs());
    BaselineScore forward = score(new BigramBaseline(whole), shards);
    ScoreSum sum = new ScoreSum();
    for (int i = shards.length - 1; i >= 0; i--) {
      ScoreSum part = new ScoreSum();
      new BigramBaseline(merged).score(shards[i], part);
      sum.merge(part);
    }
    assertEquals(forward, sum.score("bigram"));
  }

  /** On the same rows as a network: their loss is over the others, too. */
  @Test
  void labelsThatWereNeverSeenAreWrong() {
    int[][] targets = {{0}, {1}, {Example.UNKNOWN_TARGET}, {0}};
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < targets.length; i++) {
      examples.add(new Example(i, new int[] {1}, targets[i]));
    }
    BaselineScore score = score(new MajorityBaseline(new long[] {3, 1}), Shard.of(0, examples));
    assertEquals(4, score.targets());
    assertEquals(0.5, score.values().get(Metric.ACCURACY));
    assertEquals(-(2 * Math.log(0.75) + Math.log(0.25)) / 3, score.loss(), 1e-9);
    BaselineScore none =
        score(new MajorityBaseline(new long[] {3, 1}), Shard.of(0, examples.subList(2, 3)));
    assertTrue(Double.isNaN(none.loss()));
    assertEquals(0, none.values().get(Metric.ACCURACY));
  }

  @Test
  void tooManyPairsInAnyGrouping() {
    Shard a = text(0, 0, 1, 2, 3);
    Shard b = text(1, 3, 2, 1, 0);
    for (boolean together : new boolean[] {true, false}) {
      BigramCounts counts = new BigramCounts(4, 5);
      counts.add(a);
      if (together) {
        counts.add(b);
      } else {
        BigramCounts other = new BigramCounts(4, 5);
        other.add(b);
        assertTrue(other.hasPairs());
        counts.merge(other);
      }
      assertFalse(counts.hasPairs());
      assertArrayEquals(new long[] {1, 2, 2, 1}, counts.unigrams());
    }
  }
}
