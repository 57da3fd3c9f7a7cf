package org.unroll.data;

import java.io.Serializable;

/**
 * How often symbols of a field occur in the training data, before the rare ones are left out.
 *
 * @param tokens occurrences of all symbols
 * @param symbols different ones
 * @param most occurrences of the most frequent one
 */
public record SymbolTotals(long tokens, long symbols, long most) implements Serializable {
  /** Of nothing. */
  public static final SymbolTotals NONE = new SymbolTotals(0, 0, 0);

  /** With one more symbol that occurs so often. */
  public SymbolTotals plus(long count) {
    return plus(new SymbolTotals(count, 1, count));
  }

  /** With other symbols. */
  public SymbolTotals plus(SymbolTotals other) {
    return new SymbolTotals(
        tokens + other.tokens, symbols + other.symbols, Math.max(most, other.most));
  }
}
