package org.unroll.data;

import java.util.ArrayList;
import java.util.List;

/** Words: what stands between white space (as {@link Character#isWhitespace(int)} has it). */
public record WordTokenizer(boolean lowercase) implements Tokenizer {
  static final String NAME = "words";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> tokens(String text) {
    return split(normalize(text));
  }

  /** Cuts at white space, without normalising. */
  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      // Every white space character is in the basic plane, so chars do.
      boolean space = i == text.length() || Character.isWhitespace(text.charAt(i));
      if (space && start >= 0) {
        words.add(text.substring(start, i));
        start = -1;
      } else if (!space && start < 0) {
        start = i;
      }
    }
    return words;
  }

  @Override
  public String join(List<String> tokens) {
    return String.join(" ", tokens);
  }
}
