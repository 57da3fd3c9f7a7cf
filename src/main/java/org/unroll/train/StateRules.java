package org.unroll.train;

import org.ejml.data.FMatrixRMaj;
import org.unroll.metric.Metric;
import org.unroll.optim.Optimizer;
import org.unroll.tensor.Parameters;

/**
 * What holds of every state that training can save: a saved one that breaks a rule is damaged, was
 * changed, or belongs to another run, however well its checksums fit.
 */
public final class StateRules {
  /** What the names of running variances end with, as PyTorch has them. */
  private static final String VARIANCE = ".running_var";

  private final Optimizer optimizer;
  private final int epochs;
  private final int rounds;

  /**
   * Rules of a job.
   *
   * @param optimizer whose slots the states have
   * @param epochs of training
   * @param rounds of an epoch
   */
  public StateRules(Optimizer optimizer, int epochs, int rounds) {
    this.optimizer = optimizer;
    this.epochs = epochs;
    this.rounds = rounds;
  }

  /**
   * Checks a state.
   *
   * @throws IllegalArgumentException with the rule that does not hold, and the value
   */
  public void check(TrainingState state) {
    require("epoch", state.epoch(), 0, epochs);
    require("round", state.round(), 0, state.epoch() == epochs ? 0 : rounds);
    long position = (long) state.epoch() * rounds + state.round();
    require("updates", state.optimizer().updates(), 0, position);
    require("best-epoch", state.bestEpoch(), 0, Math.min(epochs, state.epoch() + 1L));
    require("best-updates", state.bestUpdates(), 0, position);
    require("validations-without-gain", state.validationsWithoutGain(), 0, position);
    require("rate-drops", state.rateDrops(), 0, position);
    require("averaged-rounds", state.average() == null ? 0 : state.average().count(), 0, position);
    if (state.bestEpoch() > 0 && !Double.isFinite(state.bestLoss())) {
      throw broken("best-loss must be finite", state.bestLoss());
    }
    if (Double.isInfinite(state.optimizer().loss())) {
      throw broken("last-loss must be finite", state.optimizer().loss());
    }
    if (state.epochWeight() < 0) {
      throw broken("epoch-weight must be at least 0", state.epochWeight());
    }
    double accuracy = state.bestValues().getOrDefault(Metric.ACCURACY.name(), Double.NaN);
    if (accuracy < 0 || accuracy > 1) {
      throw broken("best-accuracy must be from 0 to 1", accuracy);
    }
    checkParameters("", state.parameters());
    checkParameters("best ", state.best());
    if (state.average() != null) {
      checkParameters("average of ", state.average().sum());
      checkFinite("rest of the average of ", state.average().rest());
    }
    state.optimizer().slots().forEach(this::checkSlot);
  }

  private static void require(String figure, long value, long least, long most) {
    if (value < least || value > most) {
      throw broken(figure + " must be from " + least + " to " + most, value);
    }
  }

  private static IllegalArgumentException broken(String rule, Object value) {
    return new IllegalArgumentException(rule + ", got " + value);
  }

  private static void checkParameters(String what, Parameters parameters) {
    checkFinite(what, parameters);
    for (int p = 0; p < parameters.count(); p++) {
      String name = parameters.names().get(p);
      FMatrixRMaj values = parameters.get(p);
      boolean variance = parameters.isMoment(p) && name.endsWith(VARIANCE);
      for (int i = 0; variance && i < values.getNumElements(); i++) {
        if (values.data[i] < 0) {
          throw broken(what + name + " must not be negative", values.data[i]);
        }
      }
    }
  }

  private static void checkFinite(String what, Parameters parameters) {
    for (int p = 0; p < parameters.count(); p++) {
      FMatrixRMaj values = parameters.get(p);
      for (int i = 0; i < values.getNumElements(); i++) {
        if (!Float.isFinite(values.data[i])) {
          throw broken(what + parameters.names().get(p) + " must be finite", values.data[i]);
        }
      }
    }
  }

  private void checkSlot(String slot, Parameters values) {
    checkFinite(slot + " of ", values);
    for (int p = 0; p < values.count(); p++) {
      FMatrixRMaj matrix = values.get(p);
      for (int i = 0; i < matrix.getNumElements(); i++) {
        if (!optimizer.canHold(slot, matrix.data[i])) {
          throw new IllegalArgumentException(
              slot + " of " + values.names().get(p) + " can never be " + matrix.data[i]);
        }
      }
    }
  }
}
