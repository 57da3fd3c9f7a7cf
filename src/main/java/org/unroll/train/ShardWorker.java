package org.unroll.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.ejml.data.FMatrixRMaj;
import org.unroll.batch.Block;
import org.unroll.batch.Shard;
import org.unroll.batch.ShardOrder;
import org.unroll.batch.Windows;
import org.unroll.nn.Network;
import org.unroll.nn.Pass;
import org.unroll.nn.head.Tally;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;

/**
 * Computes blocks of shards on one thread, with working space that is kept from call to call. The
 * same worker serves Spark tasks and the driver's threads.
 */
public final class ShardWorker {
  /** Idle workers of this process: a cache only, whatever is missing is made anew. */
  private static final ConcurrentHashMap<TrainingSetup, Queue<ShardWorker>> IDLE =
      new ConcurrentHashMap<>();

  /** Steps evaluated at a time, the state carried on: a whole file may be one sequence. */
  private static final int EVALUATION_STEPS = 256;

  private final TrainingSetup setup;
  private final Network network;
  private final Block block = new Block();
  private final Block evaluated = Block.forEvaluation();
  private final Pass pass = new Pass();
  private final Tally tally = new Tally();
  private GradientSum sum;
  private long bindNanos;

  /** A worker of the caller's own. */
  ShardWorker(TrainingSetup setup) {
    this.setup = setup;
    Kernels kernels = Kernels.named(setup.kernels()).create();
    kernels.warmUp();
    network = new Network(setup.model(), setup.input(), setup.output(), kernels, setup.table());
  }

  /** Runs {@code work} with a worker of this setup; no other thread has it meanwhile. */
  public static void with(TrainingSetup setup, Consumer<ShardWorker> work) {
    Queue<ShardWorker> idle = IDLE.computeIfAbsent(setup, s -> new ConcurrentLinkedQueue<>());
    ShardWorker worker = idle.poll();
    if (worker == null) {
      worker = new ShardWorker(setup);
    }
    work.accept(worker);
    // Not in a finally block: after a failure its working space may be in any state.
    idle.add(worker);
  }

  /** Lets go of the working space of a run that has ended. */
  public static void release(TrainingSetup setup) {
    IDLE.remove(setup);
  }

  /** The network; bound by the methods below. */
  public Network network() {
    return network;
  }

  /** Takes the parameters for the shards that follow. */
  public void bind(Parameters parameters) {
    long begin = System.nanoTime();
    network.bind(parameters);
    bindNanos = System.nanoTime() - begin;
  }

  /** Takes parameters that have travelled. */
  public void bind(PublishedParameters theta) {
    List<ParameterSpec> specs = network.parameters();
    List<FMatrixRMaj> matrices = new ArrayList<>(specs.size());
    for (int p = 0; p < specs.size(); p++) {
      ParameterSpec spec = specs.get(p);
      matrices.add(FMatrixRMaj.wrap(spec.rows(), spec.columns(), theta.values()[p]));
    }
    bind(new Parameters(specs, matrices));
  }

  /**
   * The worker's sum, empty, for a round; the same object each time. What binding the parameters
   * took counts as time spent on the round's blocks: weights are packed for their sake.
   */
  public GradientSum emptySum(double weightBound, RoundRequest request) {
    if (sum == null) {
      sum = new GradientSum(network.parameters(), weightBound, request.level());
    } else {
      sum.reset(weightBound, request.level());
    }
    sum.addNanos(bindNanos);
    return sum;
  }

  /** Adds the gradient of the b-th block of a shard. */
  public void train(Shard shard, int b, RoundRequest request, GradientSum sum) {
    long begin = System.nanoTime();
    ShardOrder order = ShardOrder.training(shard, setup.blockSize(), setup.seed(), request.epoch());
    pass.training(block, setup.truncate(), setup.seed(), request.epoch());
    Parameters gradient = gradient(shard, order, b);
    String name =
        "block " + b + " of shard " + shard.index() + " in epoch " + (request.epoch() + 1);
    sum.add(gradient, tally, network.kernels().updates(), name);
    sum.addMoments(network.runningMoments(), name);
    sum.addNanos(System.nanoTime() - begin);
  }

  private Parameters gradient(Shard shard, ShardOrder order, int b) {
    int steps = order.steps(shard, b);
    if (isLong(steps)) {
      int window = Windows.steps(steps, setup.truncate());
      return network.train(
          pass, new Windows(shard, order, b, block, setup.targetPerStep(), window), tally);
    }
    order.fill(shard, b, block, setup.targetPerStep());
    return network.train(pass, tally);
  }

  /** Whether a block is computed in windows: part of the job, because it changes rounding. */
  private boolean isLong(int steps) {
    return setup.recomputeAbove() > 0 && steps > setup.recomputeAbove() && network.worksInWindows();
  }

  /** Adds loss and predictions of a whole shard. */
  public void evaluate(Shard shard, Evaluation evaluation) {
    ShardOrder order = ShardOrder.evaluation(shard, setup.blockSize());
    int window = setup.carriesState() ? EVALUATION_STEPS : Integer.MAX_VALUE;
    for (int b = 0; b < order.blocks(); b++) {
      if (!setup.targetPerStep() && isLong(order.steps(shard, b))) {
        network.evaluate(
            pass.evaluation(evaluated, false),
            new Windows(shard, order, b, evaluated, false, EVALUATION_STEPS),
            tally,
            evaluation.measures());
        evaluation.add(tally);
        continue;
      }
      network.resetState();
      for (int step = 0;
          order.fill(shard, b, evaluated, setup.targetPerStep(), step, window);
          step += window) {
        network.evaluate(pass.evaluation(evaluated, true), tally, evaluation.measures());
        evaluation.add(tally);
        if (window == Integer.MAX_VALUE) {
          break;
        }
      }
    }
  }
}
