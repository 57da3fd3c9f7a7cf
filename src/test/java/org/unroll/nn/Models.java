package org.unroll.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.unroll.config.DenseConfig;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;

/** The models that tests of the network run over: every registered piece, and combinations. */
final class Models {
  /** Widths below, at and above those of the kernels' tiles, so that these end at every place. */
  private static final int[] UNITS = {3, 8, 1, 17, 5, 9};

  private Models() {}

  /** Every cell with each value of each of its options, one layer of {@code units} units. */
  static Map<String, LayerConfig> cells(int units, boolean bidirectional, double dropout) {
    Map<String, LayerConfig> layers = new LinkedHashMap<>();
    LayerConfig.Reset anyReset = LayerConfig.Reset.BEFORE;
    LayerConfig.Activation anyActivation = LayerConfig.Activation.TANH;
    for (LayerConfig.Cell cell : LayerConfig.Cell.values()) {
      switch (cell) {
        case RNN -> {
          for (LayerConfig.Activation activation : LayerConfig.Activation.values()) {
            layers.put(
                "rnn " + activation,
                new LayerConfig(cell, units, bidirectional, dropout, anyReset, activation, 1));
          }
        }
        case GRU -> {
          for (LayerConfig.Reset reset : LayerConfig.Reset.values()) {
            layers.put(
                "gru reset " + reset,
                new LayerConfig(cell, units, bidirectional, dropout, reset, anyActivation, 1));
          }
        }
        case LSTM ->
            layers.put(
                "lstm",
                new LayerConfig(cell, units, bidirectional, dropout, anyReset, anyActivation, 1));
      }
    }
    return layers;
  }

  /** A model without dropout on the embedding. */
  static ModelConfig model(
      Topology topology, int embedding, List<LayerConfig> layers, List<DenseConfig> dense) {
    return model(topology, embedding, 0, layers, dense);
  }

  /** A model. */
  static ModelConfig model(
      Topology topology,
      int embedding,
      double embeddingDropout,
      List<LayerConfig> layers,
      List<DenseConfig> dense) {
    return new ModelConfig(
        topology,
        embedding,
        "",
        embeddingDropout,
        ModelConfig.Output.SOFTMAX,
        ModelConfig.Initialization.GLOROT,
        layers,
        "",
        List.of(),
        dense);
  }

  /** The same model with parts that are not trained. */
  static ModelConfig freeze(ModelConfig model, String... parts) {
    return new ModelConfig(
        model.topology(),
        model.embedding(),
        model.vectors(),
        model.embeddingDropout(),
        model.output(),
        model.initialization(),
        model.layers(),
        model.initial(),
        List.of(parts),
        model.dense());
  }

  /** Every cell and option × topology × direction × input, with or without a dense layer. */
  static Map<String, ModelConfig> singleLayers() {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    for (Topology topology : Topology.values()) {
      for (boolean both : new boolean[] {false, true}) {
        for (int embedding : new int[] {0, 4}) {
          cells(1, both, 0)
              .keySet()
              .forEach(
                  name -> {
                    int i = models.size();
                    LayerConfig layer = cells(UNITS[i % UNITS.length], both, 0).get(name);
                    models.put(
                        title(name, topology, both, embedding),
                        model(topology, embedding, List.of(layer), dense(i, 0)));
                  });
        }
      }
    }
    return models;
  }

  /** Every pair of cells and options as two layers, directions mixed, × topology. */
  static Map<String, ModelConfig> twoLayers(double dropout) {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    List<String> names = List.copyOf(cells(1, false, 0).keySet());
    for (Topology topology : Topology.values()) {
      for (String lower : names) {
        for (String upper : names) {
          for (int directions = 0; directions < 4; directions++) {
            int i = models.size();
            boolean lowerBoth = (directions & 1) != 0;
            boolean upperBoth = (directions & 2) != 0;
            int embedding = i % 3 == 0 ? 0 : 2 + i % 3;
            LayerConfig below = cells(UNITS[i % 5], lowerBoth, dropout).get(lower);
            LayerConfig above = cells(UNITS[(i + 2) % 6], upperBoth, dropout).get(upper);
            models.put(
                title(lower, topology, lowerBoth, embedding)
                    + " under "
                    + upper
                    + (upperBoth ? ", bidirectional" : ", forward"),
                model(
                    topology,
                    embedding,
                    embedding > 0 ? dropout : 0,
                    List.of(below, above),
                    dense(i, dropout)));
          }
        }
      }
    }
    return models;
  }

  /** Whether the state goes forward only, so that it can be carried and the gradient truncated. */
  static boolean forwardOnly(ModelConfig model) {
    return model.layers().stream().noneMatch(LayerConfig::bidirectional);
  }

  /** No dense layer, one of each activation in turn, or two. */
  private static List<DenseConfig> dense(int i, double dropout) {
    List<DenseConfig> dense = new ArrayList<>();
    DenseConfig.Activation[] activations = DenseConfig.Activation.values();
    if (i % 2 == 1) {
      dense.add(new DenseConfig(4 + i % 7, activations[i / 2 % activations.length], dropout));
    }
    if (i % 4 == 1) {
      dense.add(new DenseConfig(3, activations[i / 4 % activations.length], 0));
    }
    return dense;
  }

  private static String title(String cell, Topology topology, boolean both, int embedding) {
    return String.join(
        ", ",
        cell,
        topology.toString(),
        both ? "bidirectional" : "forward",
        embedding == 0 ? "one-hot" : "embedding");
  }
}
