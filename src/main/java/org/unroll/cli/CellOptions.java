package org.unroll.cli;

import org.unroll.bench.CellFlags;
import org.unroll.config.LayerConfig;
import picocli.CommandLine.Option;

/** Options of {@code unroll bench} that say which form of a cell is measured. */
final class CellOptions {
  static final String[] NAMES = {
    "--activation", "--reset", "--gates-read", "--output-activation", "--normalization"
  };

  @Option(names = "--activation", description = "For --cell rnn: ${COMPLETION-CANDIDATES}.")
  private LayerConfig.Activation activation;

  @Option(
      names = "--reset",
      description = "For --cell gru: ${COMPLETION-CANDIDATES}; as in a job, BEFORE unless given.")
  private LayerConfig.Reset reset;

  @Option(names = "--gates-read", description = "For --cell lstm: ${COMPLETION-CANDIDATES}.")
  private LayerConfig.GatesRead gatesRead;

  @Option(names = "--output-activation", description = "For --cell lstm: ${COMPLETION-CANDIDATES}.")
  private LayerConfig.OutputActivation outputActivation;

  @Option(names = "--normalization", description = "For any cell: ${COMPLETION-CANDIDATES}.")
  private LayerConfig.Normalization normalization;

  CellFlags flags() {
    return new CellFlags(activation, reset, gatesRead, outputActivation, normalization);
  }
}
