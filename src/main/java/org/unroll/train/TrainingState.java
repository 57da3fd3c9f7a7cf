package org.unroll.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ejml.data.FMatrixRMaj;
import org.unroll.optim.OptimizerState;
import org.unroll.tensor.Parameters;

/**
 * Everything that a run goes on from: parameters, what the optimiser remembers, position, best
 * model so far. Randomness has no state: it is a function of seed and position. A value of named
 * matrices and a few figures, so that writing and reading it is the same for all of it.
 */
public final class TrainingState {
  private static final String MODEL = "model.";
  private static final String BEST = "best.";
  private static final String OPTIMIZER = "optimizer.";

  private final Parameters parameters;
  private final OptimizerState optimizer;
  private int epoch;
  private int round;
  private ExactSum epochLoss = new ExactSum();
  private ExactSum epochWeight = new ExactSum();
  private Parameters best;
  private double bestLoss = Double.POSITIVE_INFINITY;
  private double bestAccuracy = Double.NaN;
  private int bestEpoch;
  private int epochsWithoutGain;

  /** The state before the first round. */
  public TrainingState(Parameters parameters, OptimizerState optimizer) {
    this.parameters = parameters;
    this.optimizer = optimizer;
  }

  /** θ; shared. */
  public Parameters parameters() {
    return parameters;
  }

  /** What the optimiser remembers; shared. */
  public OptimizerState optimizer() {
    return optimizer;
  }

  /** Epoch of the next round, from 0. */
  public int epoch() {
    return epoch;
  }

  /** Next round in the epoch, from 0; the number of rounds if only validation is left. */
  public int round() {
    return round;
  }

  /** Takes note of a finished round. */
  void finishRound(GradientSum sum) {
    round++;
    epochLoss.add(sum.loss());
    epochWeight.add(sum.weight());
  }

  /** Training loss of the epoch so far: Σ loss / Σ weight over its rounds. */
  public double epochLoss() {
    return epochLoss.value() / epochWeight.value();
  }

  /**
   * Ends an epoch.
   *
   * @param loss what decides which model is best; NaN is never best
   * @param accuracy of the same data, or NaN
   * @return whether this is the best epoch so far; its parameters are kept
   */
  boolean finishEpoch(double loss, double accuracy) {
    epoch++;
    round = 0;
    epochLoss = new ExactSum();
    epochWeight = new ExactSum();
    if (!(loss < bestLoss)) {
      epochsWithoutGain++;
      return false;
    }
    bestLoss = loss;
    bestAccuracy = accuracy;
    bestEpoch = epoch;
    epochsWithoutGain = 0;
    if (best == null) {
      best = parameters.like();
    }
    best.set(parameters);
    return true;
  }

  /** Parameters of the best epoch; the present ones while there is none. Shared. */
  public Parameters best() {
    return best == null ? parameters : best;
  }

  /** Loss of the best epoch; infinite while there is none. */
  public double bestLoss() {
    return bestLoss;
  }

  /** Accuracy of the best epoch; NaN if not measured. */
  public double bestAccuracy() {
    return bestAccuracy;
  }

  /** Best epoch, from 1; 0 while there is none. */
  public int bestEpoch() {
    return bestEpoch;
  }

  /** Epochs since the best one. */
  public int epochsWithoutGain() {
    return epochsWithoutGain;
  }

  /** All matrices by name; shared. */
  public Map<String, FMatrixRMaj> tensors() {
    Map<String, FMatrixRMaj> tensors = new LinkedHashMap<>();
    put(tensors, MODEL, parameters);
    optimizer.slots().forEach((slot, p) -> put(tensors, OPTIMIZER + slot + ".", p));
    if (best != null) {
      put(tensors, BEST, best);
    }
    return tensors;
  }

  private static void put(Map<String, FMatrixRMaj> tensors, String prefix, Parameters p) {
    for (int i = 0; i < p.count(); i++) {
      tensors.put(prefix + p.names().get(i), p.get(i));
    }
  }

  /**
   * All figures by name: texts and whole numbers; doubles and exact sums as text, to the last bit.
   */
  public Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("epoch", (long) epoch);
    figures.put("round", (long) round);
    figures.put("updates", optimizer.updates());
    figures.put("epoch-loss", epochLoss.toString());
    figures.put("epoch-weight", epochWeight.toString());
    figures.put("best-epoch", (long) bestEpoch);
    figures.put("best-loss", Double.toString(bestLoss));
    figures.put("best-accuracy", Double.toString(bestAccuracy));
    figures.put("epochs-without-gain", (long) epochsWithoutGain);
    return figures;
  }

  /**
   * The state of {@link #tensors} and {@link #figures}.
   *
   * @param like parameters of the network, for names and shapes
   * @param slots names of the optimiser's slots
   * @throws IllegalArgumentException if something is missing or of another shape
   */
  public static TrainingState of(
      Parameters like,
      List<String> slots,
      Map<String, FMatrixRMaj> tensors,
      Map<String, Object> figures) {
    Map<String, Parameters> optimizer = new LinkedHashMap<>();
    for (String slot : slots) {
      optimizer.put(slot, take(like, tensors, OPTIMIZER + slot + "."));
    }
    TrainingState state =
        new TrainingState(
            take(like, tensors, MODEL),
            new OptimizerState((Long) figure(figures, "updates"), optimizer));
    state.epoch = Math.toIntExact((Long) figure(figures, "epoch"));
    state.round = Math.toIntExact((Long) figure(figures, "round"));
    state.epochLoss = ExactSum.parse((String) figure(figures, "epoch-loss"));
    state.epochWeight = ExactSum.parse((String) figure(figures, "epoch-weight"));
    state.bestEpoch = Math.toIntExact((Long) figure(figures, "best-epoch"));
    state.bestLoss = Double.parseDouble((String) figure(figures, "best-loss"));
    state.bestAccuracy = Double.parseDouble((String) figure(figures, "best-accuracy"));
    state.epochsWithoutGain = Math.toIntExact((Long) figure(figures, "epochs-without-gain"));
    state.best = state.bestEpoch > 0 ? take(like, tensors, BEST) : null;
    return state;
  }

  private static Object figure(Map<String, Object> figures, String name) {
    Object figure = figures.get(name);
    if (figure == null) {
      throw new IllegalArgumentException("the training state lacks " + name);
    }
    return figure;
  }

  private static Parameters take(Parameters like, Map<String, FMatrixRMaj> tensors, String prefix) {
    List<FMatrixRMaj> matrices = new ArrayList<>();
    for (int i = 0; i < like.count(); i++) {
      String name = prefix + like.names().get(i);
      FMatrixRMaj matrix = tensors.get(name);
      FMatrixRMaj shape = like.get(i);
      if (matrix == null) {
        throw new IllegalArgumentException("the training state lacks " + name);
      }
      if (matrix.numRows != shape.numRows || matrix.numCols != shape.numCols) {
        throw new IllegalArgumentException(
            name
                + " must be "
                + shape.numRows
                + " × "
                + shape.numCols
                + " for this job, got "
                + matrix.numRows
                + " × "
                + matrix.numCols);
      }
      matrices.add(matrix);
    }
    return new Parameters(like.names(), matrices);
  }
}
