package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Arguments that are no text, or lost their letters in a locale that does not know them. */
class EncodingTest {
  @Test
  void halfACharacterIsNoArgument() {
    for (String half : List.of("\ud83d", "\ude00")) {
      assertEquals(
          "arguments must consist of whole characters, got half a surrogate pair in a\ufffdb: write"
              + " both halves of the character",
          Encoding.unreadable(new String[] {"--prompt", "a" + half + "b"}, "UTF-8")
              .orElseThrow()
              .toString());
    }
    assertEquals(Optional.empty(), Encoding.unreadable(new String[] {"\ud83d\ude00"}, "UTF-8"));
  }

  @Test
  void anArgumentThatLostItsLettersIsNotUsed() {
    String[] lost = {"generate", "model", "--prompt", "gr\uFFFD\uFFFD"};
    assertEquals(
        "arguments must be text in the encoding of this process, ANSI_X3.4-1968, got"
            + " gr\uFFFD\uFFFD: start with LC_ALL=C.UTF-8",
        Encoding.unreadable(lost, "ANSI_X3.4-1968").orElseThrow().toString());
    assertEquals(Optional.empty(), Encoding.unreadable(lost, "UTF-8"));
    assertEquals(Optional.empty(), Encoding.unreadable(new String[] {"grö"}, "ANSI_X3.4-1968"));
  }
}
