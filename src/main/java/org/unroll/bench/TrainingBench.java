package org.unroll.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.unroll.nn.Network;
import org.unroll.optim.Optimizer;
import org.unroll.optim.OptimizerState;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.train.LocalGradientSource;
import org.unroll.train.Trainer;
import org.unroll.train.TrainingListener;
import org.unroll.train.TrainingSetup;
import org.unroll.train.TrainingState;

/**
 * Tokens per second of training as a run does it: the same trainer over the same shards, blocks,
 * exact sums and updates, on threads of this process.
 */
public final class TrainingBench implements AutoCloseable {
  private static final int REPETITIONS = 5;
  private static final int LEAST_ROUNDS = 2;

  private final ThreadGroup group = new ThreadGroup("unroll-bench");
  private final TrainingSetup setup;
  private final LocalGradientSource source;
  private final Trainer trainer;
  private final TrainingState state;
  private final ExecutedWork work;
  private final List<Round> rounds = new ArrayList<>();
  private long begin;

  private record Round(long tokens, double seconds) {}

  /**
   * What was measured.
   *
   * @param tokensPerSecond real, unpadded tokens: median of the repetitions
   * @param repetitions tokens per second of each
   * @param gigaflops executed in products per second
   * @param laneUse share of the lanes computed that hold a token
   * @param parameters number of parameters
   * @param phases where the time went, see {@link Phase}
   * @param phaseSamples number of observations behind {@code phases}
   */
  public record Result(
      double tokensPerSecond,
      double[] repetitions,
      double gigaflops,
      double laneUse,
      long parameters,
      Map<String, Object> phases,
      long phaseSamples) {

    /** For JSON. */
    public Map<String, Object> figures() {
      List<Object> each = new ArrayList<>();
      for (double rate : repetitions) {
        each.add(Math.round(rate));
      }
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("tokens-per-second", Math.round(tokensPerSecond));
      figures.put("repetitions", each);
      figures.put("gflops", Numbers.round(gigaflops, 1));
      figures.put("lane-use", Numbers.round(laneUse, 4));
      figures.put("parameters", parameters);
      figures.put("phases", phases);
      figures.put("phase-samples", phaseSamples);
      return figures;
    }
  }

  /**
   * A benchmark.
   *
   * @param choice kernels to compute with
   * @param threads threads that share the blocks of a round
   */
  public TrainingBench(Workload workload, KernelChoice choice, int threads) {
    setup = workload.setup(choice.name());
    work = ExecutedWork.of(workload, setup);
    source =
        new LocalGradientSource(
            setup,
            workload.shards(),
            List.of(),
            workload.rounds(),
            workload.weightBound(),
            threads);
    Kernels kernels = choice.create();
    kernels.warmUp();
    Network network = new Network(setup.model(), setup.input(), setup.classes(), kernels);
    Parameters parameters = Parameters.initial(network.parameters(), setup.seed());
    Optimizer optimizer = Optimizer.of(workload.job().training().optimizer());
    state = new TrainingState(parameters, OptimizerState.initial(optimizer, parameters));
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void round(RoundReport report) {
            rounds.add(new Round(report.tokens(), report.seconds()));
          }
        };
    trainer = new Trainer(workload.job(), kernels, source, parameters, List.of(listener));
  }

  /**
   * Warms up, measures, and looks where the time goes.
   *
   * @param seconds how long to measure; a third of it each comes before and after
   */
  public Result run(double seconds) {
    await(start(seconds / 3));
    rounds.clear();
    await(start(seconds));
    double[] repetitions = repetitions();
    rounds.clear();
    FutureTask<Void> watched = start(seconds / 3);
    PhaseProfile profile = PhaseProfile.watch(group, watched);
    await(watched);
    long tokens = rounds.stream().mapToLong(Round::tokens).sum();
    double rate = Numbers.median(repetitions);
    return new Result(
        rate,
        repetitions,
        rate * work.flopsPerToken() * 1e-9,
        work.laneUse(),
        state.parameters().size(),
        profile.figures(tokens),
        profile.samples());
  }

  /** Trains for so long, and {@link #LEAST_ROUNDS} rounds at least, in a thread of the group. */
  private FutureTask<Void> start(double seconds) {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              begin = System.nanoTime();
              trainer.run(
                  state,
                  () ->
                      rounds.size() >= LEAST_ROUNDS && System.nanoTime() - begin >= seconds * 1e9);
              return null;
            });
    Thread thread = new Thread(group, task, "unroll-bench");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private static void await(FutureTask<Void> task) {
    try {
      task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the benchmark was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("the benchmark failed: " + e.getCause(), e.getCause());
    }
  }

  /** Tokens per second of a few groups of neighbouring rounds. */
  private double[] repetitions() {
    int count = Math.min(REPETITIONS, rounds.size());
    double[] rates = new double[count];
    for (int i = 0; i < count; i++) {
      List<Round> part = rounds.subList(i * rounds.size() / count, (i + 1) * rounds.size() / count);
      rates[i] =
          part.stream().mapToLong(Round::tokens).sum()
              / part.stream().mapToDouble(Round::seconds).sum();
    }
    return rates;
  }

  @Override
  public void close() {
    source.close();
  }
}
