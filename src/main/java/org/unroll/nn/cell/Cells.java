package org.unroll.nn.cell;

import org.unroll.config.LayerConfig;

/** The registry of cells. */
public final class Cells {
  private Cells() {}

  /** A new cell as the layer's configuration says. */
  public static Cell create(LayerConfig layer) {
    return switch (layer.cell()) {
      case RNN -> new RnnCell(layer.units());
      case GRU ->
          switch (layer.reset()) {
            case BEFORE -> new GruCell(layer.units());
            case AFTER -> new GruResetAfterCell(layer.units());
          };
      case LSTM -> new LstmCell(layer.units());
    };
  }

  /** Blocks of rows, one for each gate, in the weights of a layer's cell. */
  public static int gates(LayerConfig layer) {
    return create(layer).gates();
  }
}
