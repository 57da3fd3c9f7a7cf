package org.unroll.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.unroll.bench.BenchRun.Round;
import org.unroll.tensor.KernelChoice;

/**
 * Tokens per second of training as a run does it: the same trainer over the same shards, blocks,
 * exact sums and updates, on threads of this process.
 */
public final class TrainingBench implements AutoCloseable {
  private static final int REPETITIONS = 5;
  private static final int LEAST_ROUNDS = 2;
  private static final int TURNS = 5;

  private final ThreadGroup group = new ThreadGroup("unroll-bench");
  private final Workload workload;
  private final KernelChoice choice;
  private final BenchRun training;
  private final ExecutedWork work;

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
    work = ExecutedWork.of(workload, workload.setup(choice.name()));
    this.workload = workload;
    this.choice = choice;
    training = new BenchRun(workload, choice, threads);
  }

  /**
   * Warms up, measures, and looks where the time goes.
   *
   * @param seconds how long to measure; a third of it each comes before and after
   */
  public Result run(double seconds) {
    await(start(seconds / 3));
    double[] repetitions = repetitions(await(start(seconds)));
    FutureTask<List<Round>> watched = start(seconds / 3);
    PhaseProfile profile = PhaseProfile.watch(group, watched);
    long tokens = await(watched).stream().mapToLong(Round::tokens).sum();
    double rate = Numbers.median(repetitions);
    return new Result(
        rate,
        repetitions,
        rate * work.flopsPerToken() * 1e-9,
        work.laneUse(),
        training.parameters(),
        profile.figures(tokens),
        profile.samples());
  }

  /**
   * How many times as fast the threads train as one does: the median of some turns. Both take turns
   * in one process: on a machine that is shared with others, figures of two launches differ by more
   * than what is asked.
   *
   * @param seconds how long to measure; a turn is a round at least
   */
  public double ratioToOneThread(double seconds) {
    double turn = seconds / (2 * TURNS + 1);
    try (BenchRun one = new BenchRun(workload, choice, 1)) {
      one.train(0, 1);
      double[] ratios = new double[TURNS];
      double before = BenchRun.rate(one.train(turn, 1));
      for (int i = 0; i < TURNS; i++) {
        double together = BenchRun.rate(training.train(turn, 1));
        double after = BenchRun.rate(one.train(turn, 1));
        ratios[i] = together / ((before + after) / 2);
        before = after;
      }
      return Numbers.median(ratios);
    }
  }

  /** Trains for so long in a thread of the group. */
  private FutureTask<List<Round>> start(double seconds) {
    FutureTask<List<Round>> task = new FutureTask<>(() -> training.train(seconds, LEAST_ROUNDS));
    Thread thread = new Thread(group, task, "unroll-bench");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private static List<Round> await(FutureTask<List<Round>> task) {
    try {
      return task.get();
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
  private static double[] repetitions(List<Round> rounds) {
    int count = Math.min(REPETITIONS, rounds.size());
    double[] rates = new double[count];
    for (int i = 0; i < count; i++) {
      rates[i] =
          BenchRun.rate(rounds.subList(i * rounds.size() / count, (i + 1) * rounds.size() / count));
    }
    return rates;
  }

  @Override
  public void close() {
    training.close();
  }
}
