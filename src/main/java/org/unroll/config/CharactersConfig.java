package org.unroll.config;

import java.io.Serializable;
import java.util.List;

/**
 * The {@code model.characters} section: the character encoder, a recurrent network over the
 * characters of each word whose final states are concatenated to the word embedding (Lample 2016).
 */
public record CharactersConfig(
    @Key(optional = true, atLeast = 1, doc = "Embedding size of the characters.") int embedding,
    @Key(
            optional = true,
            doc =
                "Recurrent layers of the character encoder, which reads the characters of"
                    + " each word; the final state of each direction is concatenated to the"
                    + " embedding of the word. Without them there is no character encoder.")
        List<LayerConfig> layers)
    implements Serializable {

  /** Copies the list, so that the record cannot change. */
  public CharactersConfig {
    layers = List.copyOf(layers);
  }

  /** Whether there is a character encoder. */
  public boolean isUsed() {
    return !layers.isEmpty();
  }
}
