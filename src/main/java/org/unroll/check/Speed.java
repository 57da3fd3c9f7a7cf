package org.unroll.check;

import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
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
 * what they take from each other is part of it. Each block is computed several times, and the
 * fastest counts, in time of the processor: what other programs take from it is told apart, by how
 * much longer the blocks took on the clock.
 *
 * @param networkNanos loss and gradient of the blocks
 * @param executed lane-steps computed
 * @param sumNanos adding the gradients to the exact sum, which every block takes once
 * @param blocks number of blocks
 * @param elapsedNanos both, as the clock shows them, on average over the repetitions
 */
public record Speed(long networkNanos, long executed, long sumNanos, long blocks, long elapsedNanos)
    implements Serializable {
  /** Nothing measured. */
  public static final Speed NONE = new Speed(0, 0, 0, 0, 0);

  /** How long a measurement takes that can be trusted, without warming up. */
  public static final double SECONDS = 1.5;

  /** A warm-up goes on while blocks become faster. */
  private static final double FASTER = 0.9;

  /** How many times as long it may all take on the clock, where a machine is busy. */
  private static final double LONGEST = 5;

  private static final int REPETITIONS = 3;
  private static final int MOST_BLOCKS = 300;

  /** A block that would take longer is cut after some steps, whose cost is the same. */
  private static final long BLOCK_NANOS = 300_000_000L;

  private static final int FIRST_STEPS = 32;

  /** The sum of two measurements. */
  public Speed plus(Speed other) {
    return new Speed(
        networkNanos + other.networkNanos,
        executed + other.executed,
        sumNanos + other.sumNanos,
        blocks + other.blocks,
        elapsedNanos + other.elapsedNanos);
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

  /** How many times as long the blocks took as they would on a machine without other work. */
  public double slowDown() {
    return Math.max(1, (double) elapsedNanos / Math.max(1, networkNanos + sumNanos));
  }

  /**
   * Computes blocks of the first epoch, over and over if there are few; nothing is learned from
   * them.
   *
   * @param theta values of the parameters
   * @param shards where to take blocks from, at least one sequence in all
   * @param weightBound at least the weight of any block
   * @param seconds of the processor to measure for; warming up takes about two thirds of it
   */
  public static Speed measure(
      TrainingSetup setup,
      PublishedParameters theta,
      List<Shard> shards,
      double weightBound,
      double seconds) {
    Speed[] result = new Speed[1];
    ShardWorker.with(
        setup,
        worker -> {
          worker.bind(theta);
          Probe probe = new Probe(setup, worker, shards, weightBound);
          probe.warmUp(seconds * 2 / 3);
          result[0] = probe.run(seconds);
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

    /** Computes until blocks become no faster. */
    void warmUp(double seconds) {
      long begin = System.nanoTime();
      double best = Double.POSITIVE_INFINITY;
      double improved = 0;
      double computed = 0;
      while (computed < seconds || computed - improved < seconds / 2) {
        Speed one = block(1);
        computed += (one.networkNanos + one.sumNanos) / 1e9;
        if (nanosPerStep < FASTER * best) {
          improved = computed;
        }
        best = Math.min(best, nanosPerStep);
        if (System.nanoTime() - begin > LONGEST * seconds * 1e9) {
          break;
        }
      }
      nanosPerStep = best;
    }

    /** Computes for so many seconds of the processor, or some more of the clock. */
    Speed run(double seconds) {
      long begin = System.nanoTime();
      Speed speed = NONE;
      do {
        speed = speed.plus(block(REPETITIONS));
      } while (speed.blocks < MOST_BLOCKS
          && REPETITIONS * (speed.networkNanos + speed.sumNanos) < seconds * 1e9
          && System.nanoTime() - begin < LONGEST * seconds * 1e9);
      return speed;
    }

    /** Computes the next block. */
    private Speed block(int repetitions) {
      fill();
      long executed = ShardSurvey.executed(block.timeline());
      long network = Long.MAX_VALUE;
      long sums = Long.MAX_VALUE;
      long begin = System.nanoTime();
      for (int i = 0; i < repetitions; i++) {
        long first = processorNanos();
        pass.training(block, setup.truncate(), setup.seed(), 0);
        Parameters gradient = this.network.train(pass, tally);
        long second = processorNanos();
        sum.add(gradient, tally, this.network.kernels().updates(), "a block");
        network = Math.min(network, second - first);
        sums = Math.min(sums, processorNanos() - second);
      }
      long elapsed = (System.nanoTime() - begin) / repetitions;
      nanosPerStep = (double) network / executed;
      return new Speed(network, executed, sums, 1, elapsed);
    }

    /** Time that this thread had a processor; of the clock where that is not known. */
    private static long processorNanos() {
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      return threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
          ? threads.getCurrentThreadCpuTime()
          : System.nanoTime();
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
