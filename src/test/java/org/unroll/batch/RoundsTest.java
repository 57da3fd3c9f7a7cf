package org.unroll.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RoundsTest {
  private static final int BLOCK = 4;

  static Stream<Arguments> plans() {
    Random random = new Random(1);
    return IntStream.range(0, 60)
        .mapToObj(
            i -> {
              int[] sizes = random.ints(1 + random.nextInt(20), 0, 30).toArray();
              // One sequence at least: a data set without any does not get as far as this.
              sizes[random.nextInt(sizes.length)]++;
              return Arguments.of(
                  i % 2 == 0
                      ? Rounds.ofBatches(sizes, BLOCK, 1 + random.nextInt(60))
                      : Rounds.perEpoch(sizes, BLOCK, 1 + random.nextInt(30)),
                  sizes);
            });
  }

  private static int blocks(int sequences) {
    return (sequences + BLOCK - 1) / BLOCK;
  }

  /** The blocks of a shard that belong to a round. */
  private static List<Integer> of(Rounds rounds, int shard, int round) {
    List<Integer> blocks = new ArrayList<>();
    for (int b = rounds.next(shard, round, -1); b >= 0; b = rounds.next(shard, round, b)) {
      blocks.add(b);
    }
    return blocks;
  }

  @ParameterizedTest
  @MethodSource("plans")
  void everyBlockBelongsToOneRound(Rounds rounds, int[] sizes) {
    assertEquals(sizes.length, rounds.shards());
    int total = 0;
    for (int shard = 0; shard < sizes.length; shard++) {
      int[] seen = new int[blocks(sizes[shard])];
      for (int round = 0; round < rounds.rounds(); round++) {
        of(rounds, shard, round).forEach(b -> seen[b]++);
      }
      int[] once = new int[seen.length];
      Arrays.fill(once, 1);
      assertEquals(Arrays.toString(once), Arrays.toString(seen));
      total += seen.length;
    }
    assertEquals(total, rounds.blocks());
  }

  @ParameterizedTest
  @MethodSource("plans")
  void noRoundIsEmptyAndNoneIsLargerThanTheFirst(Rounds rounds, int[] sizes) {
    int before = rounds.blocksPerRound();
    for (int round = 0; round < rounds.rounds(); round++) {
      int size = 0;
      for (int shard = 0; shard < sizes.length; shard++) {
        size += of(rounds, shard, round).size();
      }
      assertTrue(size >= 1 && size <= before, size + " blocks after " + before);
      before = size;
    }
  }

  /** Partitions hold neighbouring shards: each must get its share of every round. */
  @ParameterizedTest
  @MethodSource("plans")
  void anyNumberOfPartitionsGetsAnEvenShareOfEachRound(Rounds rounds, int[] sizes) {
    for (int partitions = 1; partitions <= sizes.length; partitions++) {
      for (int p = 0; p < partitions; p++) {
        int from = p * sizes.length / partitions;
        int to = (p + 1) * sizes.length / partitions;
        int all = IntStream.range(from, to).map(s -> blocks(sizes[s])).sum();
        for (int round = 0; round < rounds.rounds(); round++) {
          int share = 0;
          for (int shard = from; shard < to; shard++) {
            share += of(rounds, shard, round).size();
          }
          double even = (double) all / rounds.rounds();
          assertTrue(Math.abs(share - even) < 1, share + " blocks where " + even + " are even");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // sequences, batch size, blocks per round, rounds
    "40, 1, 1, 10",
    "40, 4, 1, 10",
    "40, 5, 2, 5",
    "40, 16, 4, 3",
    "40, 40, 10, 1",
    "40, 1000, 10, 1",
    "1, 64, 1, 1",
  })
  void aBatchIsRoundedUpToWholeBlocks(int sequences, int batch, int perRound, int count) {
    Rounds rounds = Rounds.ofBatches(new int[] {sequences}, BLOCK, batch);
    assertEquals(perRound, rounds.blocksPerRound());
    assertEquals(count, rounds.rounds());
  }

  @ParameterizedTest
  @CsvSource({
    // sequences, rounds asked for, rounds
    "40, 1, 1",
    "40, 2, 2",
    "40, 3, 3",
    "40, 4, 4",
    "40, 6, 6",
    "40, 7, 7",
    "40, 9, 9",
    "40, 10, 10",
    "40, 11, 10",
    "40, 2147483647, 10",
    "1, 5, 1",
  })
  void thereAreAsManyRoundsAsAskedForWhereTheBlocksSuffice(int sequences, int asked, int count) {
    assertEquals(count, Rounds.perEpoch(new int[] {sequences}, BLOCK, asked).rounds());
  }
}
