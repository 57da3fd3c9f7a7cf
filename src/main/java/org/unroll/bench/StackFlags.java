package org.unroll.bench;

import java.util.Locale;
import org.unroll.config.ModelConfig;

/**
 * What stands around a network's cells.
 *
 * @param pooling one label per sequence, read in this way; null for an output at each step
 * @param residual whether the input is added to the output of every layer that is as wide as it
 * @param tied whether the embedding is the output's weight
 * @param dropout share dropped of the embedding's and of each layer's output
 * @param mask for how long a dropout mask holds
 * @param recurrentDropout share of each state that recurrent products do not see
 */
public record StackFlags(
    ModelConfig.Pooling pooling,
    boolean residual,
    boolean tied,
    double dropout,
    ModelConfig.DropoutMask mask,
    double recurrentDropout) {

  /** A label at each step, nothing else. */
  public static final StackFlags NONE =
      new StackFlags(null, false, false, 0, ModelConfig.DropoutMask.STEP, 0);

  /**
   * Refuses what does not fit the rest.
   *
   * @param embedding numbers per symbol
   * @param inputs width of what the first layer reads; 0 of one-hot symbols
   * @param outputs width of each layer
   * @param layers number of layers
   */
  void check(int embedding, int inputs, int outputs, int layers, boolean bidirectional) {
    requireShare("dropout", dropout);
    requireShare("recurrent-dropout", recurrentDropout);
    require(
        dropout > 0 || mask == ModelConfig.DropoutMask.STEP,
        "dropout-mask needs --dropout above 0, got 0");
    require(
        !residual || layers > 1 || inputs == outputs,
        "residual needs --layers 2, or a layer as wide as its input, "
            + inputs
            + ", got one of "
            + outputs);
    require(
        !tied || embedding == outputs,
        "tie-embeddings needs --embedding " + outputs + ", the width of a layer, got " + embedding);
    require(
        !tied || pooling == null && !bidirectional,
        "tie-embeddings needs a language model: it goes with neither --pooling nor"
            + " --bidirectional");
  }

  private static void requireShare(String name, double value) {
    require(value >= 0 && value < 1, name + " must be from 0 to below 1, got " + value);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /** The data section's keys: those of a language model, or of labels. */
  String dataKeys(String input) {
    return tied
        ? "format = lines, train = synthetic, input { tokens = words }"
        : "format = delimited, train = synthetic, input { column = 0, "
            + input
            + " }, target.column = 1";
  }

  /** Keys of the model section. */
  String modelKeys(int embedding) {
    return (pooling == null
            ? "topology = many-to-many, tie-embeddings = " + tied
            : "topology = many-to-one, pooling = " + text(pooling))
        + (embedding > 0 ? ", embedding-dropout = " + dropout : "")
        + ", dropout-mask = "
        + text(mask);
  }

  /**
   * Keys of a layer, each with a comma before it.
   *
   * @param inputs width of what it reads
   * @param outputs width of its output
   */
  String layerKeys(int inputs, int outputs) {
    return ", dropout = "
        + dropout
        + ", recurrent-dropout = "
        + recurrentDropout
        + ", residual = "
        + (residual && inputs == outputs);
  }

  private static String text(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
