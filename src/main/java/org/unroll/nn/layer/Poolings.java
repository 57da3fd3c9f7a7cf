package org.unroll.nn.layer;

import org.unroll.config.ModelConfig.Initialization;
import org.unroll.config.ModelConfig.Pooling;

/** The registry of what makes one value of the steps of a sequence. */
public final class Poolings {
  private Poolings() {}

  /**
   * A layer from all steps to one per sequence.
   *
   * @param rows width of the layer below
   * @param forwardRows how many of its rows, the first ones, run forward
   */
  public static Layer create(Pooling pooling, int rows, int forwardRows, Initialization start) {
    return switch (pooling) {
      case LAST -> new LastStep(rows, forwardRows);
      case MEAN -> new MeanPooling(rows);
      case MAX -> new MaxPooling(rows);
      case ATTENTION -> new AttentionPooling(rows, start);
    };
  }

  /** Parameters of a pooling of so many rows. */
  public static long parameters(Pooling pooling, long rows) {
    return switch (pooling) {
      case LAST, MEAN, MAX -> 0;
      case ATTENTION -> rows > 1 << 30 ? Long.MAX_VALUE : rows * (rows + 2);
    };
  }

  /** As {@link Layer#worksInWindows} of the layer. */
  public static boolean worksInWindows(Pooling pooling) {
    return switch (pooling) {
      case LAST, MEAN, MAX -> true;
      case ATTENTION -> false;
    };
  }

  /** Rows that a pooling of so many keeps for every step until the way back. */
  public static long keptRows(Pooling pooling, long rows) {
    return switch (pooling) {
      case LAST, MEAN, MAX -> 0;
      case ATTENTION -> rows + 1;
    };
  }
}
