package org.unroll.config;

import java.io.Serializable;

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
    OptimizerConfig optimizer)
    implements Serializable {

  /** Whether {@code training.batch-size} was given; otherwise {@link #batchSize()} is 0. */
  public boolean hasBatchSize() {
    return batchSize > 0;
  }
}
