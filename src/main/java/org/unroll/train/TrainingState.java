package org.unroll.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.ejml.data.FMatrixRMaj;
import org.unroll.metric.ExactSum;
import org.unroll.metric.Metric;
import org.unroll.optim.OptimizerState;
import org.unroll.optim.ParameterAverage;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.UpdateKernels;

/**
 * Everything that a run goes on from: parameters, their average, what the optimiser remembers,
 * position, model that is kept. Randomness has no state: it is a function of seed and position. A
 * value of named matrices and a few figures, so that writing and reading it is the same for all of
 * it.
 */
public final class TrainingState {
  private static final String MODEL = "model.";
  private static final String BEST = "best.";
  private static final String OPTIMIZER = "optimizer.";
  private static final String AVERAGE = "average.";
  private static final String BEST_VALUE = "best-";
  private static final String BEST_EPOCH = "best-epoch";
  private static final String BEST_LOSS = "best-loss";
  private static final String BEST_UPDATES = "best-updates";
  private static final String AVERAGE_REST = "average-rest.";

  private final Parameters parameters;
  private final OptimizerState optimizer;
  private int epoch;
  private int round;
  private ExactSum epochLoss = new ExactSum();
  private ExactSum epochWeight = new ExactSum();
  private Parameters best;

  /** Values of the model that is kept, by the name of the metric; empty while there is none. */
  private final Map<String, Double> bestValues = new LinkedHashMap<>();

  private int bestEpoch;
  private long bestUpdates;
  private int validationsWithoutGain;
  private int validationsOnPlateau;
  private int rateDrops;
  private boolean validationPending;
  private ParameterAverage average;

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

  /**
   * Takes note of a finished round.
   *
   * @param validate whether validation comes next, though the epoch goes on
   */
  void finishRound(GradientSum sum, boolean validate) {
    round++;
    validationPending = validate;
    epochLoss.add(sum.loss());
    epochWeight.add(sum.weight());
  }

  /** Training loss of the epoch so far: Σ loss / Σ weight over its rounds. */
  public double epochLoss() {
    return epochLoss.value() / epochWeight.value();
  }

  /** Weight of the epoch so far. */
  double epochWeight() {
    return epochWeight.value();
  }

  /** Adds the present parameters to their average, which begins with them if there is none. */
  void average(UpdateKernels kernels) {
    if (average == null) {
      average = new ParameterAverage(parameters);
    }
    average.add(kernels, parameters);
  }

  /** The average of parameters; null while there is none. Shared. */
  ParameterAverage average() {
    return average;
  }

  /**
   * Judges a model in the epoch under way. One without a finite loss is never the best.
   *
   * @param metric what decides which model is best
   * @param values of the model, by metric, the loss among them
   * @param model copied if it is the best
   * @param dropAfter judgements without a gain after which the learning rate drops; 0 is never
   * @return whether this is the best model so far
   */
  boolean judge(Metric metric, Map<Metric, Double> values, Parameters model, int dropAfter) {
    validationPending = false;
    double former = bestValues.getOrDefault(metric.name(), metric.worst());
    if (!Double.isFinite(values.get(Metric.LOSS)) || !metric.isBetter(values.get(metric), former)) {
      validationsWithoutGain++;
      validationsOnPlateau++;
      if (dropAfter > 0 && validationsOnPlateau >= dropAfter) {
        rateDrops++;
        validationsOnPlateau = 0;
      }
      return false;
    }
    validationsWithoutGain = 0;
    validationsOnPlateau = 0;
    keep(values, model);
    return true;
  }

  /**
   * Keeps a model of the epoch under way in place of the one kept before. Without validation data
   * nothing tells which epoch is the best, so the last one is kept: a training loss, measured with
   * dropout and while the parameters move, does not judge them.
   *
   * @param values by metric, of the data that judged it; the training loss where there are no
   *     others
   * @param model copied
   */
  void keep(Map<Metric, Double> values, Parameters model) {
    bestValues.clear();
    values.forEach((metric, value) -> bestValues.put(metric.name(), value));
    bestEpoch = epoch + 1;
    bestUpdates = optimizer.updates();
    if (best == null) {
      best = parameters.like();
    }
    best.set(model);
  }

  /** Ends an epoch. */
  void nextEpoch() {
    epoch++;
    round = 0;
    epochLoss = new ExactSum();
    epochWeight = new ExactSum();
  }

  /**
   * The model that is kept: of the best epoch, or of the last one where there are no validation
   * data; the present parameters while there is none. Shared.
   */
  public Parameters best() {
    return best == null ? parameters : best;
  }

  /** Loss of the epoch that is kept; infinite while there is none. */
  public double bestLoss() {
    return bestValues.getOrDefault(Metric.LOSS.name(), Double.POSITIVE_INFINITY);
  }

  /** Values of the epoch that is kept, by the name of the metric; empty while there is none. */
  public Map<String, Double> bestValues() {
    return Collections.unmodifiableMap(bestValues);
  }

  /** The epoch that is kept, from 1; 0 while there is none. */
  public int bestEpoch() {
    return bestEpoch;
  }

