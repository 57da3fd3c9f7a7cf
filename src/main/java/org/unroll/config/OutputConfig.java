package org.unroll.config;

import java.io.Serializable;

/** The {@code output} section: where the model goes and what is shown at the end. */
public record OutputConfig(
    @Key(
            optional = true,
            changesResult = false,
            doc = "Directory for the model and its records; without it, a new `runs/JOB-N`.")
        String dir,
    @Key(
            value = "3",
            atLeast = 0,
            changesResult = false,
            doc =
                "Lines a many-to-many model writes at the end of training, to show what it knows.")
        int samples)
    implements Serializable {

  /** Whether {@code output.dir} was given. */
  public boolean hasDir() {
    return !dir.isEmpty();
  }
}
