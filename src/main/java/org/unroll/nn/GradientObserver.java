package org.unroll.nn;

import org.unroll.tensor.Steps;

/** Is shown what flows back through time. */
public interface GradientObserver {
  /**
   * One direction of a recurrent layer has gone back over the block.
   *
   * @param layer name of the layer, such as {@code layers.0}
   * @param forward whether it reads from the first step to the last, or the other way round
   * @param gradient of the loss with respect to the direction's activation a⟨t⟩ at every step, by
   *     all ways on which it acts; valid during the call, not to be modified
   */
  void directionWentBack(String layer, boolean forward, Steps gradient);
}
