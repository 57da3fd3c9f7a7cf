package org.unroll.config;

import java.io.Serializable;

/** The {@code validation} section: when the model is validated. */
public record ValidationConfig(
    @Key(
            value = "0",
            atLeast = 0,
            doc =
                "Number of rounds between validations, counted from the start of training;"
                    + " 0 validates at the end of each epoch. The end of training is always"
                    + " validated.")
        int everyRounds,
    @Key(
            value = "loss",
            doc =
                "Metric of the validation data that chooses the best model, stops training"
                    + " early (`training.patience`) and lowers the learning rate on a plateau:"
                    + " `loss`, or another metric of the output, such as `accuracy`, `macro-f1`"
                    + " or `entity-f1`.")
        String metric)
    implements Serializable {}
