package org.unroll.nn.cell;

import org.unroll.config.LayerConfig;

/** The registry of cells. */
public final class Cells {
  private Cells() {}

  /** A new cell as the layer's configuration says. */
  public static Cell create(LayerConfig layer) {
    return switch (layer.cell()) {
      case RNN -> new RnnCell(layer);
      case GRU ->
          switch (layer.reset()) {
            case BEFORE -> new GruCell(layer);
            case AFTER -> new GruResetAfterCell(layer);
            case NONE -> new GruResetNoneCell(layer);
          };
      case LSTM -> new LstmCell(layer);
    };
  }

  /** Blocks of rows, one for each gate, in the weights of a layer's cell. */
  public static int gates(LayerConfig layer) {
    return create(layer).gates();
  }

  /** Parameters for each unit of one direction, beside weights and biases: diagonals and gains. */
  public static int diagonals(LayerConfig layer) {
    int peepholes = layer.gatesRead() == LayerConfig.GatesRead.PEEPHOLE ? Peephole.ROWS : 0;
    return peepholes
        + switch (layer.normalization()) {
          case NONE -> 0;
          // Gains and running moments.
          case BATCH -> 3 * gates(layer);
          case LAYER -> 2 * gates(layer) + (layer.cell() == LayerConfig.Cell.LSTM ? 2 : 0);
        };
  }
}
