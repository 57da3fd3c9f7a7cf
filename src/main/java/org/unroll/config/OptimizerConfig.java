package org.unroll.config;

import java.io.Serializable;

/** The {@code training.optimizer} section: how a gradient becomes an update. */
public record OptimizerConfig(
    @Key(value = "adam", doc = "The optimiser.") Kind kind,
    @Key(
            byKind = {"sgd: 0.1", "adam: 0.001"},
            above = 0,
            doc = "Size of an update; the setting to try first when training fails.")
        double learningRate,
    @Key(
            value = "0",
            only = "sgd",
            atLeast = 0,
            below = 1,
            doc = "How much of the last update is added to the next.")
        double momentum,
    @Key(
            value = "0.9",
            only = "adam",
            atLeast = 0,
            below = 1,
            doc = "Memory of Adam's mean of gradients.")
        double beta1,
    @Key(
            value = "0.999",
            only = "adam",
            atLeast = 0,
            below = 1,
            doc = "Memory of Adam's mean of squared gradients.")
        double beta2,
    @Key(
            value = "1e-8",
            only = "adam",
            above = 0,
            doc = "Added to Adam's divisor, so that it is never 0.")
        double epsilon,
    @Key(
            value = "constant",
            doc =
                "The learning rate over time: constant, or falling along half a cosine to the end"
                    + " of training.")
        Schedule schedule,
    @Key(
            value = "0",
            atLeast = 0,
            doc = "Updates over which the learning rate first rises from 0 in a straight line.")
        int warmUpRounds,
    @Key(
            value = "0",
            atLeast = 0,
            atMost = 1,
            doc = "Where the cosine ends, as a share of the learning rate.")
        double finalLearningRate)
    implements Serializable {

  /** The kinds of optimiser. */
  public enum Kind {
    /** Gradient descent, with momentum if asked for. */
    SGD,
    /** Adam (Kingma and Ba 2015). */
    ADAM
  }

  /** The learning rate over time. */
  public enum Schedule {
    /** The same in every round. */
    CONSTANT,
    /** Falling along half a cosine. */
    COSINE
  }
}
