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
      description = "One label per sequence instead of one at each step: ${COMPLETION-CANDIDATES}.")
  private ModelConfig.Pooling pooling;

  @Option(
      names = "--residual",
      description = "Adds the input to the output of every layer that is as wide as it.")
  private boolean residual;

  @Option(names = "--tie-embeddings", description = "The embedding is the output's weight.")
  private boolean tied;

  @Option(
      names = "--dropout",
      defaultValue = "0",
      description = "Share dropped of the embedding's and of each layer's output.")
  private double dropout;

  @Option(
      names = "--dropout-mask",
      defaultValue = "STEP",
      description = "How long a dropout mask holds: ${COMPLETION-CANDIDATES}.")
  private ModelConfig.DropoutMask mask;

  @Option(
      names = "--recurrent-dropout",
      defaultValue = "0",
      description = "Share of each state that recurrent products do not see.")
  private double recurrentDropout;

  StackFlags flags() {
    return new StackFlags(pooling, residual, tied, dropout, mask, recurrentDropout);
  }
}
