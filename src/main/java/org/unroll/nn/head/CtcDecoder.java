package org.unroll.nn.head;

import org.unroll.tensor.Steps;

/**
 * Finds a text for a sequence of outputs. Reused, and confined to one thread.
 *
 * @see CtcHead
 */
abstract sealed class CtcDecoder permits CtcDecoder.Greedy, PrefixBeam {
  private int[] symbols = new int[64];
  private int length;

  /** The one that a job asks for. */
  static CtcDecoder of(CtcSpec spec) {
    return spec.beamWidth() == 1 ? new Greedy(spec) : new PrefixBeam(spec);
  }

  /**
   * Decodes a lane.
   *
   * @param logits outputs × lanes for each step
   * @param largest of the logits, {@code [step][lane]}
   * @param sum of {@code exp(logit − largest)}, {@code [step][lane]}
   * @param steps of the sequence
   */
  abstract void decode(Steps logits, float[] largest, float[] sum, int lane, int steps);

  /** The symbols found, as many as {@link #length} says. */
  final int[] symbols() {
    return symbols;
  }

  /** Number of symbols found. */
  final int length() {
    return length;
  }

  /** Begins a text of at most so many symbols. */
  final void begin(int most) {
    length = 0;
    if (symbols.length < most) {
      symbols = new int[most + most / 2];
    }
  }

  final void add(int symbol) {
    symbols[length++] = symbol;
  }

  /** The text of the likeliest alignment: the likeliest output of each step. */
  static final class Greedy extends CtcDecoder {
    private final int blank;

    Greedy(CtcSpec spec) {
      blank = spec.blank();
    }

    @Override
    void decode(Steps logits, float[] largest, float[] sum, int lane, int steps) {
      begin(steps);
      int before = blank;
      for (int t = 0; t < steps; t++) {
        int best = Logits.largest(logits, t, lane, logits.rows());
        if (best != before && best != blank) {
          add(best);
        }
        before = best;
      }
    }
  }
}
