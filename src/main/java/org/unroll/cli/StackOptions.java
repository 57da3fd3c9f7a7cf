package org.unroll.cli;

import org.unroll.bench.StackFlags;
import org.unroll.config.ModelConfig;
import picocli.CommandLine.Option;

/** Options of {@code unroll bench} that say what stands around the cells. */
final class StackOptions {
  static final String[] NAMES = {
    "--pooling",
    "--residual",
    "--tie-embeddings",
    "--dropout",
    "--dropout-mask",
    "--recurrent-dropout"
  };

  @Option(
      names = "--pooling",
      description =
          "Predicts one label per sequence instead of one per step: ${COMPLETION-CANDIDATES}.")
  private ModelConfig.Pooling pooling;

  @Option(
      names = "--residual",
      description = "Adds the input of every layer to its output where both have the same width.")
  private boolean residual;

  @Option(
      names = "--tie-embeddings",
      description = "Shares the weight of the output layer with the embedding.")
  private boolean tied;

  @Option(
      names = "--dropout",
      defaultValue = "0",
      description = "Dropout rate of the embedding and of each layer.")
  private double dropout;

  @Option(
      names = "--dropout-mask",
      defaultValue = "STEP",
      description =
          "Whether a dropout mask is used for a step or for a sequence: ${COMPLETION-CANDIDATES}.")
  private ModelConfig.DropoutMask mask;

  @Option(
      names = "--recurrent-dropout",
      defaultValue = "0",
      description = "Dropout rate of the state in the recurrent products.")
  private double recurrentDropout;

  StackFlags flags() {
    return new StackFlags(pooling, residual, tied, dropout, mask, recurrentDropout);
  }
}
