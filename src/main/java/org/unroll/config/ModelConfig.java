package org.unroll.config;

import java.io.Serializable;
import java.util.List;

/** The {@code model} section: the network from its input to its output layer. */
public record ModelConfig(
    @Key(
            required = true,
            doc =
                "What is predicted: something at every step (the next symbol, in a language model)"
                    + " or one label per sequence.")
        Topology topology,
    @Key(
            value = "0",
            atLeast = 0,
            doc =
                "Numbers that each symbol is turned into before the first layer; 0 feeds the symbol"
                    + " directly (one-hot).")
        int embedding,
    @Key(
            value = "0",
            atLeast = 0,
            below = 1,
            doc = "Share of the embedding's numbers set to 0 in training.")
        double embeddingDropout,
    @Key(value = "softmax", doc = "The output layer and its loss: softmax with cross-entropy.")
        Output output,
    @Key(
            value = "glorot",
            doc =
                "How weights start: Glorot-uniform with orthogonal recurrent weights; all"
                    + " orthogonal; or uniform ±1/√units as PyTorch does.")
        Initialization initialization,
    @Key(required = true, atLeast = 1, doc = "The recurrent layers, from the input upwards.")
        List<LayerConfig> layers,
    @Key(value = "[]", doc = "Dense layers between the last recurrent layer and the output layer.")
        List<DenseConfig> dense)
    implements Serializable {

  /** The output layer and its loss. */
  public enum Output {
    /** One of several classes, with cross-entropy. */
    SOFTMAX
  }

  /** How weights start. */
  public enum Initialization {
    /** Glorot-uniform input weights, orthogonal recurrent weights. */
    GLOROT,
    /** Orthogonal input, recurrent, dense and output weights. */
    ORTHOGONAL,
    /** Uniform ±1/√units. */
    PYTORCH
  }

  /** Copies the lists, so that the record cannot change. */
  public ModelConfig {
    layers = List.copyOf(layers);
    dense = List.copyOf(dense);
  }
}
