package org.unroll.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TokenizerTest {
  @Test
  void charactersAreCodePointsInNormalForm() {
    Tokenizer characters = new CharacterTokenizer(false);
    assertEquals(List.of("\u00e9", " ", "\uD83D\uDE00"), characters.tokens("e\u0301 \uD83D\uDE00"));
    assertEquals("\u00e9x", characters.join(List.of("\u00e9", "x")));
    assertEquals(List.of(), characters.tokens(""));
  }

  @Test
  void wordsAreSplitAtWhiteSpace() {
    Tokenizer words = new WordTokenizer(false);
    assertEquals(List.of("A", "b", "c\u00a0d", "e"), words.tokens("  A\tb \u3000c\u00a0d\u2003e "));
    assertEquals(List.of(), words.tokens(" \t"));
    assertEquals("A b", words.join(List.of("A", "b")));
  }

  @Test
  void lowerCaseDoesNotDependOnTheMachine() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertEquals(List.of("i"), new WordTokenizer(true).tokens("I"));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void foundByName() {
    for (Tokenizer each : List.of(new CharacterTokenizer(true), new WordTokenizer(false))) {
      assertEquals(each, Tokenizer.named(each.name(), each.lowercase()));
    }
    assertThrows(IllegalArgumentException.class, () -> Tokenizer.named("bytes", false));
  }
}
