package org.unroll.nn.cell;

import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * The order of steps in either direction, and where the flow of state or gradient ends: shared by
 * all cells, so that each holds its equations only.
 */
final class Walk {
  private final Timeline timeline;
  private final int direction;
  private final int truncate;

  Walk(Timeline timeline, int direction, int truncate) {
    this.timeline = timeline;
    this.direction = direction;
    this.truncate = truncate;
  }

  /** The {@code n}-th step of the way forward. */
  int step(int n) {
    return direction > 0 ? n : timeline.steps() - 1 - n;
  }

  /** The step before {@code t} on the way forward; −1 or T is the initial state. */
  int before(int t) {
    return t - direction;
  }

  /**
   * Whether the gradient may flow from {@code t} to the step before it. At the first step there is
   * nothing before; at a truncation the state before counts as a constant.
   */
  boolean flows(int t) {
    boolean first = direction > 0 ? t == 0 : t == timeline.steps() - 1;
    return !first && (truncate == 0 || t % truncate != 0);
  }

  /**
   * Offset of the gradient of the state before {@code t}; where nothing flows, that of the matrix
   * outside the block, whose values nobody reads.
   */
  int gradientBefore(Steps gradient, int t) {
    return gradient.offset(flows(t) ? before(t) : -1);
  }

  /**
   * Clears, at the step before {@code t}, the lanes that are computed at {@code t} but do not live
   * there. Only the backward direction has such lanes: it meets the end of a short sequence first,
   * and that is where its initial state, zero, must stand.
   */
  void clearUnborn(Steps state, int t) {
    if (direction < 0 && t + 1 < timeline.steps()) {
      state.clearDead(t + 1, timeline.width(t));
    }
  }
}