  /** Updates that made the model that is kept. */
  public long bestUpdates() {
    return bestUpdates;
  }

  /** Validations since the best one. */
  public int validationsWithoutGain() {
    return validationsWithoutGain;
  }

  /** How often the learning rate has dropped because validation had come to a plateau. */
  public int rateDrops() {
    return rateDrops;
  }

  /** Whether a validation in the midst of an epoch is left to do after the last round. */
  public boolean validationPending() {
    return validationPending;
  }

  /** All matrices by name; shared. */
  public Map<String, FMatrixRMaj> tensors() {
    Map<String, FMatrixRMaj> tensors = new LinkedHashMap<>();
    put(tensors, MODEL, parameters);
    optimizer.slots().forEach((slot, p) -> put(tensors, OPTIMIZER + slot + ".", p));
    if (best != null) {
      put(tensors, BEST, best);
    }
    if (average != null) {
      put(tensors, AVERAGE, average.sum());
      put(tensors, AVERAGE_REST, average.rest());
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
    figures.put("last-loss", Double.toString(optimizer.loss()));
    figures.put("epoch-loss", epochLoss.toString());
    figures.put("epoch-weight", epochWeight.toString());
    figures.put(BEST_EPOCH, (long) bestEpoch);
    figures.put(BEST_LOSS, Double.toString(bestLoss()));
    bestValues.forEach((name, value) -> figures.put(BEST_VALUE + name, Double.toString(value)));
    figures.put(BEST_UPDATES, bestUpdates);
    figures.put("validations-without-gain", (long) validationsWithoutGain);
    figures.put("validations-on-plateau", (long) validationsOnPlateau);
    figures.put("rate-drops", (long) rateDrops);
    figures.put("validation-pending", validationPending ? 1L : 0L);
    figures.put("averaged-rounds", average == null ? 0L : average.count());
    return figures;
  }

  /**
   * The state of {@link #tensors} and {@link #figures}.
   *
   * @param like parameters of the network, for names and shapes
   * @param slots names of the optimiser's slots
   * @throws IllegalArgumentException if something is missing, of another type or shape
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
            new OptimizerState(
                figure(figures, "updates", Long.class), real(figures, "last-loss"), optimizer));
    state.epoch = whole(figures, "epoch");
    state.round = whole(figures, "round");
    state.epochLoss = sum(figures, "epoch-loss");
    state.epochWeight = sum(figures, "epoch-weight");
    state.bestEpoch = whole(figures, BEST_EPOCH);
    state.readBestValues(figures);
    // Older releases did not count them.
    state.bestUpdates =
        figures.containsKey(BEST_UPDATES)
            ? figure(figures, BEST_UPDATES, Long.class)
            : state.optimizer.updates();
    state.validationsWithoutGain = whole(figures, "validations-without-gain");
    state.validationsOnPlateau = whole(figures, "validations-on-plateau");
    state.rateDrops = whole(figures, "rate-drops");
    state.validationPending = whole(figures, "validation-pending") > 0;
    state.best = state.bestEpoch > 0 ? take(like, tensors, BEST) : null;
    int averaged = whole(figures, "averaged-rounds");
    if (averaged > 0) {
      state.average =
          new ParameterAverage(
              take(like, tensors, AVERAGE), take(like, tensors, AVERAGE_REST), averaged);
    }
    return state;
  }

  private void readBestValues(Map<String, Object> figures) {
    real(figures, BEST_LOSS);
    for (String figure : figures.keySet()) {
      boolean isValue =
          figure.startsWith(BEST_VALUE)
              && !figure.equals(BEST_EPOCH)
              && !figure.equals(BEST_UPDATES);
      if (isValue && bestEpoch > 0) {
        bestValues.put(figure.substring(BEST_VALUE.length()), real(figures, figure));
      }
    }
  }

  private static int whole(Map<String, Object> figures, String name) {
    long value = figure(figures, name, Long.class);
    if (value != (int) value) {
      throw new IllegalArgumentException(name + " must be a whole number of 32 bits, got " + value);
    }
    return (int) value;
  }

  private static double real(Map<String, Object> figures, String name) {
    return parse(figures, name, Double::parseDouble);
  }

  private static ExactSum sum(Map<String, Object> figures, String name) {
    return parse(figures, name, ExactSum::parse);
  }

  private static <T> T parse(Map<String, Object> figures, String name, Function<String, T> parser) {
    String text = figure(figures, name, String.class);
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + " must be a number in a text, got " + text, e);
    }
  }

  private static <T> T figure(Map<String, Object> figures, String name, Class<T> type) {
    Object figure = figures.get(name);
    if (figure == null) {
      throw new IllegalArgumentException("the training state lacks " + name);
    }
    if (!type.isInstance(figure)) {
      String what = type == Long.class ? "a whole number" : "a text";
      throw new IllegalArgumentException(name + " must be " + what + ", got " + figure);
    }
    return type.cast(figure);
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
    return new Parameters(like.specs(), matrices);
  }
}
