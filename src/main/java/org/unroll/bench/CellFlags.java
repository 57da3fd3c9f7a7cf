package org.unroll.bench;

import java.util.Locale;
import org.unroll.config.LayerConfig;

/**
 * Options of a network's cells, as the keys of a job's layer of the same names; null for what is
 * not given.
 */
public record CellFlags(
    LayerConfig.Activation activation,
    LayerConfig.Reset reset,
    LayerConfig.GatesRead gatesRead,
    LayerConfig.OutputActivation outputActivation,
    LayerConfig.Normalization normalization) {

  /** Nothing given. */
  public static final CellFlags NONE = new CellFlags(null, null, null, null, null);

  /** Refuses options that this cell does not have. */
  void check(LayerConfig.Cell cell) {
    check("activation", activation, LayerConfig.Cell.RNN, cell);
    check("reset", reset, LayerConfig.Cell.GRU, cell);
    check("gates-read", gatesRead, LayerConfig.Cell.LSTM, cell);
    check("output-activation", outputActivation, LayerConfig.Cell.LSTM, cell);
  }

  private static void check(
      String name, Enum<?> value, LayerConfig.Cell owner, LayerConfig.Cell cell) {
    if (value != null && owner != cell) {
      throw new IllegalArgumentException(
          name + " belongs to --cell " + text(owner) + ", got it for " + text(cell));
    }
  }

  /** The keys of a layer that are given; each with a comma before it. */
  String keys() {
    return key("activation", activation)
        + key("reset", reset)
        + key("gates-read", gatesRead)
        + key("output-activation", outputActivation)
        + key("normalization", normalization);
  }

  private static String key(String name, Enum<?> value) {
    return value == null ? "" : ", " + name + " = " + text(value);
  }

  private static String text(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
