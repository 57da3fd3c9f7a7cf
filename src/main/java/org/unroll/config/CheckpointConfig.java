package org.unroll.config;

import java.io.Serializable;

/** The {@code checkpoint} section: when the training state is saved for {@code --resume}. */
public record CheckpointConfig(
    @Key(
            value = "0",
            atLeast = 0,
            changesResult = false,
            doc = "Number of rounds between checkpoints; 0 disables checkpoints by rounds.")
        int everyRounds,
    @Key(
            value = "10",
            atLeast = 0,
            changesResult = false,
            doc = "Minutes between checkpoints; 0 disables checkpoints by time.")
        double everyMinutes,
    @Key(
            value = "3",
            atLeast = 1,
            changesResult = false,
            doc = "Number of checkpoints that are kept; older ones are deleted.")
        int keep)
    implements Serializable {}
