package org.unroll.config;

import java.io.Serializable;

/** The {@code training.optimizer} section: the optimiser and the learning rate schedule. */
public record OptimizerConfig(
    @Key(
            value = "adam",
            doc = "Optimiser. The two irprop need full-batch training: one update per epoch.")
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
            doc = "Learning rate. For irprop, the initial step size of every parameter value.")
        double learningRate,
    @Key(
            value = "0",
            only = {"sgd", "rmsprop"},
            atLeast = 0,
            below = 1,
            doc = "Momentum: the fraction of the previous update that is added to the next.")
        double momentum,
    @Key(value = "false", only = "sgd", doc = "Whether to use Nesterov momentum.") boolean nesterov,
    @Key(
            value = "0.99",
            only = "rmsprop",
            atLeast = 0,
            below = 1,
            doc = "Decay rate ρ of the running mean of squared gradients.")
        double smoothing,
    @Key(
            value = "false",
            only = "rmsprop",
            doc =
                "Whether squared gradients are centred by the running mean of the gradient"
                    + " (Graves 2013).")
        boolean centered,
    @Key(
            value = "0.9",
            only = {"adam", "adamw"},
            atLeast = 0,
            below = 1,
            doc = "Decay rate β₁ of the running mean of gradients.")
        double beta1,
    @Key(
            value = "0.999",
            only = {"adam", "adamw"},
            atLeast = 0,
            below = 1,
            doc = "Decay rate β₂ of the running mean of squared gradients.")
        double beta2,
    @Key(
            value = "1e-8",
            only = {"rmsprop", "adam", "adamw"},
            above = 0,
            doc = "Constant ε added to the denominator for numerical stability.")
        double epsilon,
    @Key(
            byKind = {"sgd: 0", "rmsprop: 0", "adam: 0", "adamw: 0.01"},
            only = {"sgd", "rmsprop", "adam", "adamw"},
            atLeast = 0,
            doc =
                "Weight decay λ: added to the gradient as an L2 penalty, or, in adamw,"
                    + " decoupled from it.")
        double weightDecay,
    @Key(
            value = "weights",
            only = {"sgd", "rmsprop", "adam", "adamw"},
            doc =
                "Which parameters decay: `weights`, the weight matrices only, or `all`,"
                    + " also biases, embeddings and gains.")
        Decayed weightDecayOn,
    @Key(
            value = "1.2",
            only = {"irprop-plus", "irprop-minus"},
            above = 1,
            doc = "Factor η⁺ of the step size after two gradients of the same sign.")
        double increase,
    @Key(
            value = "0.5",
            only = {"irprop-plus", "irprop-minus"},
            above = 0,
            below = 1,
            doc = "Factor η⁻ of the step size after a change of sign.")
        double decrease,
    @Key(
            value = "1e-6",
            only = {"irprop-plus", "irprop-minus"},
            above = 0,
            doc = "Smallest step size.")
        double minStep,
    @Key(
            value = "50",
            only = {"irprop-plus", "irprop-minus"},
            above = 0,
            doc = "Largest step size.")
        double maxStep,
    @Key(
            value = "constant",
            doc =
                "Learning rate schedule: `constant`, `step` (drops every `drop-after`"
                    + " epochs), `cosine` (falls along half a cosine until the last update) or"
                    + " `plateau` (drops after `drop-after` validations without a gain).")
        Schedule schedule,
    @Key(
            value = "0",
            atLeast = 0,
            doc = "Number of rounds over which the learning rate rises linearly at the start.")
        int warmUpRounds,
    @Key(
            optional = true,
            atLeast = 1,
            doc =
                "Epochs (`step`) or validations without a gain (`plateau`) after"
                    + " which the learning rate drops.")
        int dropAfter,
    @Key(
            optional = true,
            above = 0,
            below = 1,
            doc = "Factor by which the learning rate is multiplied at each drop.")
        double dropFactor,
    @Key(
            value = "0",
            atLeast = 0,
            atMost = 1,
            doc = "Lowest learning rate of the schedule, as a fraction of `learning-rate`.")
        double finalLearningRate)
    implements Serializable {

  /** The kinds of optimiser. */
  public enum Kind {
    /** Gradient descent, optionally with momentum. */
    SGD,
    /** RMSProp (Tieleman and Hinton 2012). */
    RMSPROP,
    /** Adam (Kingma and Ba 2015). */
    ADAM,
    /** Adam with decoupled weight decay (Loshchilov and Hutter 2019). */
    ADAMW,
    /** iRprop⁺ (Igel and Hüsken 2003): reverts steps after which the loss rose. */
    IRPROP_PLUS,
    /** iRprop⁻ (Igel and Hüsken 2003): PyTorch's Rprop. */
    IRPROP_MINUS;

    /** Whether it needs the gradient of all data at each update. */
    public boolean fullBatch() {
      return this == IRPROP_PLUS || this == IRPROP_MINUS;
    }
  }

  /** The parameters that decay. */
  public enum Decayed {
    /** Matrices that something is multiplied with: no biases, embeddings or gains. */
    WEIGHTS,
    /** Every parameter but {@code bias_hh}, which is kept as loaded. */
    ALL
  }

  /** The learning rate schedule. */
  public enum Schedule {
    /** The same in every round. */
    CONSTANT,
    /** Dropping every so many epochs. */
    STEP,
    /** Falling along half a cosine. */
    COSINE,
    /** Dropping after several validations without a gain. */
    PLATEAU;

    /** Whether it falls in drops. */
    public boolean drops() {
      return this == STEP || this == PLATEAU;
    }
  }
}
