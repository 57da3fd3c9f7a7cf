package org.unroll.nn.cell;

import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * The order of steps in either direction, and where the flow of state or gradient ends: shared by
 * all cells, so that each holds its equations only.
 */
public final class Walk {
  private final int direction;
  private Timeline timeline;
  private int truncate;
  private boolean entered;

  /**
   * A walk.
   *
   * @param direction +1 from the first step to the last, −1 from the last to the first
   */
  public Walk(int direction) {
    this.direction = direction;
  }

  /**
   * Walks over the steps of a block.
   *
   * @param truncate cut the flow of the gradient between steps at multiples of this; 0 is never
   * @param entered whether the initial state is that of a step outside the block, and its gradient
   *     is wanted
   */
  public void over(Timeline timeline, int truncate, boolean entered) {
    this.timeline = timeline;
    this.truncate = truncate;
    this.entered = entered;
  }

  /** +1 from the first step to the last, −1 from the last to the first. */
  int direction() {
    return direction;
  }

  /** Distance from a step to the one before it. */
  int back() {
    return -direction;
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
   * Whether the gradient may flow from {@code t} to the step before it. Before the first step there
   * is nothing, unless the block is a part of longer sequences; at a truncation the state before
   * counts as a constant.
   */
  boolean flows(int t) {
    boolean first = direction > 0 ? t == 0 : t == timeline.steps() - 1;
    return (entered || !first) && (truncate == 0 || t % truncate != 0);
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
