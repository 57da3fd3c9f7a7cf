package org.unroll.config;

import java.io.Serializable;

/** The {@code sync} section: where gradients are computed and how often they are averaged. */
public record SyncConfig(
    @Key(value = "gradient", doc = "What the driver averages in each round: the gradients.")
        Mode mode,
    @Key(
            value = "auto",
            changesResult = false,
            doc =
                "Where rounds are computed: on Spark's executors, in threads of the driver"
                    + " (for small data), or on the faster of the two (`auto`). The result is the"
                    + " same.")
        Engine engine,
    @Key(
            optional = true,
            atLeast = 1,
            doc =
                "Number of updates per epoch, as an alternative to `training.batch-size`."
                    + " With neither, an epoch is one update with the gradient of all data.")
        int roundsPerEpoch,
    @Key(
            value = "0",
            atLeast = 0,
            changesResult = false,
            doc =
                "Number of Spark partitions of the training data; 0 takes Spark's default"
                    + " parallelism. The result is the same.")
        int partitions,
    @Key(
            value = "0",
            atLeast = 0,
            doc =
                "Number of groups into which sequences are divided by hash; 0 chooses it"
                    + " from the data and records it.")
        int shards)
    implements Serializable {

  /** What the driver averages. */
  public enum Mode {
    /** The gradient of a round, before the optimiser's step. */
    GRADIENT
  }

  /** Where rounds are computed. */
  public enum Engine {
    /** The faster one, which is found by measurement. */
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
