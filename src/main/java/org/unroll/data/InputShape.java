package org.unroll.data;

import java.io.Serializable;
import java.util.List;

/**
 * What one step of a sequence gives to the network: symbols, real values, or both.
 *
 * @param fields what symbols there are, in the order of the network's input
 * @param features real values per step, after the symbols; 0 if there are none
 * @param characters size of the vocabulary of the characters of the first field's symbols; 0 if
 *     they are not read
 */
public record InputShape(List<Symbols> fields, int features, int characters)
    implements Serializable {
  /**
   * A field of symbols.
   *
   * @param name of the field; empty for the job's {@code data.input}
   * @param size of its vocabulary
   * @param embedding numbers each symbol is turned into; 0 for what {@code model.embedding} says
   */
  public record Symbols(String name, int size, int embedding) implements Serializable {
    public Symbols {
      if (size < 1 || embedding < 0) {
        throw new IllegalArgumentException(
            "a field must have at least 1 symbol and 0 numbers for each, got "
                + size
                + " and "
                + embedding);
      }
    }
  }

  public InputShape {
    fields = List.copyOf(fields);
    if (characters < 0 || characters > 0 && fields.isEmpty()) {
      throw new IllegalArgumentException(
          "a character encoder needs a field of symbols, got "
              + characters
              + " and "
              + fields.size()
              + " fields");
    }
    if (features < 0 || fields.isEmpty() && features == 0) {
      throw new IllegalArgumentException(
          "a step must have a symbol or real values, got "
              + fields.size()
              + " fields of symbols and "
              + features
              + " values");
    }
  }

  /** Without characters. */
  public InputShape(List<Symbols> fields, int features) {
    this(fields, features, 0);
  }

  /** A symbol per step. */
  public static InputShape ofSymbols(int symbols) {
    return new InputShape(List.of(new Symbols("", symbols, 0)), 0);
  }

  /** A vector of real values per step. */
  public static InputShape ofFeatures(int features) {
    return new InputShape(List.of(), features);
  }

  /** Whether a step is one symbol of {@code data.input} and nothing beside it. */
  public boolean isOneSymbol() {
    return features == 0 && characters == 0 && fields.size() == 1 && fields.get(0).name().isEmpty();
  }

  /** Size of the vocabulary of the first field, 0 if there are no symbols. */
  public int symbols() {
    return fields.isEmpty() ? 0 : fields.get(0).size();
  }
}
