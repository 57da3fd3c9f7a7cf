package org.unroll.config;

import java.io.Serializable;

/** The {@code sync} section: when and how the driver averages what the executors computed. */
public record SyncConfig(
    @Key(value = "gradient", doc = "What the driver averages in each round: the gradients.")
        Mode mode,
    @Key(
            value = "auto",
            changesResult = false,
            doc =
                "Where rounds are computed: on Spark's executors, or on the driver's threads, which"
                    + " suits small data; auto takes the faster. No result depends on it.")
        Engine engine,
    @Key(
            optional = true,
            atLeast = 1,
            doc =
                "Updates per pass over the data, instead of `training.batch-size`; with neither, 1:"
                    + " one averaged gradient per epoch.")
        int roundsPerEpoch,
    @Key(
            value = "0",
            atLeast = 0,
            changesResult = false,
            doc =
                "Spark partitions of the training data, which change no result; 0 takes Spark's"
                    + " default parallelism.")
        int partitions,
    @Key(
            value = "0",
            atLeast = 0,
            doc =
                "Groups that sequences are placed in by hash; 0 is chosen from the data and"
                    + " recorded.")
        int shards)
    implements Serializable {

  /** What the driver averages. */
  public enum Mode {
    /** The gradient of a round, before the optimiser's step. */
    GRADIENT
  }

  /** Where rounds are computed. */
  public enum Engine {
    /** The faster one, by trial. */
    AUTO,
    /** On Spark's executors. */
    SPARK,
    /** On threads of the driver. */
    DRIVER
  }

  /** Whether {@code sync.rounds-per-epoch} was given; otherwise {@link #roundsPerEpoch()} is 0. */
  public boolean hasRoundsPerEpoch() {
    return roundsPerEpoch > 0;
  }
}
