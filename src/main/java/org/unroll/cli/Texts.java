package org.unroll.cli;

import java.util.ArrayList;
import java.util.List;

/** Several generated texts, one below the other. */
final class Texts {
  private Texts() {}

  /**
   * The lines to print: a text each, or, where one has lines of its own, with a line above each
   * text that says where it begins.
   */
  static List<String> lines(List<String> texts) {
    List<String> lines = new ArrayList<>();
    boolean separate =
        texts.size() > 1 && texts.stream().anyMatch(text -> text.matches("(?s).*\\R.*"));
    for (int i = 0; i < texts.size(); i++) {
      if (separate) {
        lines.add("--- " + (i + 1) + " of " + texts.size() + " ---");
      }
      lines.add(texts.get(i));
    }
    return lines;
  }
}
