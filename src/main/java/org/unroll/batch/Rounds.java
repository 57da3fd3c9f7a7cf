package org.unroll.batch;

import java.io.Serializable;

/**
 * Which blocks belong to which round. All blocks of an epoch stand in one line, shard after shard;
 * K blocks make a round, so the line has R = ⌈N / K⌉ rounds and is cut into K runs of R blocks.
 * Round r takes the r-th block of each run: the k-th of its K blocks comes from the k-th K-th of
 * the shards, and any number of partitions, which hold neighbouring shards, gets an even share of
 * each round.
 */
public final class Rounds implements Serializable {
  private static final long serialVersionUID = 1;

  private final int[] starts;
  private final int perRound;
  private final int rounds;

  private Rounds(int[] starts, int rounds) {
    this.starts = starts;
    int blocks = starts[starts.length - 1];
    this.rounds = Math.max(1, Math.min(rounds, blocks));
    // Not the K asked for: 5 blocks in rounds of 4 at most are rounds of 3 and 2.
    perRound = Math.max(1, ShardOrder.blocks(blocks, this.rounds));
  }

  /**
   * Rounds of so many sequences.
   *
   * @param shardSizes sequences of each shard
   * @param blockSize sequences in a block
   * @param batchSize sequences in a round, rounded up to whole blocks
   */
  public static Rounds ofBatches(int[] shardSizes, int blockSize, int batchSize) {
    int[] starts = starts(shardSizes, blockSize);
    int blocks = starts[shardSizes.length];
    return new Rounds(starts, ShardOrder.blocks(blocks, ShardOrder.blocks(batchSize, blockSize)));
  }

  /**
   * So many rounds in an epoch, or fewer where the blocks do not suffice.
   *
   * @param shardSizes sequences of each shard
   * @param blockSize sequences in a block
   * @param roundsPerEpoch number of rounds, at least 1
   */
  public static Rounds perEpoch(int[] shardSizes, int blockSize, int roundsPerEpoch) {
    return new Rounds(starts(shardSizes, blockSize), roundsPerEpoch);
  }

  private static int[] starts(int[] shardSizes, int blockSize) {
    int[] starts = new int[shardSizes.length + 1];
    for (int s = 0; s < shardSizes.length; s++) {
      starts[s + 1] = Math.addExact(starts[s], ShardOrder.blocks(shardSizes[s], blockSize));
    }
    return starts;
  }

  /** Number of rounds in an epoch. */
  public int rounds() {
    return rounds;
  }

  /** Number of blocks in an epoch. */
  public int blocks() {
    return starts[starts.length - 1];
  }

  /** Number of blocks in the largest rounds, the first ones; the others have one fewer. */
  public int blocksPerRound() {
    return perRound;
  }

  /** Number of shards. */
  public int shards() {
    return starts.length - 1;
  }

  /** The block of {@code shard} after block {@code after} (−1 to begin) in a round; −1 if none. */
  public int next(int shard, int round, int after) {
    // Positions of round r in the line are k·R + r.
    int from = starts[shard] + after + 1;
    int position = from + Math.floorMod(round - from, rounds);
    return position < starts[shard + 1] ? position - starts[shard] : -1;
  }
}
