package org.unroll.config;

import java.io.Serializable;
import java.util.List;

/** The {@code training} section: how long and how the parameters are fitted. */
public record TrainingConfig(
    @Key(required = true, atLeast = 1, doc = "Passes over the training data.") int epochs,
    @Key(
            optional = true,
            atLeast = 1,
            doc =
                "Sequences per update of the parameters, rounded up to whole blocks; instead of"
                    + " `sync.rounds-per-epoch`.")
        int batchSize,
    @Key(
            value = "32",
            atLeast = 1,
            doc = "Sequences computed side by side; part of the job because it changes rounding.")
        int blockSize,
    @Key(value = "1", doc = "Where all randomness starts: the same seed, the same model.")
        long seed,
    @Key(
            value = "0",
            atLeast = 0,
            doc = "The gradient is scaled down to this length if it is longer; 0 is off.")
        double clipNorm,
    @Key(
            value = "0",
            atLeast = 0,
            doc = "Each number of the gradient is cut to ± this value; 0 is off.")
        double clipValue,
    @Key(
            value = "0",
            atLeast = 0,
            doc =
                "The gradient is cut every so many steps, the state carried on; 0 goes back over"
                    + " the whole sequence.")
        int truncate,
    @Key(
            value = "1000",
            atLeast = 0,
            doc =
                "Blocks with more steps keep their states at every √steps-th step only, and compute"
                    + " the rest again on the way back: little memory for a third more time. 0 is"
                    + " never; bidirectional layers, batch normalisation and pooling ="
                    + " attention cannot.")
        int recomputeAbove,
    @Key(
            value = "0",
            atLeast = 0,
            doc =
                "Validations (one per epoch, unless `validation.every-rounds` says otherwise)"
                    + " without a better loss after which training stops; 0 is off.")
        int patience,
    @Key(
            value = "0",
            atLeast = 0,
            doc =
                "The mean of the parameters after each of so many last rounds of training is what"
                    + " is validated and becomes the model; 0 is off.")
        int averageRounds,
    @Key(
            value = "0",
            atLeast = 0,
            below = 1,
            doc =
                "Share of each target that is spread evenly over all classes, so that the model does"
                    + " not grow too sure; not in validation.")
        double labelSmoothing,
    @Key(
            value = "false",
            doc =
                "Whether every class counts the same in training, however often it occurs: weights"
                    + " (all targets) / (classes × targets of the class). Not in validation.")
        boolean balanceClasses,
    @Key(
            value = "[]",
            doc = "Weights of classes in training; those not listed weigh 1. Not in validation.")
        List<ClassWeight> classWeights,
    OptimizerConfig optimizer)
    implements Serializable {

  /** An element of {@code training.class-weights}. */
  public record ClassWeight(
      @Key(required = true, doc = "A label of the training data.") String label,
      @Key(required = true, atLeast = 0, doc = "What each target with this label counts.")
          double weight)
      implements Serializable {}

  /** Copies the list, so that the record cannot change. */
  public TrainingConfig {
    classWeights = List.copyOf(classWeights);
  }

  /** Whether {@code training.batch-size} was given; otherwise {@link #batchSize()} is 0. */
  public boolean hasBatchSize() {
    return batchSize > 0;
  }
}
