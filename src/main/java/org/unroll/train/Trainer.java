package org.unroll.train;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.unroll.config.TrainingConfig;
import org.unroll.optim.Clipping;
import org.unroll.optim.LearningRate;
import org.unroll.optim.Optimizer;
import org.unroll.optim.Update;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.UpdateKernels;
import org.unroll.train.TrainingListener.EpochReport;
import org.unroll.train.TrainingListener.RoundReport;

/**
 * The rounds of a run: publish θ, collect the exact sum of the gradients, divide once, clip, step.
 * The driver alone commits a round, after all of it has succeeded; until then the state is that of
 * the round before.
 */
public final class Trainer {
  /** How a run ended. */
  public enum Outcome {
    /** All epochs are done. */
    FINISHED,
    /** Validation did not get better for {@code training.patience} epochs. */
    STOPPED_EARLY,
    /** Asked to stop; the state can be resumed. */
    INTERRUPTED
  }

  private final TrainingConfig config;
  private final UpdateKernels kernels;
  private final GradientSource source;
  private final Update update;
  private final LearningRate learningRate;
  private final List<TrainingListener> listeners;

  /**
   * A trainer.
   *
   * @param kernels what the driver computes updates with
   * @param like parameters of the network, for names and shapes
   */
  public Trainer(
      TrainingConfig config,
      Kernels kernels,
      GradientSource source,
      Parameters like,
      List<TrainingListener> listeners) {
    this.config = config;
    this.kernels = kernels.updates();
    this.source = source;
    this.listeners = List.copyOf(listeners);
    learningRate =
        new LearningRate(config.optimizer(), (long) config.epochs() * source.rounds().rounds());
    Clipping clipping = new Clipping(config.clipValue(), config.clipNorm());
    update = new Update(this.kernels, clipping, Optimizer.of(config.optimizer()), like);
  }

  /**
   * Trains to the end.
   *
   * @param state where to begin; modified
   * @param interrupted asked before each round and each validation
   * @throws TrainingException if the gradient is not finite or the source fails; the state is then
   *     that of the last round committed
   */
  public Outcome run(TrainingState state, BooleanSupplier interrupted) {
    int rounds = source.rounds().rounds();
    while (state.epoch() < config.epochs()) {
      if (config.patience() > 0 && state.epochsWithoutGain() >= config.patience()) {
        return Outcome.STOPPED_EARLY;
      }
      while (state.round() < rounds) {
        if (interrupted.getAsBoolean()) {
          return Outcome.INTERRUPTED;
        }
        round(state, rounds);
      }
      if (interrupted.getAsBoolean()) {
        return Outcome.INTERRUPTED;
      }
      endEpoch(state, rounds);
    }
    return Outcome.FINISHED;
  }

  private void round(TrainingState state, int rounds) {
    long begin = System.nanoTime();
    GradientSum sum = exactGradient(state);
    double norm = 0;
    double rate = learningRate.at(state.optimizer().updates());
    // No weight, no step.
    if (sum.weight().value() > 0) {
      norm =
          update.apply(
              (slice, gradient) -> sum.mean(kernels, slice, gradient),
              state.parameters(),
              state.optimizer(),
              rate);
    }
    state.finishRound(sum);
    RoundReport report =
        new RoundReport(
            state.epoch() + 1,
            config.epochs(),
            state.round(),
            rounds,
            sum.loss().value() / sum.weight().value(),
            norm,
            rate,
            sum.tokens(),
            (System.nanoTime() - begin) / 1e9,
            sum.nanos() / 1e9);
    listeners.forEach(listener -> listener.round(report));
  }

  /** The round's gradient, repeated on a coarser grid as long as a value passes the bound. */
  private GradientSum exactGradient(TrainingState state) {
    for (int level = 0; level <= GradientSum.COARSEST; level++) {
      GradientSum sum =
          source.gradient(
              state.parameters(), new RoundRequest(state.epoch(), state.round(), level));
      if (sum.notFinite() != null) {
        throw new TrainingException(
            sum.notFinite()
                + ": training has diverged; use a smaller training.optimizer.learning-rate, or set"
                + " training.clip-norm");
      }
      if (!sum.overflown()) {
        return sum;
      }
    }
    throw new TrainingException(
        "the gradient exceeds the range of single precision in epoch "
            + (state.epoch() + 1)
            + ", round "
            + (state.round() + 1)
            + "; use a smaller training.optimizer.learning-rate, or set training.clip-norm");
  }

  private void endEpoch(TrainingState state, int rounds) {
    long begin = System.nanoTime();
    double trainLoss = state.epochLoss();
    Evaluation validation = source.canValidate() ? source.validate(state.parameters()) : null;
    boolean best =
        validation == null
            ? state.finishEpoch(trainLoss, Double.NaN)
            : state.finishEpoch(validation.loss(), validation.accuracy());
    EpochReport report =
        new EpochReport(
            state.epoch(),
            config.epochs(),
            rounds,
            trainLoss,
            validation,
            best,
            (System.nanoTime() - begin) / 1e9);
    listeners.forEach(listener -> listener.epoch(report));
  }
}
