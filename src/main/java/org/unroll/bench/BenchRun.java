package org.unroll.bench;

import java.util.ArrayList;
import java.util.List;
import org.unroll.nn.Network;
import org.unroll.optim.Optimizer;
import org.unroll.optim.OptimizerState;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.train.LocalGradientSource;
import org.unroll.train.Trainer;
import org.unroll.train.TrainingListener;
import org.unroll.train.TrainingState;

/**
 * A training that goes on for as long as it is told to, as often as it is told to: the trainer of
 * any run, over shards in memory, on threads of this process.
 */
final class BenchRun implements AutoCloseable {
  private final LocalGradientSource source;
  private final Trainer trainer;
  private final TrainingState state;
  private final List<Round> rounds = new ArrayList<>();

  /** A round that was trained: its real tokens and how long it took. */
  record Round(long tokens, double seconds) {}

  /**
   * A training.
   *
   * @param threads threads that share the blocks of a round
   */
  BenchRun(Workload workload, KernelChoice choice, int threads) {
    var setup = workload.setup(choice.name());
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
    Network network = new Network(setup.model(), setup.input(), setup.output(), kernels);
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

  /** Trains for so long, and so many rounds at least; returns the rounds. */
  List<Round> train(double seconds, int least) {
    rounds.clear();
    long begin = System.nanoTime();
    trainer.run(state, () -> rounds.size() >= least && System.nanoTime() - begin >= seconds * 1e9);
    return List.copyOf(rounds);
  }

  /** Tokens per second of rounds. */
  static double rate(List<Round> rounds) {
    return rounds.stream().mapToLong(Round::tokens).sum()
        / rounds.stream().mapToDouble(Round::seconds).sum();
  }

  /** Number of parameters. */
  long parameters() {
    return state.parameters().size();
  }

  @Override
  public void close() {
    source.close();
  }
}
