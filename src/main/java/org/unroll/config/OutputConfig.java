package org.unroll.config;

import java.io.Serializable;

/** The {@code output} section: the output directory and the generated samples. */
public record OutputConfig(
    @Key(
            optional = true,
            changesResult = false,
            doc = "Output directory. Without it, a new directory `runs/JOB-N` is created.")
        String dir,
    @Key(
            value = "3",
            atLeast = 0,
            changesResult = false,
            doc = "Number of texts that a language model generates at the end of training.")
        int samples)
    implements Serializable {

  /** Whether {@code output.dir} was given. */
  public boolean hasDir() {
    return !dir.isEmpty();
  }
}
