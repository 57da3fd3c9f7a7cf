package org.unroll.config;

import java.io.Serializable;

/** An element of {@code model.dense}: a layer without recurrence. */
public record DenseConfig(
    @Key(required = true, atLeast = 1, doc = "Number of units.") int units,
    @Key(value = "tanh", doc = "Activation function.") Activation activation,
    @Key(value = "0", atLeast = 0, below = 1, doc = "Dropout rate of the layer's output.")
        double dropout)
    implements Serializable {

  /** The activation function of a dense layer. */
  public enum Activation {
    /** Hyperbolic tangent. */
    TANH,
    /** Rectifier, max(0, x). */
    RELU,
    /** None. */
    LINEAR
  }
}
