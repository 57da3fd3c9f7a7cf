package org.unroll.config;

import java.io.Serializable;

/** The {@code validation} section: when the model is measured on the validation data. */
public record ValidationConfig(
    @Key(
            value = "0",
            atLeast = 0,
            doc =
                "Validates after every so many rounds, counted from the beginning, and at the end"
                    + " of training; 0 is at the end of every epoch.")
        int everyRounds)
    implements Serializable {}
