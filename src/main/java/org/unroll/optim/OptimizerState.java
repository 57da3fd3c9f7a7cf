package org.unroll.optim;

import java.util.LinkedHashMap;
import java.util.Map;
import org.unroll.tensor.Parameters;

/**
 * What an optimiser remembers: number of updates, losses before the last two of them, and slots of
 * the parameters' shapes.
 */
public final class OptimizerState {
  private final Map<String, Parameters> slots;
  private long updates;
  private double loss;
  private double lossBefore = Double.NaN;

  /**
   * A state as it was saved.
   *
   * @param loss see {@link #loss}
   */
  public OptimizerState(long updates, double loss, Map<String, Parameters> slots) {
    this.updates = updates;
    this.loss = loss;
    this.slots = new LinkedHashMap<>(slots);
  }

  /** The state before the first update. */
  public static OptimizerState initial(Optimizer optimizer, Parameters parameters) {
    Map<String, Parameters> slots = new LinkedHashMap<>();
    for (String slot : optimizer.slots()) {
      Parameters values = parameters.like();
      for (int p = 0; p < values.count(); p++) {
        values.get(p).fill(optimizer.start(slot));
      }
      slots.put(slot, values);
    }
    return new OptimizerState(0, Double.NaN, slots);
  }

  /** Number of updates so far. */
  public long updates() {
    return updates;
  }

  /**
   * Counts an update, before the optimiser's step.
   *
   * @param loss mean loss of the round, at the parameters before the update
   */
  public void countUpdate(double loss) {
    updates++;
    lossBefore = this.loss;
    this.loss = loss;
  }

  /** Mean loss at the parameters before the last update; NaN before the first. */
  public double loss() {
    return loss;
  }

  /** Whether the update before raised the loss; only during an update. */
  boolean lossHasRisen() {
    return loss > lossBefore;
  }

  /** A slot; shared. */
  public Parameters slot(String name) {
    return slots.get(name);
  }

  /** All slots by name, in the optimiser's order; shared. */
  public Map<String, Parameters> slots() {
    return slots;
  }
}
