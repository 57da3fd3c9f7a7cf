package org.unroll.batch;

/** A block of long sequences, some steps at a time. */
public final class Windows {
  /** Shorter windows would spend more on handing over than they save. */
  private static final int LEAST_STEPS = 64;

  private final Shard shard;
  private final ShardOrder order;
  private final int number;
  private final Block block;
  private final boolean targetPerStep;
  private final int steps;
  private final int count;

  /**
   * The windows of a block.
   *
   * @param number which block of the order
   * @param block filled anew for each window
   * @param steps steps of a window
   */
  public Windows(
      Shard shard, ShardOrder order, int number, Block block, boolean targetPerStep, int steps) {
    this.shard = shard;
    this.order = order;
    this.number = number;
    this.block = block;
    this.targetPerStep = targetPerStep;
    this.steps = steps;
    count = (order.steps(shard, number) + steps - 1) / steps;
  }

  /**
   * Steps of a window so that its values and the states between windows take the least memory
   * together: √T (Chen 2016).
   *
   * @param longest steps of the longest sequence, T
   * @param truncate where the gradient is cut, so are windows; 0 is never
   */
  public static int steps(int longest, int truncate) {
    int root = Math.max(LEAST_STEPS, (int) Math.ceil(Math.sqrt(longest)));
    return truncate == 0 ? root : (root + truncate - 1) / truncate * truncate;
  }

  /** Number of windows. */
  public int count() {
    return count;
  }

  /** Fills the block with a window, the first being 0. */
  public Block fill(int window) {
    order.fill(shard, number, block, targetPerStep, window * steps, steps);
    return block;
  }
}
