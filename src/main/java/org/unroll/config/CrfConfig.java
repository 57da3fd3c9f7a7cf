package org.unroll.config;

import java.io.Serializable;

/** The {@code model.crf} section: the output layer of {@code model.output = crf}. */
public record CrfConfig(
    @Key(
            value = "none",
            only = "crf",
            doc =
                "Which tags may follow one another: any (`none`), or only those that make whole"
                    + " `entities` of BIO, IOBES or BILOU tags; all other transitions have"
                    + " probability 0.")
        Constrain constrain)
    implements Serializable {

  /** Any tag may follow any other. */
  public static final CrfConfig FREE = new CrfConfig(Constrain.NONE);

  /** Which transitions are forbidden. */
  public enum Constrain {
    /** None. */
    NONE,
    /** Those that break the scheme of the tags. */
    ENTITIES
  }
}
