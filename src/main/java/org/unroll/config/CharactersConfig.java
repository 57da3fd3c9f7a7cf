package org.unroll.config;

import java.io.Serializable;
import java.util.List;

/**
 * The {@code model.characters} section: a recurrence over the characters of each word, whose last
 * states stand beside the word's embedding (Lample 2016).
 */
public record CharactersConfig(
    @Key(
            optional = true,
            atLeast = 1,
            doc = "Numbers that each character of a word is turned into.")
        int embedding,
    @Key(
            optional = true,
            doc =
                "Recurrent layers over the characters of each word, best bidirectional; the last"
                    + " state of each direction stands beside the word's embedding. None: words are"
                    + " known by their embedding only.")
        List<LayerConfig> layers)
    implements Serializable {

  /** Copies the list, so that the record cannot change. */
  public CharactersConfig {
    layers = List.copyOf(layers);
  }

  /** Whether words are read by their characters, too. */
  public boolean isUsed() {
    return !layers.isEmpty();
  }
}
