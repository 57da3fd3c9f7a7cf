package org.unroll.config;

/** The shape of a network's input and output. */
public enum Topology {
  /** One output per input step. */
  MANY_TO_MANY(true),
  /** One output per sequence. */
  MANY_TO_ONE(false),
  /** One output per sequence of a single step. */
  ONE_TO_ONE(false);

  private final boolean targetPerStep;

  Topology(boolean targetPerStep) {
    this.targetPerStep = targetPerStep;
  }

  /** Whether there is an output at each step, or one per sequence. */
  public boolean targetPerStep() {
    return targetPerStep;
  }
}
