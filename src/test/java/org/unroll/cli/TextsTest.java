package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Where one text ends and the next begins can be seen. */
class TextsTest {
  @Test
  void textsOfOneLineAreALineEach() {
    assertEquals(List.of("Ada", "", "Bo"), Texts.lines(List.of("Ada", "", "Bo")));
  }

  @Test
  void textsWithLinesOfTheirOwnAreSeparated() {
    assertEquals(
        List.of("--- 1 of 2 ---", "a\nb", "--- 2 of 2 ---", "c"),
        Texts.lines(List.of("a\nb", "c")));
    assertEquals(4, Texts.lines(List.of("a", "c\u2028d")).size());
  }

  @Test
  void aSingleTextIsAsItIs() {
    assertEquals(List.of("a\nb\n"), Texts.lines(List.of("a\nb\n")));
  }
}
