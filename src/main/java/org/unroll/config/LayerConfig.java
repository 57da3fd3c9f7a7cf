package org.unroll.config;

import java.io.Serializable;

/** An element of {@code model.layers}: a recurrent layer. */
public record LayerConfig(
    @Key(required = true, doc = "Type of the recurrent cell.") Cell cell,
    @Key(required = true, atLeast = 1, doc = "Number of units (hidden size).") int units,
    @Key(
            value = "false",
            doc =
                "Whether a second direction reads each sequence backwards; the outputs of"
                    + " both are concatenated.")
        boolean bidirectional,
    @Key(value = "0", atLeast = 0, below = 1, doc = "Dropout rate of the layer's output.")
        double dropout,
    @Key(
            value = "0",
            atLeast = 0,
            below = 1,
            doc =
                "Dropout rate of the previous state where it is multiplied with the"
                    + " recurrent weights, with one mask per sequence (Gal and Ghahramani 2016)."
                    + " The state itself is carried on without dropout.")
        double recurrentDropout,
    @Key(
            value = "false",
            doc =
                "Whether the layer's input is added to its output, after dropout (Wu 2016)."
                    + " Input and output must have the same width.")
        boolean residual,
    @Key(
            value = "none",
            doc =
                "`layer`: layer normalisation of the input product and of the recurrent"
                    + " product, each by itself, at every step (Ba 2016). `batch`: batch"
                    + " normalisation of the input product over all steps of a block (Laurent"
                    + " 2015); training then depends on `training.block-size`.")
        Normalization normalization,
    @Key(
            optional = true,
            above = 0,
            atMost = 1,
            doc =
                "With `normalization = batch`: weight of each update in the running mean"
                    + " and variance, which validation and the saved model use; 0.1 unless given.")
        double normalizationMomentum,
    @Key(
            value = "before",
            only = "gru",
            doc =
                "Where the reset gate is applied: `before` the recurrent product (Cho"
                    + " 2014), `after` it (PyTorch, cuDNN), or `none`: there is no reset gate.")
        Reset reset,
    @Key(value = "tanh", only = "rnn", doc = "Activation function of the cell.")
        Activation activation,
    @Key(
            value = "activation",
            only = "lstm",
            doc =
                "What the gates read from the previous step: the `activation` a (the hidden"
                    + " state), the memory `cell` c instead of it, or both, the memory cell"
                    + " through diagonal weights: `peephole` (Gers 2000).")
        GatesRead gatesRead,
    @Key(
            value = "tanh",
            only = "lstm",
            doc = "Function applied to the memory cell before the output gate.")
        OutputActivation outputActivation,
    @Key(
            value = "1",
            only = "lstm",
            doc =
                "Initial bias of the forget gate. A value above 0 lets the cell keep its"
                    + " memory at the start of training.")
        double forgetBias)
    implements Serializable {

  private static final double USUAL_MOMENTUM = 0.1;

  /** Weight of each update in the running mean and variance of batch normalisation. */
  public double momentum() {
    return normalizationMomentum == 0 ? USUAL_MOMENTUM : normalizationMomentum;
  }

  /** Width of the output: the units of all directions. */
  public long outputs() {
    return bidirectional ? 2L * units : units;
  }

  /** The kinds of recurrent cell. */
  public enum Cell {
    /** Simple recurrence. */
    RNN,
    /** Gated recurrent unit. */
    GRU,
    /** Long short-term memory. */
    LSTM
  }

  /** The normalisation of the input product and the recurrent product. */
  public enum Normalization {
    /** Nothing. */
    NONE,
    /** Layer normalisation of both products. */
    LAYER,
    /** Batch normalisation of the input product. */
    BATCH
  }

  /** Where a GRU's reset gate is applied. */
  public enum Reset {
    /** On the state, before the recurrent product. */
    BEFORE,
    /** On the recurrent product. */
    AFTER,
    /** There is no reset gate. */
    NONE
  }

  /** The activation function of a simple recurrent cell. */
  public enum Activation {
    /** Hyperbolic tangent. */
    TANH,
    /** Rectifier, max(0, x). */
    RELU
  }

  /** What an LSTM's gates read from the previous step. */
  public enum GatesRead {
    /** The activation a⟨t-1⟩. */
    ACTIVATION,
    /** The memory cell c⟨t-1⟩ instead. */
    CELL,
    /** The activation, and the memory cell through diagonal weights. */
    PEEPHOLE
  }

  /** The function applied to the memory cell before an LSTM's output gate. */
  public enum OutputActivation {
    /** tanh of the memory cell. */
    TANH,
    /** The memory cell itself. */
    IDENTITY
  }
}
