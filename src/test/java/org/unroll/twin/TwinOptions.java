package org.unroll.twin;

import org.unroll.nn.head.TargetWeights;

/**
 * What a run of the twin does beside the equations.
 *
 * @param truncate the carried state becomes a constant every so many steps; 0 for never
 * @param dropout factor of every output of the embedding and the hidden layers
 * @param carry what the carried state becomes at a cut
 * @param weights how targets count
 * @param running whether batch normalisation takes running moments, as in evaluation
 */
public record TwinOptions(
    int truncate, Dropout dropout, Carry carry, TargetWeights weights, boolean running) {
  /** Batch normalisation by the moments of all sequences together, as in training. */
  public TwinOptions(int truncate, Dropout dropout, Carry carry, TargetWeights weights) {
    this(truncate, dropout, carry, weights, false);
  }

  /** Every target counts once. */
  public TwinOptions(int truncate, Dropout dropout, Carry carry) {
    this(truncate, dropout, carry, TargetWeights.PLAIN);
  }

  /** Targets count as these weights say; nothing else is changed. */
  public static TwinOptions weighing(TargetWeights weights) {
    return new TwinOptions(0, PLAIN.dropout, Carry.AS_IS, weights);
  }

  /** Neither truncation nor dropout. */
  public static final TwinOptions PLAIN =
      new TwinOptions(0, (layer, id, step, unit) -> 1, Carry.AS_IS);

  /** As in evaluation. */
  public static final TwinOptions EVALUATION =
      new TwinOptions(0, PLAIN.dropout, Carry.AS_IS, TargetWeights.PLAIN, true);

  /** The layer number of the embedding; recurrent layers follow from 0, then the dense ones. */
  public static final int EMBEDDING = -1;

  public static TwinOptions truncated(int truncate) {
    return new TwinOptions(truncate, PLAIN.dropout, Carry.AS_IS);
  }

  public static TwinOptions dropout(Dropout dropout) {
    return new TwinOptions(0, dropout, Carry.AS_IS);
  }

  /** Dropout as given from outside. */
  public interface Dropout {
    /**
     * The factor of one output: 0 or {@code 1 / (1 - rate)}.
     *
     * @param layer {@link #EMBEDDING}, or the recurrent layers from 0 and then the dense ones
     * @param id identity of the sequence
     * @param step the step from 0 in the sequence's own order, also for the reverse direction; for
     *     dense layers of a many-to-one network 0
     * @param unit the output; in a bidirectional layer the reverse direction's follow the forward's
     */
    double factor(int layer, long id, int step, int unit);

    /** The factor of a unit of the state, as recurrent products see it, at all steps. */
    default double recurrent(int layer, boolean reverse, long id, int unit) {
      return 1;
    }
  }

  /** What a state turns into at a cut. */
  public interface Carry {
    Carry AS_IS = (id, layer, step, state, values) -> values;

    /**
     * The constants that the carried vector becomes.
     *
     * @param step the step about to be computed, at least 1
     * @param state which of the cell's carried vectors
     * @param values the vector as computed
     */
    double[] constants(long id, int layer, int step, int state, double[] values);
  }
}
