package org.unroll.config;

import java.io.Serializable;

/** An element of {@code model.layers}: a recurrent layer. */
public record LayerConfig(
    @Key(required = true, doc = "The recurrent cell.") Cell cell,
    @Key(required = true, atLeast = 1, doc = "Width of the layer's state.") int units,
    @Key(
            value = "false",
            doc = "Whether a second recurrence reads each sequence from its end, beside the first.")
        boolean bidirectional,
    @Key(
            value = "0",
            atLeast = 0,
            below = 1,
            doc = "Share of the layer's outputs set to 0 in training, so that none is relied on.")
        double dropout,
    @Key(
            value = "0",
            atLeast = 0,
            below = 1,
            doc =
                "Share of the state's units that the recurrent products do not see in training, the"
                    + " same at all steps of a sequence (Gal and Ghahramani 2016); the state itself"
                    + " goes on whole.")
        double recurrentDropout,
    @Key(
            value = "false",
            doc =
                "Whether the layer's input is added to its output, after dropout (Wu 2016); they must"
                    + " be of the same width.")
        boolean residual,
    @Key(
            value = "none",
            doc =
                "`layer` normalises what a cell adds up, at every step over its units: the products"
                    + " with its input and with its last state, each by itself (Ba 2016);"
                    + " `batch` the product with its input, in training over all steps of a block"
                    + " (Laurent 2015), so that training.block-size matters.")
        Normalization normalization,
    @Key(
            optional = true,
            above = 0,
            atMost = 1,
            doc =
                "With normalization = batch: weight of an update in the running means and"
                    + " variances that validation and the finished model normalise with; 0.1"
                    + " unless given.")
        double normalizationMomentum,
    @Key(
            value = "before",
            only = "gru",
            doc =
                "Where the reset gate acts: `before` the recurrent product (Cho 2014), `after` it (as"
                    + " PyTorch and cuDNN), or nowhere: `none` is the simplified unit without it.")
        Reset reset,
    @Key(value = "tanh", only = "rnn", doc = "The cell's non-linearity.") Activation activation,
    @Key(
            value = "activation",
            only = "lstm",
            doc =
                "What the gates see of the step before: the `activation` a, the memory `cell` c in its"
                    + " place, or a and, unit by unit, c: `peephole` (Gers 2000).")
        GatesRead gatesRead,
    @Key(
            value = "tanh",
            only = "lstm",
            doc = "What the output gate lets out: `tanh` of the memory cell, or the cell itself.")
        OutputActivation outputActivation,
    @Key(
            value = "1",
            only = "lstm",
            doc = "The forget gate's bias at the start; above 0, the cell remembers at first.")
        double forgetBias)
    implements Serializable {

  private static final double USUAL_MOMENTUM = 0.1;

  /** Weight of an update in the running moments of batch normalisation. */
  public double momentum() {
    return normalizationMomentum == 0 ? USUAL_MOMENTUM : normalizationMomentum;
  }

  /** Values per step that the layer hands on: those of both directions. */
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

  /** What is done to the products that a cell adds up. */
  public enum Normalization {
    /** Nothing. */
    NONE,
    /** Each is standardised over the units of a step. */
    LAYER,
    /** That with the input is standardised, each unit over the steps of a block. */
    BATCH
  }

  /** Where a GRU's reset gate acts. */
  public enum Reset {
    /** On the state, before the recurrent product. */
    BEFORE,
    /** On the recurrent product. */
    AFTER,
    /** There is no reset gate. */
    NONE
  }

  /** The non-linearity of a simple recurrence. */
  public enum Activation {
    /** Hyperbolic tangent. */
    TANH,
    /** Rectifier, max(0, x). */
    RELU
  }

  /** What an LSTM's gates see of the step before. */
  public enum GatesRead {
    /** The activation a⟨t-1⟩. */
    ACTIVATION,
    /** The memory cell c⟨t-1⟩ instead. */
    CELL,
    /** The activation, and the memory cell through diagonal weights. */
    PEEPHOLE
  }

  /** What an LSTM's output gate lets out. */
  public enum OutputActivation {
    /** tanh of the memory cell. */
    TANH,
    /** The memory cell itself. */
    IDENTITY
  }
}
