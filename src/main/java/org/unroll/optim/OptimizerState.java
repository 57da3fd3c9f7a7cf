package org.unroll.optim;

import java.util.LinkedHashMap;
import java.util.Map;
import org.unroll.tensor.Parameters;

/** What an optimiser remembers: number of updates, and slots of the parameters' shapes. */
public final class OptimizerState {
  private final Map<String, Parameters> slots;
  private long updates;

  /** A state as it was saved. */
  public OptimizerState(long updates, Map<String, Parameters> slots) {
    this.updates = updates;
    this.slots = new LinkedHashMap<>(slots);
  }

  /** The state before the first update: zeros. */
  public static OptimizerState initial(Optimizer optimizer, Parameters parameters) {
    Map<String, Parameters> slots = new LinkedHashMap<>();
    optimizer.slots().forEach(slot -> slots.put(slot, parameters.like()));
    return new OptimizerState(0, slots);
  }

  /** Number of updates so far. */
  public long updates() {
    return updates;
  }

  /** Counts an update, before the optimiser's step. */
  public void countUpdate() {
    updates++;
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
