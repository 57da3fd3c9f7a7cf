package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Arguments in a locale that does not know their letters. */
class EncodingTest {
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
