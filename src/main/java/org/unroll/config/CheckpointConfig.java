package org.unroll.config;

import java.io.Serializable;

/** The {@code checkpoint} section: when the training state is saved for {@code --resume}. */
public record CheckpointConfig(
    @Key(
            value = "0",
            atLeast = 0,
            changesResult = false,
            doc = "A checkpoint after every so many rounds; 0 is off.")
        int everyRounds,
    @Key(
            value = "10",
            atLeast = 0,
            changesResult = false,
            doc = "A checkpoint when so many minutes have passed since the last; 0 is off.")
        double everyMinutes,
    @Key(
            value = "3",
            atLeast = 1,
            changesResult = false,
            doc = "Checkpoints kept; older ones are deleted.")
        int keep)
    implements Serializable {}
