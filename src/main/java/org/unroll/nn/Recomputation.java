package org.unroll.nn;

import java.util.List;
import org.unroll.batch.Windows;
import org.unroll.metric.Measures;
import org.unroll.nn.head.Head;
import org.unroll.nn.head.Tally;
import org.unroll.nn.layer.Layer;
import org.unroll.tensor.Steps;

/**
 * Back-propagation through sequences too long for everything on the way to be kept: the way forward
 * keeps the states between windows only, the way back computes each window again from its first
 * state (Chen 2016, Gruslys 2016). Memory grows with √T instead of T, the work by one more way
 * forward.
 */
final class Recomputation {
  private final List<Layer> layers;
  private final Head head;
  private final int lowest;

  /** Number of layers that see all steps, with the one that pools; others see one per sequence. */
  private final int perStep;

  private final boolean pools;

  /**
   * Over the layers of a network.
   *
   * @param lowest the lowest layer with something to learn
   */
  Recomputation(List<Layer> layers, Head head, int lowest) {
    this.layers = layers;
    this.head = head;
    this.lowest = lowest;
    int below = 0;
    while (below < layers.size() && !layers.get(below).pools()) {
      below++;
    }
    pools = below < layers.size();
    perStep = pools ? below + 1 : below;
  }

  /** Whether each layer can do its work in windows. */
  boolean isPossible() {
    return layers.stream().allMatch(Layer::worksInWindows);
  }

  /** Loss and gradient of a block, as of one that is computed whole. */
  void train(Pass pass, Windows windows, Tally tally) {
    int last = windows.count() - 1;
    if (pools) {
      trainOnEnds(pass, windows, tally);
    } else if (pass.truncate() > 0) {
      // No gradient goes from window to window: none needs to be computed again.
      for (int w = 0; w <= last; w++) {
        trainWindow(pass, windows, w, tally);
      }
    } else {
      for (int w = 0; w < last; w++) {
        forward(pass, windows, w, perStep);
      }
      for (int w = last; w >= 0; w--) {
        trainWindow(pass, windows, w, tally);
      }
    }
  }

  private void trainWindow(Pass pass, Windows windows, int w, Tally tally) {
    Steps values = forward(pass, windows, w, perStep);
    tally.addTokens(pass.block().tokens());
    back(pass, head.train(pass, values, tally), layers.size(), lowest);
  }

  /** One target per sequence: they end in different windows. */
  private void trainOnEnds(Pass pass, Windows windows, Tally tally) {
    Steps gradient = head.train(pass, ends(pass, windows, tally), tally);
    gradient = back(pass, gradient, layers.size(), Math.max(lowest, perStep));
    for (int w = windows.count() - 1; w >= 0 && lowest < perStep; w--) {
      // What was pooled stands.
      forward(pass, windows, w, perStep - 1);
      back(pass, gradient, perStep, lowest);
    }
  }

  /** Loss and predictions of a block with one target per sequence. */
  void evaluate(Pass pass, Windows windows, Tally tally, Measures measures) {
    head.evaluate(pass, ends(pass, windows, tally), tally, measures);
  }

  /** What the layers make of each sequence's end; the block as its first window fills it. */
  private Steps ends(Pass pass, Windows windows, Tally tally) {
    Steps values = null;
    for (int w = 0; w < windows.count(); w++) {
      values = forward(pass, windows, w, perStep);
      tally.addTokens(pass.block().tokens());
    }
    // There all sequences have their lanes, their targets and their masks.
    windows.fill(0);
    pass.window(0, windows.count());
    for (int i = perStep; i < layers.size(); i++) {
      values = layers.get(i).forward(pass, values);
    }
    return values;
  }

  /** Through the layers below {@code top}. */
  private Steps forward(Pass pass, Windows windows, int window, int top) {
    windows.fill(window);
    pass.window(window, windows.count());
    Steps values = null;
    for (int i = 0; i < top; i++) {
      values = layers.get(i).forward(pass, values);
    }
    return values;
  }

  /** From the layer below {@code top} down to {@code bottom}. */
  private Steps back(Pass pass, Steps gradient, int top, int bottom) {
    for (int i = top - 1; i >= bottom; i--) {
      gradient = layers.get(i).backward(pass, gradient);
    }
    return gradient;
  }
}
