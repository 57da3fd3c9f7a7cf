package org.unroll.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.lang3.SerializationUtils;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  private static final Map<String, Long> COUNTS =
      Map.of("b", 3L, "a", 3L, "\uFF21", 2L, "\uD835\uDC00", 2L, "z", 9L, "rare", 1L);

  @Test
  void fallingCountThenCodePoint() {
    // U+FF21 comes before U+1D400, though the latter's chars are smaller.
    assertEquals(
        List.of("z", "a", "b", "\uFF21", "\uD835\uDC00", "rare"),
        Vocabulary.build(Vocabulary.Kind.LABELS, COUNTS, 1, 100).tokens());
  }

  @Test
  void limits() {
    assertEquals(
        List.of("<unk>", "z", "a"),
        Vocabulary.build(Vocabulary.Kind.SYMBOLS, COUNTS, 1, 2).tokens());
    assertEquals(
        List.of("<unk>", "<s>", "</s>", "z", "a", "b"),
        Vocabulary.build(Vocabulary.Kind.FRAMED, COUNTS, 3, 100).tokens());
  }

  @Test
  void lookUp() {
    Vocabulary symbols = Vocabulary.build(Vocabulary.Kind.FRAMED, COUNTS, 1, 100);
    for (int i = 3; i < symbols.size(); i++) {
      assertEquals(i, symbols.index(symbols.token(i)));
    }
    assertEquals(0, symbols.index("new"));
    assertEquals(1, symbols.begin());
    assertEquals(2, symbols.end());
    Vocabulary labels = Vocabulary.build(Vocabulary.Kind.LABELS, COUNTS, 1, 100);
    assertEquals(-1, labels.index("new"));
    assertEquals(-1, labels.begin());
  }

  /** Text is text, whatever it looks like: it neither ends a sequence nor is it unknown. */
  @Test
  void tokensThatLookSpecialAreNot() {
    Vocabulary v =
        Vocabulary.build(Vocabulary.Kind.FRAMED, Map.of("</s>", 9L, "<unk>", 8L, "w", 1L), 1, 100);
    assertEquals(List.of("<unk>", "<s>", "</s>", "</s>", "<unk>", "w"), v.tokens());
    assertEquals(3, v.index("</s>"));
    assertEquals(4, v.index("<unk>"));
    assertEquals(0, v.index("<s>"));
    assertEquals(-1, v.find("<s>"));
    assertEquals(2, v.end());
    assertTrue(v.isSpecial(2) && !v.isSpecial(3));
    assertEquals(v, Vocabulary.of(v.kind(), v.tokens()));
  }

  @Test
  void manySymbols() {
    Map<String, Long> counts = new HashMap<>();
    IntStream.range(0, 50_000).forEach(i -> counts.put("w" + i, (long) i));
    Vocabulary v = Vocabulary.build(Vocabulary.Kind.SYMBOLS, counts, 1, 1_000_000);
    assertEquals(50_000, v.size());
    assertEquals(1, v.index("w49999"));
    assertEquals(49_999, v.index("w1"));
    assertEquals(0, v.index("w0"));
  }

  @Test
  void restoredFromItsSymbols() {
    Vocabulary v = Vocabulary.build(Vocabulary.Kind.FRAMED, COUNTS, 1, 100);
    Vocabulary restored = Vocabulary.of(v.kind(), v.tokens());
    assertEquals(v, restored);
    assertEquals(v.hashCode(), restored.hashCode());
    assertEquals(v.fingerprint(), restored.fingerprint());
    assertNotEquals(v, Vocabulary.of(Vocabulary.Kind.LABELS, v.tokens()));
    assertThrows(
        IllegalArgumentException.class, () -> Vocabulary.of(Vocabulary.Kind.SYMBOLS, List.of("a")));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Vocabulary.of(Vocabulary.Kind.LABELS, List.of("a", "a")))
            .getMessage();
    assertTrue(message.contains("'a' twice"), message);
  }

  @Test
  void survivesTheWire() {
    Vocabulary v = Vocabulary.build(Vocabulary.Kind.FRAMED, COUNTS, 1, 100);
    Vocabulary arrived = SerializationUtils.roundtrip(v);
    assertEquals(v, arrived);
    assertEquals(v.index("rare"), arrived.index("rare"));
  }
}
