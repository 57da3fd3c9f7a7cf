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
            value = "before",
            only = "gru",
            doc =
                "Where the reset gate acts: `before` the recurrent product (Cho 2014) or `after` it"
                    + " (as PyTorch and cuDNN).")
        Reset reset,
    @Key(value = "tanh", only = "rnn", doc = "The cell's non-linearity.") Activation activation,
    @Key(
            value = "1",
            only = "lstm",
            doc = "The forget gate's bias at the start; above 0, the cell remembers at first.")
        double forgetBias)
    implements Serializable {

  /** The kinds of recurrent cell. */
  public enum Cell {
    /** Simple recurrence. */
    RNN,
    /** Gated recurrent unit. */
    GRU,
    /** Long short-term memory. */
    LSTM
  }

  /** Where a GRU's reset gate acts. */
  public enum Reset {
    /** On the state, before the recurrent product. */
    BEFORE,
    /** On the recurrent product. */
    AFTER
  }

  /** The non-linearity of a simple recurrence. */
  public enum Activation {
    /** Hyperbolic tangent. */
    TANH
  }
}
