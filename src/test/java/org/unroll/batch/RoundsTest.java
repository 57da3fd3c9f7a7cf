package org.unroll.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoundsTest {
  private static final int BLOCK_SIZE = 4;

  @ParameterizedTest
  @CsvSource({
    "1,1",
    "1,5",
    "4,4",
    "16,8",
    "16,64",
    "16,1000",
    "48,12",
    "48,100000",
    "7,4",
    "3,9",
    "3,2147483647"
  })
  void everyBlockIsInExactlyOneRound(int shards, int batchSize) {
    int[] sizes = sizes(shards);
    assertEveryBlockOnce(Rounds.ofBatches(sizes, BLOCK_SIZE, batchSize), sizes);
    assertEveryBlockOnce(Rounds.perEpoch(sizes, BLOCK_SIZE, batchSize), sizes);
  }

  @Test
  void aRoundHasAtMostTheBlocksOfABatchAndAllHaveAboutAsMany() {
    int[] sizes = sizes(16);
    for (int batchSize = 1; batchSize < 200; batchSize++) {
      Rounds rounds = Rounds.ofBatches(sizes, BLOCK_SIZE, batchSize);
      int[] counts = counts(rounds, 0, sizes.length);
      int most = Arrays.stream(counts).max().orElseThrow();
      int least = Arrays.stream(counts).min().orElseThrow();
      assertTrue(most <= ShardOrder.blocks(batchSize, BLOCK_SIZE), "at most a batch");
      assertEquals(rounds.blocksPerRound(), most);
      assertTrue(most - least <= 1, "least " + least + ", most " + most);
    }
  }

  @Test
  void thereAreAsManyRoundsAsAskedForIfTheBlocksSuffice() {
    int[] sizes = sizes(5);
    int blocks = Rounds.perEpoch(sizes, BLOCK_SIZE, 1).blocks();
    for (int wanted = 1; wanted <= blocks + 3; wanted++) {
      Rounds rounds = Rounds.perEpoch(sizes, BLOCK_SIZE, wanted);
      assertEquals(Math.min(wanted, blocks), rounds.rounds(), wanted + " of " + blocks);
      for (int count : counts(rounds, 0, sizes.length)) {
        assertTrue(count >= 1 && count <= rounds.blocksPerRound(), "blocks of a round: " + count);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 16})
  void anyNumberOfPartitionsHasAnEvenShareOfEveryRound(int partitions) {
    int[] sizes = sizes(48);
    for (int batchSize : new int[] {4, 32, 64, 100, 256, 100000}) {
      Rounds rounds = Rounds.ofBatches(sizes, BLOCK_SIZE, batchSize);
      for (int p = 0; p < partitions; p++) {
        int from = p * sizes.length / partitions;
        int to = (p + 1) * sizes.length / partitions;
        int held = 0;
        for (int s = from; s < to; s++) {
          held += ShardOrder.blocks(sizes[s], BLOCK_SIZE);
        }
        double even = held / (double) rounds.rounds();
        for (int count : counts(rounds, from, to)) {
          assertTrue(
              Math.abs(count - even) < 1,
              count + " blocks of a round in partition " + p + ", evenly it were " + even);
        }
      }
    }
  }

  @Test
  void emptyShardsAndNoDataAtAllAreOneRoundOfNothing() {
    Rounds rounds = Rounds.ofBatches(new int[] {0, 0}, BLOCK_SIZE, 8);
    assertEquals(1, rounds.rounds());
    assertEquals(0, rounds.blocks());
    assertEquals(2, rounds.shards());
    assertEquals(-1, rounds.next(0, 0, -1));
    assertEquals(-1, rounds.next(1, 0, -1));
    int[] sizes = {0, 9, 0, 3};
    assertEveryBlockOnce(Rounds.perEpoch(sizes, BLOCK_SIZE, 2), sizes);
  }

  private static void assertEveryBlockOnce(Rounds rounds, int[] sizes) {
    int total = 0;
    for (int s = 0; s < sizes.length; s++) {
      int[] seen = new int[ShardOrder.blocks(sizes[s], BLOCK_SIZE)];
      for (int r = 0; r < rounds.rounds(); r++) {
        for (int b = rounds.next(s, r, -1); b >= 0; b = rounds.next(s, r, b)) {
          seen[b]++;
        }
      }
      int[] once = new int[seen.length];
      Arrays.fill(once, 1);
      assertArrayEquals(once, seen, "shard " + s);
      total += seen.length;
    }
    assertEquals(total, rounds.blocks());
  }

  /** Blocks of each round in the shards of a partition. */
  private static int[] counts(Rounds rounds, int from, int to) {
    int[] counts = new int[rounds.rounds()];
    for (int r = 0; r < counts.length; r++) {
      for (int s = from; s < to; s++) {
        for (int b = rounds.next(s, r, -1); b >= 0; b = rounds.next(s, r, b)) {
          counts[r]++;
        }
      }
    }
    return counts;
  }

  /** Shards as a hash makes them: about as large as each other. */
  private static int[] sizes(int shards) {
    return new Random(3).ints(shards, 20, 41).toArray();
  }
}
