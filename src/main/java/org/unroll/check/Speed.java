package org.unroll.check;

import java.io.Serializable;
import java.util.List;
import org.unroll.batch.Block;
import org.unroll.batch.Shard;
import org.unroll.batch.ShardOrder;
import org.unroll.nn.Network;
import org.unroll.nn.Pass;
import org.unroll.nn.head.Tally;
import org.unroll.tensor.Parameters;
import org.unroll.train.GradientSum;
import org.unroll.train.PublishedParameters;
import org.unroll.train.RoundRequest;
import org.unroll.train.ShardWorker;
import org.unroll.train.TrainingSetup;

/**
 * Time that real blocks took, on one thread or added up over several that ran side by side, so that
 * what they take from each other is part of it.
 *
 * @param networkNanos loss and gradient of the blocks
 * @param executed lane-steps computed
 * @param sumNanos adding the gradients to the exact sum, which every block takes once
 * @param blocks number of blocks
 */
public record Speed(long networkNanos, long executed, long sumNanos, long blocks)
    implements Serializable {
  /** Nothing measured. */
  public static final Speed NONE = new Speed(0, 0, 0, 0);

  private static final long WARM_UP_NANOS = 1_000_000_000L;
  private static final long MEASURE_NANOS = 1_500_000_000L;
  private static final int MOST_BLOCKS = 300;

  /** A block that would take longer is cut after some steps, whose cost is the same. */
  private static final long BLOCK_NANOS = 400_000_000L;

  private static final int FIRST_STEPS = 32;

  /** The sum of two measurements. */
  public Speed plus(Speed other) {
    return new Speed(
        networkNanos + other.networkNanos,
        executed + other.executed,
        sumNanos + other.sumNanos,
        blocks + other.blocks);
  }

  /** Whether anything was measured. */
  public boolean isKnown() {
    return blocks > 0;
  }

  /** Seconds of one thread for a lane-step. */
  public double perStep() {
    return networkNanos / 1e9 / executed;
  }

  /** Seconds of one thread for a block, beside its steps. */
  public double perBlock() {
    return sumNanos / 1e9 / blocks;
  }

  /**
   * Computes blocks of the first epoch for about 2.5 seconds at most, over and over if there are
   * few; nothing is learned from them.
   *
   * @param theta values of the parameters
   * @param shards where to take blocks from, at least one sequence in all
   * @param weightBound at least the weight of any block
   */
  public static Speed measure(
      TrainingSetup setup, PublishedParameters theta, List<Shard> shards, double weightBound) {
    Speed[] result = new Speed[1];
    ShardWorker.with(
        setup,
        worker -> {
          worker.bind(theta);
          Probe probe = new Probe(setup, worker, shards, weightBound);
          probe.run(WARM_UP_NANOS);
          result[0] = probe.run(MEASURE_NANOS);
        });
    return result[0];
  }

  /** Blocks of some shards, one after the other and again from the first. */
  private static final class Probe {
    private final TrainingSetup setup;
    private final Network network;
    private final List<Shard> shards;
    private final GradientSum sum;
    private final Block block = new Block();
    private final Pass pass = new Pass();
    private final Tally tally = new Tally();
    private int shard;
    private int next;
    private double nanosPerStep;

    Probe(TrainingSetup setup, ShardWorker worker, List<Shard> shards, double weightBound) {
      this.setup = setup;
      this.shards = shards;
      network = worker.network();
      sum = worker.emptySum(weightBound, new RoundRequest(0, 0, 0));
    }

    Speed run(long nanos) {
      long begin = System.nanoTime();
      Speed speed = NONE;
      while (speed.blocks < MOST_BLOCKS && System.nanoTime() - begin < nanos) {
        Speed one = block();
        nanosPerStep = (double) one.networkNanos / one.executed;
        speed = speed.plus(one);
      }
      return speed;
    }

    private Speed block() {
      fill();
      long begin = System.nanoTime();
      pass.training(block, setup.truncate(), setup.seed(), 0);
      Parameters gradient = network.train(pass, tally);
      long middle = System.nanoTime();
      sum.add(gradient, tally, network.kernels().updates(), "a block");
      long end = System.nanoTime();
      return new Speed(middle - begin, ShardSurvey.executed(block.timeline()), end - middle, 1);
    }

    private void fill() {
      ShardOrder order = order();
      while (next >= order.blocks()) {
        shard = (shard + 1) % shards.size();
        next = 0;
        order = order();
      }
      order.fill(shards.get(shard), next++, block, setup.targetPerStep(), 0, mostSteps());
    }

    private ShardOrder order() {
      return ShardOrder.training(shards.get(shard), setup.blockSize(), setup.seed(), 0);
    }

    private int mostSteps() {
      if (nanosPerStep == 0) {
        return FIRST_STEPS;
      }
      return (int) Math.max(1, Math.min(1 << 30, BLOCK_NANOS / (nanosPerStep * setup.blockSize())));
    }
  }
}
