package org.unroll.data;

import java.io.Serializable;

/**
 * What one step of a sequence gives to the network: a symbol, or a vector of real values.
 *
 * @param symbols size of the vocabulary the symbols are from; 0 if there are none
 * @param features real values per step; 0 if there are none
 */
public record InputShape(int symbols, int features) implements Serializable {
  public InputShape {
    if (symbols < 0 || features < 0 || (symbols == 0) == (features == 0)) {
      throw new IllegalArgumentException(
          "a step must have either a symbol or real values, got "
              + symbols
              + " symbols and "
              + features
              + " values");
    }
  }

  /** A symbol per step. */
  public static InputShape ofSymbols(int symbols) {
    return new InputShape(symbols, 0);
  }

  /** A vector of real values per step. */
  public static InputShape ofFeatures(int features) {
    return new InputShape(0, features);
  }

  /** Width of a step, a symbol counted as a one-hot vector. */
  public int width() {
    return symbols + features;
  }
}
