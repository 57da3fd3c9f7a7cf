package org.unroll.bench;

import java.util.ArrayList;
import java.util.List;
import org.unroll.batch.Rounds;
import org.unroll.batch.Shard;
import org.unroll.config.TrainingConfig;
import org.unroll.nn.Network;
import org.unroll.optim.Optimizer;
import org.unroll.optim.OptimizerState;
import org.unroll.optim.Update;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.train.GradientSource;
import org.unroll.train.GradientSum;
import org.unroll.train.LocalGradientSource;
import org.unroll.train.RoundRequest;
import org.unroll.train.TrainingSetup;

/**
 * Cost of a round in which hardly anything is computed: one sequence of two steps in each shard, so
 * that what travels are real gradients, not zeros that compress to nothing.
 */
public final class RoundBench {
  /** Much of the way through Spark is compiled only after some hundred rounds. */
  private static final double WARM_UP_SHARE = 0.5;

  private static final int LEAST_ROUNDS = 3;
  private static final int STEPS = 2;

  private final Workload workload;
  private final TrainingSetup setup;
  private final KernelChoice choice;
  private final long parameters;

  /**
   * Medians over rounds, in milliseconds.
   *
   * @param round the whole of it
   * @param gradient until the sum of all gradients is there
   * @param compute time of one worker on its blocks, packing of weights included, part of {@code
   *     gradient}
   * @param update division, clipping, optimiser
   * @param rounds number of rounds measured
   */
  public record Timing(double round, double gradient, double compute, double update, int rounds) {}

  /** Told when the gradient of a round is asked for and when it is there; between measurements. */
  public interface Observer {
    /** The gradient of a measured round took from {@code begin} to {@code end}, in epoch millis. */
    void round(long begin, long end);
  }

  /**
   * Rounds of about so many parameters.
   *
   * @param parameters number of parameters wanted; 0 for as few as can be
   * @param shards number of shards: one per worker
   */
  public RoundBench(long parameters, int shards, KernelChoice choice) {
    this.choice = choice;
    NetworkFlags flags = NetworkFlags.ofParameters(parameters);
    List<Shard> data = new ArrayList<>();
    for (int s = 0; s < shards; s++) {
      data.add(
          Workload.shard(s, 1, flags.input(), 0, flags.vocabulary(), new Lengths.Fixed(STEPS)));
    }
    workload = new Workload(flags.job(), flags.input(), flags.vocabulary(), data);
    setup = workload.setup(choice.name());
    this.parameters = Parameters.zeros(network(choice.create()).parameters()).size();
  }

  private Network network(Kernels kernels) {
    return new Network(setup.model(), setup.input(), setup.output(), kernels);
  }

  /** Number of parameters there are. */
  public long parameters() {
    return parameters;
  }

  /** What a source must know of workers. */
  public TrainingSetup setup() {
    return setup;
  }

  /** The data. */
  public List<Shard> shards() {
    return workload.shards();
  }

  /** All shards in one round. */
  public Rounds rounds() {
    return workload.rounds();
  }

  /** At least the weight of a round. */
  public double weightBound() {
    return workload.weightBound();
  }

  /** Rounds on threads of this process, one per shard. */
  public Timing onThreads(double seconds) {
    try (LocalGradientSource source =
        new LocalGradientSource(
            setup, shards(), List.of(), rounds(), weightBound(), shards().size())) {
      return run(source, seconds, (begin, end) -> {});
    }
  }

  /**
   * Measures rounds of a source over {@link #shards}.
   *
   * @param seconds how long, half of it to warm up
   */
  public Timing run(GradientSource source, double seconds, Observer observer) {
    Kernels kernels = choice.create();
    kernels.warmUp();
    Parameters theta = Parameters.initial(network(kernels).parameters(), setup.seed());
    TrainingConfig training = workload.job().training();
    Optimizer optimizer = Optimizer.of(training.optimizer());
    Update update = Update.of(workload.job(), kernels.updates(), theta, shards().size() > 1);
    OptimizerState state = OptimizerState.initial(optimizer, theta);
    double rate = training.optimizer().learningRate();
    List<double[]> times = new ArrayList<>();
    long start = System.nanoTime();
    for (int r = 0; times.size() < LEAST_ROUNDS || elapsed(start) < seconds; r++) {
      boolean measured = r > 0 && elapsed(start) > WARM_UP_SHARE * seconds;
      long millis = System.currentTimeMillis();
      long begin = System.nanoTime();
      GradientSum sum = source.gradient(theta, new RoundRequest(r, 0, 0));
      long summed = System.nanoTime();
      long millisSummed = System.currentTimeMillis();
      update.apply(
          (slice, gradient) -> sum.mean(kernels.updates(), slice, gradient), theta, state, rate, 0);
      long end = System.nanoTime();
      if (measured) {
        double compute = (double) sum.nanos() / shards().size();
        times.add(new double[] {end - begin, summed - begin, compute, end - summed});
        observer.round(millis, millisSummed);
      }
    }
    return new Timing(
        millis(times, 0), millis(times, 1), millis(times, 2), millis(times, 3), times.size());
  }

  private static double elapsed(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static double millis(List<double[]> nanos, int column) {
    double[] values = nanos.stream().mapToDouble(row -> row[column]).toArray();
    return Numbers.round(Numbers.median(values) * 1e-6, 3);
  }
}
