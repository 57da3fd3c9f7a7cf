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
            optional = true,
            doc =
                "File of pretrained vectors that the embedding starts from: on each line a symbol"
                    + " and model.embedding numbers, as GloVe and word2vec write them in text.")
        String vectors,
    @Key(
            value = "0",
            atLeast = 0,
            below = 1,
            doc = "Share of the embedding's numbers set to 0 in training.")
        double embeddingDropout,
    @Key(
            value = "step",
            doc =
                "Whether each dropout draws another mask at every `step`, or one for all steps of a"
                    + " `sequence`: variational (Gal and Ghahramani 2016).")
        DropoutMask dropoutMask,
    @Key(
            value = "false",
            only = "many-to-many",
            doc =
                "Whether the embedding is the output layer's weight as well (Press and Wolf 2017): of"
                    + " a language model whose last layer is as wide as the embedding.")
        boolean tieEmbeddings,
    CharactersConfig characters,
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
    @Key(
            value = "last",
            only = "many-to-one",
            doc =
                "What one label is read from: each direction's `last` step, the `mean` or the `max`"
                    + " of all steps of a sequence, or a mean weighed by `attention` (Yang 2016).")
        Pooling pooling,
    @Key(
            optional = true,
            doc =
                "Directory of a trained model whose parameters this one starts from, where names"
                    + " and shapes agree; symbols and labels are matched by their text.")
        String initial,
    @Key(
            optional = true,
            doc =
                "Beginnings of the names of parameters that are not trained, such as \"embedding\""
                    + " or \"layers.0\".")
        List<String> freeze,
    @Key(value = "[]", doc = "Dense layers between the last recurrent layer and the output layer.")
        List<DenseConfig> dense)
    implements Serializable {

  /** For how long a dropout mask holds. */
  public enum DropoutMask {
    /** One step of a sequence. */
    STEP,
    /** All steps of a sequence, in one epoch. */
    SEQUENCE
  }

  /** The output layer and its loss. */
  public enum Output {
    /** One of several classes, with cross-entropy. */
    SOFTMAX
  }

  /** From all steps of a sequence to one value per unit. */
  public enum Pooling {
    /** Each direction's own last step. */
    LAST,
    /** The mean over the steps. */
    MEAN,
    /** The maximum over the steps. */
    MAX,
    /** A mean weighed by a learned score of each step. */
    ATTENTION
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
    freeze = List.copyOf(freeze);
    dense = List.copyOf(dense);
  }

  /**
   * Whether a parameter stays as it starts: no update reaches it, it is not in the norm that is
   * clipped, and no decay pulls at it.
   *
   * @param parameter its whole name
   */
  public boolean isFrozen(String parameter) {
    return freeze.stream().anyMatch(prefix -> isPrefix(prefix, parameter));
  }

  /**
   * Whether a name begins with these parts, such as {@code layers.0} of {@code layers.0.bias_ih}.
   */
  public static boolean isPrefix(String prefix, String parameter) {
    return parameter.equals(prefix) || parameter.startsWith(prefix + ".");
  }

  /**
   * Whether any layer's results for a sequence depend, in training, on which others share its
   * block, and on all their steps at once.
   */
  public boolean hasBatchNormalization() {
    return layers.stream()
        .anyMatch(layer -> layer.normalization() == LayerConfig.Normalization.BATCH);
  }

  /** Whether anything is dropped in training. */
  boolean hasDropout() {
    return embeddingDropout > 0
        || layers.stream().anyMatch(layer -> layer.dropout() > 0)
        || characters.layers().stream().anyMatch(layer -> layer.dropout() > 0)
        || dense.stream().anyMatch(layer -> layer.dropout() > 0);
  }

  /** Whether {@code model.vectors} was given. */
  public boolean hasVectors() {
    return !vectors.isEmpty();
  }

  /** Whether {@code model.initial} was given. */
  public boolean hasInitial() {
    return !initial.isEmpty();
  }
}
