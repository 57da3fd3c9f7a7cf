package org.unroll.data;

import java.util.ArrayList;
import java.util.List;

/** Each Unicode code point is a token. */
public record CharacterTokenizer(boolean lowercase) implements Tokenizer {
  static final String NAME = "characters";

  /** Most text lives in few scripts: their tokens are made once, not once per occurrence. */
  private static final String[] COMMON = new String[0x600];

  static {
    for (int c = 0; c < COMMON.length; c++) {
      COMMON[c] = Character.toString(c);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> tokens(String text) {
    String normal = normalize(text);
    List<String> tokens = new ArrayList<>(normal.length());
    for (int i = 0; i < normal.length(); ) {
      int codePoint = normal.codePointAt(i);
      tokens.add(codePoint < COMMON.length ? COMMON[codePoint] : Character.toString(codePoint));
      i += Character.charCount(codePoint);
    }
    return tokens;
  }

  @Override
  public String join(List<String> tokens) {
    return String.join("", tokens);
  }
}
