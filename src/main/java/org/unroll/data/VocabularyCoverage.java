package org.unroll.data;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Field;
import org.unroll.config.Problem;
import org.unroll.text.Counts;

/**
 * How much of the training data a vocabulary knows.
 *
 * @param key of the job that bounds how rare a symbol may be; of the characters, which have no such
 *     bound, the section that asks for them
 * @param minCount that bound
 * @param totals of all symbols that occur
 * @param known occurrences of those in the vocabulary
 * @param symbols of the vocabulary, special ones not counted
 */
public record VocabularyCoverage(
    String key, int minCount, SymbolTotals totals, long known, int symbols) {
  /** A greater share of unknown tokens is told. */
  public static final double MOSTLY = 0.5;

  /** Of a field of symbols; {@code counts} holds at least the symbols of the vocabulary. */
  public static VocabularyCoverage of(
      DataConfig data,
      Field field,
      SymbolTotals totals,
      Map<String, Long> counts,
      Vocabulary vocabulary) {
    String key =
        field.name().isEmpty()
            ? "data.vocabulary.min-count"
            : Columns.key(data.inputs().indexOf(field)) + ".min-count";
    return of(key, field.minCount(), totals, counts, vocabulary);
  }

  /** Of the characters of words. */
  public static VocabularyCoverage ofCharacters(
      SymbolTotals totals, Map<String, Long> counts, Vocabulary vocabulary) {
    return of("model.characters", 1, totals, counts, vocabulary);
  }

  private static VocabularyCoverage of(
      String key,
      int minCount,
      SymbolTotals totals,
      Map<String, Long> counts,
      Vocabulary vocabulary) {
    int specials = vocabulary.kind().specials().size();
    long known =
        vocabulary.tokens().stream().skip(specials).mapToLong(token -> counts.get(token)).sum();
    return new VocabularyCoverage(key, minCount, totals, known, vocabulary.size() - specials);
  }

  /**
   * Refuses a vocabulary without symbols, by which nothing could be told apart.
   *
   * @throws DataException if there are none
   */
  public void requireSymbols() {
    if (symbols == 0) {
      throw new DataException(
          new Problem(
              key + " must leave symbols of data.train in the vocabulary",
              totals.symbols() == 0
                  ? "none, because there are none"
                  : String.format(
                      Locale.ROOT,
                      "none: the most frequent of %,d occurs %s",
                      totals.symbols(),
                      Counts.of(totals.most(), "time")),
              minCount == 1 ? "" : key + " = " + minCount,
              minCount == 1 ? "check the column" : "set it to at most " + totals.most()));
    }
  }

  /**
   * A problem if most tokens are unknown.
   *
   * @param maxSize the most symbols kept
   */
  public Optional<Problem> doubt(int maxSize) {
    double unknown = totals.tokens() == 0 ? 0 : 1 - (double) known / totals.tokens();
    if (unknown <= MOSTLY) {
      return Optional.empty();
    }
    return Optional.of(
        new Problem(
            "most tokens of data.train should be in the vocabulary",
            String.format(
                Locale.ROOT,
                "%.1f %% unknown: it has %,d of %s",
                100 * unknown,
                symbols,
                Counts.of(totals.symbols(), "symbol")),
            key,
            symbols >= maxSize ? "raise data.vocabulary.max-size" : "lower " + key));
  }
}
