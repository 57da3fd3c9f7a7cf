package org.unroll.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.unroll.config.DataConfig;
import org.unroll.config.JobReader;
import org.unroll.config.Problem;

class VocabularyCoverageTest {
  private static final Map<String, Long> COUNTS = Map.of("a", 5L, "b", 3L, "c", 3L, "d", 1L);

  private static DataConfig data(int minCount, int ofField, int maxSize) {
    return JobReader.read(
            """
            data { format = json, train = a, target.column = y
              input { column = words, tokens = words }
              vocabulary { min-count = %d, max-size = %d }
              fields = [ { name = kind, column = k, embedding = 2, min-count = %d } ] }
            training.epochs = 1
            model { topology = many-to-one, embedding = 1, layers = [ { cell = rnn, units = 1 } ] }
            """
                .formatted(minCount, maxSize, ofField),
            "test.conf",
            List.of())
        .data();
  }

  private static VocabularyCoverage of(DataConfig data, int field, Map<String, Long> counts) {
    SymbolTotals totals = SymbolTotals.NONE;
    for (long count : counts.values()) {
      totals = totals.plus(count);
    }
    DataConfig.Field of = data.inputs().get(field);
    int maxSize = data.vocabulary().maxSize();
    Vocabulary vocabulary =
        Vocabulary.build(Vocabulary.Kind.FRAMED, counts, of.minCount(), maxSize);
    return VocabularyCoverage.of(data, of, totals, counts, vocabulary);
  }

  private static String refused(VocabularyCoverage coverage) {
    return assertThrows(DataException.class, coverage::requireSymbols).getMessage();
  }

  @Test
  void anEmptyVocabularyIsRefused() {
    assertEquals(
        "data.vocabulary.min-count must leave symbols of data.train in the vocabulary, got none:"
            + " the most frequent of 4 occurs 5 times (data.vocabulary.min-count = 6): set it to"
            + " at most 5",
        refused(of(data(6, 1, 10), 0, COUNTS)));
    assertEquals(
        "data.fields.0.min-count must leave symbols of data.train in the vocabulary, got none:"
            + " the most frequent of 4 occurs 5 times (data.fields.0.min-count = 9): set it to at"
            + " most 5",
        refused(of(data(1, 9, 10), 1, COUNTS)));
    assertEquals(
        "model.characters must leave symbols of data.train in the vocabulary, got none, because"
            + " there are none: check the column",
        refused(
            VocabularyCoverage.ofCharacters(
                SymbolTotals.NONE,
                Map.of(),
                Vocabulary.build(Vocabulary.Kind.SYMBOLS, Map.of(), 1, 9))));
    of(data(5, 1, 10), 0, COUNTS).requireSymbols();
  }

  @Test
  void whatKnowsLittleIsTold() {
    assertEquals(
        "most tokens of data.train should be in the vocabulary, got 58.3 % unknown: it has 1 of 4"
            + " symbols (data.vocabulary.min-count): lower data.vocabulary.min-count",
        of(data(5, 1, 10), 0, COUNTS).doubt(10).map(Problem::toString).orElse(""));
    Problem full = of(data(1, 1, 1), 0, COUNTS).doubt(1).orElseThrow();
    assertEquals("raise data.vocabulary.max-size", full.fix());
    assertEquals(Optional.empty(), of(data(2, 1, 10), 0, COUNTS).doubt(10));
    assertEquals(Optional.empty(), of(data(1, 1, 10), 0, Map.of("a", 1L, "b", 1L)).doubt(10));
  }

  @Test
  void totalsAddUpInAnyGrouping() {
    SymbolTotals one = SymbolTotals.NONE.plus(3).plus(1);
    SymbolTotals other = SymbolTotals.NONE.plus(4);
    assertEquals(new SymbolTotals(8, 3, 4), one.plus(other));
    assertEquals(one.plus(other), other.plus(one));
  }
}
