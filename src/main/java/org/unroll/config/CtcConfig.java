package org.unroll.config;

import java.io.Serializable;

/** The {@code model.ctc} section: the output layer of {@code model.output = ctc}. */
public record CtcConfig(
    @Key(
            value = "1",
            only = "ctc",
            atLeast = 1,
            doc =
                "Number of texts that are followed when one is decoded, in evaluation: 1 takes the"
                    + " likeliest symbol of each step, more add up the alignments of each text"
                    + " (prefix beam search).")
        int beamWidth)
    implements Serializable {

  /** Decodes step by step. */
  public static final CtcConfig GREEDY = new CtcConfig(1);
}
