package org.unroll.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.unroll.hash.Hash;

/**
 * Symbols and their numbers, 0 to {@link #size} - 1. Immutable. Special symbols come first, then
 * the tokens by falling count in the training data, equal counts in the order of their code points.
 *
 * <p>Special symbols are no text: a token that looks like one, such as {@code <unk>}, is a token
 * like any other, with a number of its own.
 */
public final class Vocabulary implements Serializable {
  private static final long serialVersionUID = 1;

  public static final String UNKNOWN = "<unk>";
  public static final String BEGIN = "<s>";
  public static final String END = "</s>";

  /** By code point, which the order of Java's chars is not outside the basic plane. */
  public static final Comparator<String> BY_CODE_POINT =
      (a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

  /** Which special symbols there are. */
  public enum Kind {
    /** None: an unknown label is an error. */
    LABELS(List.of()),
    /** Unknown only: sequences that are classified or tagged, and streams. */
    SYMBOLS(List.of(UNKNOWN)),
    /** Unknown, begin and end: language models of sequences. */
    FRAMED(List.of(UNKNOWN, BEGIN, END));

    private final List<String> specials;

    Kind(List<String> specials) {
      this.specials = specials;
    }

    /** The special symbols, in the order of their numbers from 0. */
    public List<String> specials() {
      return specials;
    }
  }

  private final Kind kind;
  private final String[] tokens;
  private final transient int[] table;

  private Vocabulary(Kind kind, String[] tokens) {
    this.kind = kind;
    this.tokens = tokens;
    // At most half full, so that a look-up ends after few probes.
    table = new int[Integer.highestOneBit(Math.max(4, tokens.length)) * 4];
    Arrays.fill(table, -1);
    for (int i = kind.specials.size(); i < tokens.length; i++) {
      int slot = slot(tokens[i]);
      if (table[slot] >= 0) {
        throw new IllegalArgumentException(
            "the symbols of a vocabulary must differ, got '" + tokens[i] + "' twice");
      }
      table[slot] = i;
    }
  }

  /**
   * Restores a vocabulary from its symbols, special ones included.
   *
   * @throws IllegalArgumentException if the special symbols are not in front, or a symbol is there
   *     twice
   */
  public static Vocabulary of(Kind kind, List<String> tokens) {
    int specials = kind.specials.size();
    if (tokens.size() < specials || !tokens.subList(0, specials).equals(kind.specials)) {
      throw new IllegalArgumentException(
          "a vocabulary must start with "
              + kind.specials
              + ", got "
              + tokens.subList(0, Math.min(specials, tokens.size())));
    }
    return new Vocabulary(kind, tokens.toArray(String[]::new));
  }

  /**
   * Chooses the symbols of a vocabulary.
   *
   * @param counts how often each token occurs in the training data
   * @param minCount tokens that occur less often are left out
   * @param maxSize the most tokens kept, special symbols not counted; the most frequent win
   */
  public static Vocabulary build(Kind kind, Map<String, Long> counts, long minCount, int maxSize) {
    List<String> chosen =
        counts.entrySet().stream()
            .filter(entry -> entry.getValue() >= minCount)
            .sorted(MOST_FREQUENT_FIRST)
            .limit(maxSize)
            .map(Map.Entry::getKey)
            .toList();
    String[] tokens = new String[kind.specials.size() + chosen.size()];
    for (int i = 0; i < tokens.length; i++) {
      int token = i - kind.specials.size();
      tokens[i] = token < 0 ? kind.specials.get(i) : chosen.get(token);
    }
    return new Vocabulary(kind, tokens);
  }

  /** The order of tokens in a vocabulary. */
  public static final Comparator<Map.Entry<String, Long>> MOST_FREQUENT_FIRST =
      Map.Entry.<String, Long>comparingByValue()
          .reversed()
          .thenComparing(Map.Entry.comparingByKey(BY_CODE_POINT));

  public Kind kind() {
    return kind;
  }

  /** Number of symbols, special ones included. */
  public int size() {
    return tokens.length;
  }

  /**
   * The number of a token of text; of the unknown symbol, or -1 without one, if it is not there.
   */
  public int index(String token) {
    int found = find(token);
    return found >= 0 ? found : unknown();
  }

  /** The number of a token of text, -1 if it is not there. */
  public int find(String token) {
    return table[slot(token)];
  }

  /** Whether a number is that of a special symbol, which stands for no text. */
  public boolean isSpecial(int index) {
    return index < kind.specials.size();
  }

  /** The symbol of a number. */
  public String token(int index) {
    return tokens[index];
  }

  /** All symbols by number, special ones included. */
  public List<String> tokens() {
    return Collections.unmodifiableList(Arrays.asList(tokens));
  }

  /** The number of the unknown symbol, -1 if there is none. */
  public int unknown() {
    return kind.specials.indexOf(UNKNOWN);
  }

  /** The number of the symbol before the first, -1 if there is none. */
  public int begin() {
    return kind.specials.indexOf(BEGIN);
  }

  /** The number of the symbol after the last, -1 if there is none. */
  public int end() {
    return kind.specials.indexOf(END);
  }

  /** A hash of kind and symbols. */
  public long fingerprint() {
    long hash = Hash.of(kind.name());
    for (String token : tokens) {
      hash = Hash.with(hash, Hash.of(token));
    }
    return hash;
  }

  private int slot(String token) {
    int mask = table.length - 1;
    int slot = (int) Hash.mix(token.hashCode()) & mask;
    while (table[slot] >= 0 && !tokens[table[slot]].equals(token)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vocabulary that
        && kind == that.kind
        && Arrays.equals(tokens, that.tokens);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(tokens) * 31 + kind.ordinal();
  }

  @Override
  public String toString() {
    return kind + " vocabulary of " + tokens.length + " symbols";
  }

  private Object writeReplace() {
    return new Form(kind, tokens);
  }

  /** What travels: the table of hashes is made again on arrival. */
  private record Form(Kind kind, String[] tokens) implements Serializable {
    private Object readResolve() {
      return new Vocabulary(kind, tokens);
    }
  }
}
