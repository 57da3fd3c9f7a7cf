package org.unroll.nn.cell;

import org.unroll.config.LayerConfig;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;
import org.unroll.tensor.Weight;

/**
 * What recurrent products see of the state before: the state, or with recurrent dropout (Gal and
 * Ghahramani 2016) {@code m ∘ a⟨t-1⟩}, where the mask m is the same at all steps of a sequence. Way
 * back: {@code da⟨t-1⟩ += m ∘ Wᵀ δ⟨t⟩}. The state itself goes on whole.
 */
final class SeenState {
  private final int units;
  private final int threshold;
  private final float scale;
  private final Steps masked = new Steps();
  private final Steps product = new Steps();
  private final Timeline oneStep = new Timeline();
  private Kernels kernels;
  private Steps state;
  private int[] keys;

  SeenState(LayerConfig config) {
    units = config.units();
    threshold = (int) Math.round(config.recurrentDropout() * (1 << 24));
    scale = (float) (1 / (1 - threshold / (double) (1 << 24)));
  }

  void bind(Kernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Takes the masks of the passes to come.
   *
   * @param keys hash of (seed, epoch, sequence, layer, direction) per lane; null if all is seen
   */
  void drop(int[] keys) {
    this.keys = keys;
  }

  /** Begins a pass over a state. */
  void begin(Steps state) {
    this.state = state;
    if (keys != null) {
      masked.reshape(state.timeline(), units);
      oneStep.reshapeToOneStepOf(state.timeline());
      product.reshape(oneStep, units);
    }
  }

  /** What is seen, as far as {@link #see} has been called; of the state's shape. */
  Steps steps() {
    return keys == null ? state : masked;
  }

  /**
   * Has a step seen.
   *
   * @param before the step, of which the state is complete
   * @param width lanes that will be computed with it
   * @return where it begins in {@link #steps}
   */
  int see(int before, int width) {
    if (keys != null) {
      int length = units * state.timeline().lanes();
      int to = masked.offset(before);
      System.arraycopy(state.data(), state.offset(before), masked.data(), to, length);
      mask(masked.data(), to, width);
    }
    return steps().offset(before);
  }

  /** {@code x = m ∘ x}, rows × lanes of one step. */
  void mask(float[] x, int xo, int width) {
    if (keys != null) {
      int lanes = state.timeline().lanes();
      kernels.dropout(x, xo, units, lanes, width, keys, 0, threshold, scale);
    }
  }

  /** {@code dx += m ∘ (Wᵀ · dy)}, one step. */
  void multiplyTransposed(Weight w, float[] dy, int dyo, float[] dx, int dxo, int width) {
    int lanes = state.timeline().lanes();
    if (keys == null) {
      kernels.multiplyTransposed(w, dy, dyo, dx, dxo, lanes, width);
      return;
    }
    product.clear();
    int po = product.offset(0);
    kernels.multiplyTransposed(w, dy, dyo, product.data(), po, lanes, width);
    mask(product.data(), po, width);
    int runs = width == lanes ? 1 : units;
    int length = width == lanes ? units * lanes : width;
    for (int r = 0; r < runs; r++, po += lanes, dxo += lanes) {
      kernels.add(product.data(), po, dx, dxo, length);
    }
  }
}
