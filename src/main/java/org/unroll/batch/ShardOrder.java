package org.unroll.batch;

import org.unroll.hash.Hash;

/**
 * The order of a shard's sequences in one epoch, cut into blocks: permuted by a hash of (seed,
 * epoch, identity), sorted by length within pools of {@value #POOL} blocks, cut, the blocks
 * permuted. So batches stay random and hardly any lane is wasted. For evaluation the whole shard is
 * one pool.
 */
public final class ShardOrder {
  /** Blocks in a pool of the length sort. */
  static final int POOL = 16;

  private static final long SEQUENCES = 0x4F52444552L;
  private static final long BLOCKS = 0x424C4F434BL;

  private final int[] order;
  private final int[] starts;
  private final int blockSize;
  private final long seed;
  private final int epoch;

  private ShardOrder(int[] order, int[] starts, int blockSize, long seed, int epoch) {
    this.order = order;
    this.starts = starts;
    this.blockSize = blockSize;
    this.seed = seed;
    this.epoch = epoch;
  }

  /** Order of a training epoch. */
  public static ShardOrder training(Shard shard, int blockSize, long seed, int epoch) {
    ShardOrder kept = shard.order();
    if (kept != null && kept.blockSize == blockSize && kept.seed == seed && kept.epoch == epoch) {
      return kept;
    }
    ShardOrder order = permute(shard, blockSize, seed, epoch);
    shard.keep(order);
    return order;
  }

  private static ShardOrder permute(Shard shard, int blockSize, long seed, int epoch) {
    int n = shard.size();
    long[] keys = new long[n];
    for (int i = 0; i < n; i++) {
      keys[i] = Hash.with(Hash.of(SEQUENCES, seed, epoch), shard.id(i));
    }
    int[] order = sorted(n, keys);
    int pool = POOL * blockSize;
    for (int from = 0; from < n; from += pool) {
      sortByLength(shard, order, from, Math.min(n, from + pool));
    }
    int blocks = blocks(n, blockSize);
    long[] blockKeys = new long[blocks];
    for (int b = 0; b < blocks; b++) {
      blockKeys[b] = Hash.with(Hash.of(BLOCKS, seed, epoch, shard.index()), b);
    }
    int[] starts = sorted(blocks, blockKeys);
    for (int b = 0; b < blocks; b++) {
      starts[b] *= blockSize;
    }
    return new ShardOrder(order, starts, blockSize, seed, epoch);
  }

  /** Order of evaluation: by length. */
  public static ShardOrder evaluation(Shard shard, int blockSize) {
    int n = shard.size();
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    sortByLength(shard, order, 0, n);
    int[] starts = new int[blocks(n, blockSize)];
    for (int b = 0; b < starts.length; b++) {
      starts[b] = b * blockSize;
    }
    return new ShardOrder(order, starts, blockSize, 0, 0);
  }

  /** Number of blocks that so many sequences make. */
  public static int blocks(int sequences, int blockSize) {
    return (int) (((long) sequences + blockSize - 1) / blockSize);
  }

  /** Number of blocks. */
  public int blocks() {
    return starts.length;
  }

  /** Number of steps of the b-th block: the length of its longest sequence. */
  public int steps(Shard shard, int b) {
    return shard.length(order[starts[b]]);
  }

  /** Fills {@code block} with the b-th block of the order. */
  public void fill(Shard shard, int b, Block block, boolean targetPerStep) {
    int from = starts[b];
    block.fill(shard, order, from, Math.min(blockSize, order.length - from), targetPerStep);
  }

  /**
   * Fills {@code block} with some steps of the b-th block; see {@link Block#fill(Shard, int[], int,
   * int, boolean, int, int)}.
   */
  public boolean fill(
      Shard shard, int b, Block block, boolean targetPerStep, int firstStep, int maxSteps) {
    int from = starts[b];
    int size = Math.min(blockSize, order.length - from);
    return block.fill(shard, order, from, size, targetPerStep, firstStep, maxSteps);
  }

  /**
   * Indices 0 to n-1, sorted by key; where the upper bits of keys are equal by index, that is by
   * identity.
   *
   * @param keys n hashes; overwritten
   */
  private static int[] sorted(int n, long[] keys) {
    // The lower bits of a hash make way for the index: numbers sort ten times as fast as objects.
    long indexBits = n < 2 ? 0 : (Integer.highestOneBit(n - 1) << 1) - 1;
    for (int i = 0; i < n; i++) {
      keys[i] = keys[i] & ~indexBits | i;
    }
    java.util.Arrays.sort(keys);
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = (int) (keys[i] & indexBits);
    }
    return order;
  }

  /** Sorts a part of the order by falling length; stable. */
  private static void sortByLength(Shard shard, int[] order, int from, int to) {
    long[] keys = new long[to - from];
    for (int i = from; i < to; i++) {
      keys[i - from] = (long) (Integer.MAX_VALUE - shard.length(order[i])) << 32 | (i - from);
    }
    java.util.Arrays.sort(keys);
    int[] part = java.util.Arrays.copyOfRange(order, from, to);
    for (int i = from; i < to; i++) {
      order[i] = part[(int) keys[i - from]];
    }
  }
}
