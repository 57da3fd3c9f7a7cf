package org.unroll.config;

import java.io.Serializable;

/** The {@code training.optimizer} section: how a gradient becomes an update. */
public record OptimizerConfig(
    @Key(value = "adam", doc = "The optimiser; the two irprop only with one update per epoch.")
        Kind kind,
    @Key(
            byKind = {
              "sgd: 0.1",
              "rmsprop: 0.001",
              "adam: 0.001",
              "adamw: 0.001",
              "irprop-plus: 0.01",
              "irprop-minus: 0.01"
            },
            above = 0,
            doc =
                "Size of an update; the setting to try first when training fails. For irprop the"
                    + " first step of every value, which then goes its own way.")
        double learningRate,
    @Key(
            value = "0",
            only = {"sgd", "rmsprop"},
            atLeast = 0,
            below = 1,
            doc = "How much of the last update is added to the next.")
        double momentum,
    @Key(value = "false", only = "sgd", doc = "Whether momentum looks ahead, after Nesterov.")
        boolean nesterov,
    @Key(
            value = "0.99",
            only = "rmsprop",
            atLeast = 0,
            below = 1,
            doc = "Memory of RMSProp's mean of squared gradients.")
        double smoothing,
    @Key(
            value = "false",
            only = "rmsprop",
            doc =
                "Whether RMSProp divides by the deviation of the gradient, its mean taken off"
                    + " (Graves 2013), instead of by its size.")
        boolean centered,
    @Key(
            value = "0.9",
            only = {"adam", "adamw"},
            atLeast = 0,
            below = 1,
            doc = "Memory of Adam's mean of gradients.")
        double beta1,
    @Key(
            value = "0.999",
            only = {"adam", "adamw"},
            atLeast = 0,
            below = 1,
            doc = "Memory of Adam's mean of squared gradients.")
        double beta2,
    @Key(
            value = "1e-8",
            only = {"rmsprop", "adam", "adamw"},
            above = 0,
            doc = "Added to the divisor, so that it is never 0.")
        double epsilon,
    @Key(
            byKind = {"sgd: 0", "rmsprop: 0", "adam: 0", "adamw: 0.01"},
            only = {"sgd", "rmsprop", "adam", "adamw"},
            atLeast = 0,
            doc =
                "Pulls weights towards 0: this share of them is added to the gradient, or with"
                    + " adamw, times the learning rate, taken off them.")
        double weightDecay,
    @Key(
            value = "weights",
            only = {"sgd", "rmsprop", "adam", "adamw"},
            doc = "What decays: the weight matrices, or biases and embeddings as well.")
        Decayed weightDecayOn,
    @Key(
            value = "1.2",
            only = {"irprop-plus", "irprop-minus"},
            above = 1,
            doc = "What a step is multiplied with while its gradient keeps its sign.")
        double increase,
    @Key(
            value = "0.5",
            only = {"irprop-plus", "irprop-minus"},
            above = 0,
            below = 1,
            doc = "What a step is multiplied with when its gradient turns.")
        double decrease,
    @Key(
            value = "1e-6",
            only = {"irprop-plus", "irprop-minus"},
            above = 0,
            doc = "The smallest step.")
        double minStep,
    @Key(
            value = "50",
            only = {"irprop-plus", "irprop-minus"},
            above = 0,
            doc = "The largest step.")
        double maxStep,
    @Key(
            value = "constant",
            doc =
                "The learning rate over time: constant; falling at regular steps; along half a"
                    + " cosine to the end of training; or when the validation loss has come to a"
                    + " plateau.")
        Schedule schedule,
    @Key(
            value = "0",
            atLeast = 0,
            doc = "Updates over which the learning rate first rises from 0 in a straight line.")
        int warmUpRounds,
    @Key(
            optional = true,
            atLeast = 1,
            doc =
                "When the learning rate drops: with schedule = step every so many epochs, with"
                    + " plateau after so many validations without a better loss.")
        int dropAfter,
    @Key(
            optional = true,
            above = 0,
            below = 1,
            doc = "What the learning rate is multiplied with at each drop.")
        double dropFactor,
    @Key(
            value = "0",
            atLeast = 0,
            atMost = 1,
            doc =
                "Where a schedule that falls ends, as a share of the learning rate: the end of the"
                    + " cosine, the least that drops lead to.")
        double finalLearningRate)
    implements Serializable {

  /** The kinds of optimiser. */
  public enum Kind {
    /** Gradient descent, with momentum if asked for. */
    SGD,
    /** RMSProp (Tieleman and Hinton 2012). */
    RMSPROP,
    /** Adam (Kingma and Ba 2015). */
    ADAM,
    /** Adam with decoupled weight decay (Loshchilov and Hutter 2019). */
    ADAMW,
    /** iRprop⁺ (Igel and Hüsken 2003): takes back steps that raised the loss. */
    IRPROP_PLUS,
    /** iRprop⁻ (Igel and Hüsken 2003): PyTorch's Rprop. */
    IRPROP_MINUS;

    /** Whether it needs the gradient of all data at each update. */
    public boolean fullBatch() {
      return this == IRPROP_PLUS || this == IRPROP_MINUS;
    }
  }

  /** What weight decay acts on. */
  public enum Decayed {
    /** Matrices that something is multiplied with: no biases, embeddings or gains. */
    WEIGHTS,
    /** Every parameter but {@code bias_hh}, which is kept as loaded. */
    ALL
  }

  /** The learning rate over time. */
  public enum Schedule {
    /** The same in every round. */
    CONSTANT,
    /** Dropping every so many epochs. */
    STEP,
    /** Falling along half a cosine. */
    COSINE,
    /** Dropping after some validations without a better loss. */
    PLATEAU;

    /** Whether it falls in drops. */
    public boolean drops() {
      return this == STEP || this == PLATEAU;
    }
  }
}
