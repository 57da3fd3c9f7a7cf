package org.unroll.train;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.unroll.config.Job;
import org.unroll.config.OptimizerConfig;
import org.unroll.config.TrainingConfig;
import org.unroll.metric.Metric;
import org.unroll.optim.LearningRate;
import org.unroll.optim.Update;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.UpdateKernels;
import org.unroll.train.TrainingListener.EpochReport;
import org.unroll.train.TrainingListener.RoundReport;
import org.unroll.train.TrainingListener.ValidationReport;

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
    /** Validation did not get better for {@code training.patience} times. */
    STOPPED_EARLY,
    /** Asked to stop; the state can be resumed. */
    INTERRUPTED
  }

  private final TrainingConfig config;
  private final int validateEvery;
  private final int dropAfter;
  private final String metric;
  private final UpdateKernels kernels;
  private final GradientSource source;
  private final Update update;
  private final LearningRate learningRate;
  private final List<TrainingListener> listeners;

  /** The average, once there is one. */
  private Parameters mean;

  /**
   * A trainer.
   *
   * @param kernels what the driver computes updates with
   * @param like parameters of the network, for names and shapes
   */
  public Trainer(
      Job job,
      Kernels kernels,
      GradientSource source,
      Parameters like,
      List<TrainingListener> listeners) {
    config = job.training();
    validateEvery = job.validation().everyRounds();
    metric = job.validation().metric();
    boolean plateau = config.optimizer().schedule() == OptimizerConfig.Schedule.PLATEAU;
    dropAfter = plateau ? config.optimizer().dropAfter() : 0;
    this.kernels = kernels.updates();
    this.source = source;
    this.listeners = List.copyOf(listeners);
    learningRate =
        new LearningRate(config.optimizer(), (long) config.epochs() * source.rounds().rounds());
    update = Update.of(job, this.kernels, like, source.threads() > 1);
  }

  /**
   * Trains to the end.
   *
   * @param state where to begin; modified
   * @param interrupted asked before each round and each validation
   * @throws TrainingException if the gradient is not finite, an epoch has no weight or the source
   *     fails; the state is then that of the last round committed
   */
  public Outcome run(TrainingState state, BooleanSupplier interrupted) {
    int rounds = source.rounds().rounds();
    while (state.epoch() < config.epochs()) {
      if (config.patience() > 0 && state.validationsWithoutGain() >= config.patience()) {
        return Outcome.STOPPED_EARLY;
      }
      if (interrupted.getAsBoolean()) {
        return Outcome.INTERRUPTED;
      }
      if (state.round() == rounds) {
        endEpoch(state, rounds);
      } else if (state.validationPending()) {
        validate(state, rounds);
      } else {
        round(state, rounds);
      }
    }
    return Outcome.FINISHED;
  }

  /** Number of rounds finished. */
  private static long position(TrainingState state, int rounds) {
    return (long) state.epoch() * rounds + state.round();
  }

  /** Whether to validate after so many rounds. */
  private boolean validatesAt(long position, int rounds) {
    return source.canValidate()
        && (validateEvery == 0
            ? position % rounds == 0
            : position % validateEvery == 0 || position == (long) config.epochs() * rounds);
  }

  private void round(TrainingState state, int rounds) {
    long begin = System.nanoTime();
    GradientSum sum = exactGradient(state);
    double norm = 0;
    Map<String, Double> norms = Map.of();
    double loss = sum.loss().value() / sum.weight().value();
    double rate = learningRate.at(state.optimizer().updates(), state.epoch(), state.rateDrops());
    // No weight, no step.
    if (sum.weight().value() > 0) {
      norm =
          update.apply(
              (slice, gradient) -> sum.mean(kernels, slice, gradient),
              state.parameters(),
              state.optimizer(),
              rate,
              loss);
      sum.moments().update(state.parameters(), state.optimizer().updates());
      norms = update.layerNorms();
    }
    long position = position(state, rounds) + 1;
    if (position > (long) config.epochs() * rounds - config.averageRounds()) {
      state.average(kernels);
    }
    state.finishRound(sum, state.round() + 1 < rounds && validatesAt(position, rounds));
    RoundReport report =
        new RoundReport(
            state.epoch() + 1,
            config.epochs(),
            state.round(),
            rounds,
            loss,
            norm,
            norms,
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

  /** What is validated and becomes the model: the average once there is one. */
  private Parameters model(TrainingState state) {
    if (state.average() == null) {
      return state.parameters();
    }
    if (mean == null) {
      mean = state.parameters().like();
    }
    state.average().mean(mean);
    keepMoments(state.parameters(), mean);
    return mean;
  }

  /** Running moments are means over rounds already: those of now, not an average of old ones. */
  private static void keepMoments(Parameters present, Parameters mean) {
    for (int p = 0; p < mean.count(); p++) {
      if (mean.isMoment(p)) {
        System.arraycopy(present.get(p).data, 0, mean.get(p).data, 0, mean.size(p));
      }
    }
  }

  /** What chooses the best model. */
  private Metric metric(Evaluation validation) {
    return validation.values().keySet().stream()
        .filter(each -> each.name().equals(metric))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no metric " + metric));
  }

  private void validate(TrainingState state, int rounds) {
    long begin = System.nanoTime();
    Parameters model = model(state);
    Evaluation validation = source.validate(model);
    boolean best = state.judge(metric(validation), validation.values(), model, dropAfter);
    ValidationReport report =
        new ValidationReport(
            state.epoch() + 1,
            config.epochs(),
            state.round(),
            rounds,
            validation,
            best,
            (System.nanoTime() - begin) / 1e9);
    listeners.forEach(listener -> listener.validation(report));
  }

  private void endEpoch(TrainingState state, int rounds) {
    long begin = System.nanoTime();
    double trainLoss = state.epochLoss();
    if (Double.isNaN(trainLoss)) {
      throw new TrainingException(
          "the targets of an epoch must weigh more than 0 together, got 0 in epoch "
              + (state.epoch() + 1)
              + ": nothing was learned; raise training.class-weights, or what data.weight.column"
              + " holds");
    }
    Evaluation validation = null;
    boolean best = false;
    if (validatesAt(position(state, rounds), rounds)) {
      Parameters model = model(state);
      validation = source.validate(model);
      best = state.judge(metric(validation), validation.values(), model, dropAfter);
    } else if (!source.canValidate()) {
      state.keep(Map.of(Metric.LOSS, trainLoss), model(state));
      best = true;
    }
    state.nextEpoch();
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
