package org.unroll.config;

import java.io.Serializable;
import java.util.List;

/** The {@code model} section: the network. */
public record ModelConfig(
    @Key(
            required = true,
            doc =
                "What the network predicts: `many-to-many`, one output per step (a tag, or"
                    + " the next symbol in a language model), `many-to-one`, one output per"
                    + " sequence (a label), or `one-to-one`, the same for sequences of a single"
                    + " step.")
        Topology topology,
    @Key(
            value = "0",
            atLeast = 0,
            doc = "Embedding size; 0 means one-hot input without an embedding.")
        int embedding,
    @Key(
            optional = true,
            doc =
                "File of pretrained vectors that initialise the embedding: one symbol and"
                    + " `model.embedding` numbers per line, the text format of GloVe and"
                    + " word2vec.")
        String vectors,
    @Key(value = "0", atLeast = 0, below = 1, doc = "Dropout rate of the embedding's output.")
        double embeddingDropout,
    @Key(
            value = "step",
            doc =
                "Whether a new dropout mask is drawn for each `step`, or one for all steps"
                    + " of a `sequence`: variational dropout (Gal and Ghahramani 2016).")
        DropoutMask dropoutMask,
    @Key(
            value = "false",
            only = "many-to-many",
            doc =
                "Whether the output layer shares its weight with the embedding (Press and"
                    + " Wolf 2017). This needs a language model whose last layer has the width of"
                    + " the embedding.")
        boolean tieEmbeddings,
    CharactersConfig characters,
    @Key(
            value = "softmax",
            saysKind = true,
            doc =
                "Output layer and loss: `softmax` with cross-entropy; `adaptive-softmax`, the same"
                    + " for dictionaries of 10,000 symbols and more, of which the rare ones are"
                    + " computed only where they are needed, with fewer numbers each (Grave 2017);"
                    + " `crf`, a linear-chain conditional random field, which scores all tags of"
                    + " a sequence together (Lafferty 2001); `sigmoid`, labels that do not exclude"
                    + " each other, or one of two classes, with binary cross-entropy; `linear`,"
                    + " real values with squared error; `quantile`, quantiles of real values with"
                    + " the pinball loss; `gaussian`, mean and variance of real values with the"
                    + " Gaussian likelihood; or `ctc`, connectionist temporal classification, for"
                    + " targets that are texts of their own length, such as what is said in a"
                    + " recording (Graves 2006).")
        Output output,
    @Key(
            value = "glorot",
            doc =
                "Initial weights: `glorot` (Glorot-uniform, recurrent weights orthogonal),"
                    + " `orthogonal` (all of them), or `pytorch` (uniform ±1/√units).")
        Initialization initialization,
    @Key(required = true, atLeast = 1, doc = "Recurrent layers, from the input to the output.")
        List<LayerConfig> layers,
    @Key(
            value = "last",
            only = "many-to-one",
            doc =
                "How the outputs of all steps become the one vector that is classified: the"
                    + " `last` output of each direction, the `mean` or `max` over all steps, or a"
                    + " mean weighted by `attention` (Yang 2016).")
        Pooling pooling,
    @Key(
            optional = true,
            doc =
                "Directory of a trained model whose parameters are the initial values"
                    + " wherever names and shapes agree. Rows of the embedding and of the output"
                    + " layer are matched by symbol and label.")
        String initial,
    @Key(
            optional = true,
            doc =
                "Parameters that are not trained, given by the beginning of their names,"
                    + " such as \"embedding\" or \"layers.0\".")
        List<String> freeze,
    @Key(value = "[]", doc = "Dense layers between the last recurrent layer and the output layer.")
        List<DenseConfig> dense,
    AdaptiveSoftmaxConfig adaptiveSoftmax,
    CrfConfig crf,
    SigmoidConfig sigmoid,
    CtcConfig ctc,
    QuantileConfig quantile)
    implements Serializable {

  /** The scope of a dropout mask. */
  public enum DropoutMask {
    /** One step of a sequence. */
    STEP,
    /** All steps of a sequence, in one epoch. */
    SEQUENCE
  }

  /** The output layer and its loss. */
  public enum Output {
    /** One of several classes, with cross-entropy. */
    SOFTMAX(TargetType.CLASS),
    /** One of very many classes, with cross-entropy; rare ones in clusters. */
    ADAPTIVE_SOFTMAX(TargetType.CLASS),
    /** Tags that fit together: a linear-chain conditional random field. */
    CRF(TargetType.CLASS),
    /** Labels that do not exclude each other, or one of two classes. */
    SIGMOID(TargetType.LABELS),
    /** Real values, with squared error. */
    LINEAR(TargetType.VALUES),
    /** A text that is not aligned with the steps: connectionist temporal classification. */
    CTC(TargetType.TEXT),
    /** Quantiles of real values, with the pinball loss. */
    QUANTILE(TargetType.VALUES),
    /** Mean and variance of real values, with the Gaussian likelihood. */
    GAUSSIAN(TargetType.VALUES);

    private final TargetType targets;

    Output(TargetType targets) {
      this.targets = targets;
    }

    /** What its targets are. */
    public TargetType targets() {
      return targets;
    }
  }

  /** How the outputs of all steps become one vector. */
  public enum Pooling {
    /** The last output of each direction. */
    LAST,
    /** The mean over the steps. */
    MEAN,
    /** The maximum over the steps. */
    MAX,
    /** A mean weighted by a learned score of each step. */
    ATTENTION
  }

  /** The distribution of the initial weights. */
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

  /** What it predicts of a row. */
  public Predicted predicted() {
    boolean one = output == Output.SIGMOID && sigmoid.labels() == SigmoidConfig.Labels.ONE;
    return new Predicted(topology, one ? TargetType.CLASS : output.targets());
  }

  /**
   * Whether a parameter is frozen: it is not updated, does not decay, and does not count in the
   * gradient norm.
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
   * Whether any layer has batch normalisation, so that the results for a sequence depend, in
   * training, on the other sequences of its block.
   */
  public boolean hasBatchNormalization() {
    return layers.stream()
        .anyMatch(layer -> layer.normalization() == LayerConfig.Normalization.BATCH);
  }

  /** Whether any dropout rate is above 0. */
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
