package org.unroll.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordVectorsTest {
  private static final Vocabulary WORDS =
      Vocabulary.of(
          Vocabulary.Kind.FRAMED, List.of("<unk>", "<s>", "</s>", "the", "é", "new york", "cat"));

  private final float[] table = new float[7 * 2];

  private WordVectors.Coverage read(String text) throws IOException {
    WordVectors vectors =
        new WordVectors(WORDS, new WordTokenizer(true), 2, "model.embedding", table);
    return vectors.read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "vectors.txt");
  }

  private float[] row(int symbol) {
    return new float[] {table[2 * symbol], table[2 * symbol + 1]};
  }

  @Test
  void linesOfGlove() throws IOException {
    WordVectors.Coverage coverage =
        read("the 0.5 -1\ne\u0301 1e-3 2\nThe 9 9\nother 1 1\nnew york 3 4\n<unk> 5 6");
    assertArrayEquals(new float[] {0.5f, -1}, row(3), "the first of equal symbols");
    assertArrayEquals(new float[] {1e-3f, 2}, row(4), "in normal form");
    assertArrayEquals(new float[] {3, 4}, row(5), "a symbol with a space");
    assertArrayEquals(new float[] {5, 6}, row(0), "a special symbol");
    assertArrayEquals(new float[] {0, 0}, row(6), "left as it was");
    assertEquals(
        new WordVectors.Coverage(BitSet.valueOf(new long[] {0b111001}), 7, List.of("cat"), 6),
        coverage);
  }

  @Test
  void linesOfWord2vec() throws IOException {
    WordVectors.Coverage coverage = read("3 2\n</s> 1 2 \nCAT 3 4 \n\n");
    assertArrayEquals(new float[] {1, 2}, row(2));
    assertArrayEquals(new float[] {3, 4}, row(6));
    assertEquals(2, coverage.count());
    assertEquals(List.of("the", "é", "new york"), coverage.missing());
  }

  @Test
  void linesOfSpecialSymbolsAreNotForTokensThatLookLikeThem() throws IOException {
    Vocabulary words =
        Vocabulary.of(Vocabulary.Kind.SYMBOLS, List.of("<unk>", "<unk>", "<s>", "a"));
    WordVectors vectors =
        new WordVectors(words, new WordTokenizer(true), 2, "model.embedding", null);
    byte[] lines = "<unk> 1 2\n<UNK> 1 2\n<s> 1 2\n".getBytes(StandardCharsets.UTF_8);
    WordVectors.Coverage found = vectors.read(new ByteArrayInputStream(lines), "vectors.txt");
    // In lower case <UNK> is the token; and of these words <s> is not special.
    assertEquals(BitSet.valueOf(new long[] {0b0111}), found.covered());
    assertEquals(List.of("a"), found.missing());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          the 1 2 3          | a symbol and 2 numbers (model.embedding), got 3 numbers (vectors.txt:1): set model.embedding = 3
          the 1              | got 1 number (vectors.txt:1): set model.embedding = 1
          2 300;the 1 2 3    | got 3 numbers (vectors.txt:2)
          the 1 2;cat 1      | got 1 number (vectors.txt:2): mend the line
          the 1 two          | finite numbers, got 'two' (vectors.txt:1)
          the 1 2;cat NaN 1  | got 'NaN' (vectors.txt:2)
          dog 1 2            | such as [the, é, new york, cat], got none of them in 1 line
          """)
  void whatDoesNotFitIsRefused(String text, String message) {
    DataException refused =
        assertThrows(DataException.class, () -> read(text.strip().replace(";", "\n")));
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
  }
}
