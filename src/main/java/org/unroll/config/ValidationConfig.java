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
        int everyRounds)
    implements Serializable {}
