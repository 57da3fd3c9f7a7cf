package org.unroll.twin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;

/** The job file's records for a twin's model: the one place in the tests that builds them. */
public final class Configs {
  /** What cells that have no such option hold. */
  private static final LayerConfig.Reset RESET = LayerConfig.Reset.BEFORE;

  private static final LayerConfig.Activation ACTIVATION = LayerConfig.Activation.TANH;

  private Configs() {}

  /** The records, or nothing while they lack an option that the twin has. */
  public static Optional<ModelConfig> of(TwinModel model) {
    List<LayerConfig> layers = new ArrayList<>();
    for (TwinModel.Layer layer : model.layers()) {
      Optional<LayerConfig> config = of(layer);
      if (config.isEmpty()) {
        return Optional.empty();
      }
      layers.add(config.get());
    }
    return Optional.of(
        new ModelConfig(
            model.topology(),
            model.embedding(),
            "",
            0,
            ModelConfig.Output.SOFTMAX,
            ModelConfig.Initialization.GLOROT,
            layers,
            "",
            List.of(),
            model.dense()));
  }

  private static Optional<LayerConfig> of(TwinModel.Layer layer) {
    if (layer.cell() instanceof TwinRnn rnn) {
      Optional<LayerConfig.Activation> same =
          named(LayerConfig.Activation.values(), rnn.activation());
      return same.map(a -> config(LayerConfig.Cell.RNN, layer, RESET, a));
    }
    if (layer.cell() instanceof TwinGru gru) {
      Optional<LayerConfig.Reset> same = named(LayerConfig.Reset.values(), gru.reset());
      return same.map(r -> config(LayerConfig.Cell.GRU, layer, r, ACTIVATION));
    }
    return layer.cell().equals(TwinLstm.STANDARD)
        ? Optional.of(config(LayerConfig.Cell.LSTM, layer, RESET, ACTIVATION))
        : Optional.empty();
  }

  private static LayerConfig config(
      LayerConfig.Cell cell,
      TwinModel.Layer layer,
      LayerConfig.Reset reset,
      LayerConfig.Activation activation) {
    return new LayerConfig(cell, layer.units(), layer.bidirectional(), 0, reset, activation, 1);
  }

  private static <E extends Enum<E>> Optional<E> named(E[] values, Enum<?> like) {
    return List.of(values).stream().filter(v -> v.name().equals(like.name())).findFirst();
  }
}
