package org.unroll.data;

import java.io.Serializable;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import org.unroll.config.DataConfig;

/**
 * Cuts text into tokens. Text is first put into lower case if asked ({@link Locale#ROOT}), then
 * into Unicode normal form C, so that one visible character is one token however it was typed. Both
 * are part of a model: {@link #name} and {@link #lowercase} belong into its {@code config.json}.
 */
public sealed interface Tokenizer extends Serializable permits CharacterTokenizer, WordTokenizer {
  /** The normal form that text is put into. */
  String NORMAL_FORM = "NFC";

  /** The name by which {@link #named} finds it again. */
  String name();

  /** Whether text is put into lower case first. */
  boolean lowercase();

  /** The tokens of a text, possibly none. The result is not modified later. */
  List<String> tokens(String text);

  /** Text that reads as these tokens. */
  String join(List<String> tokens);

  /** Lower case (if asked) and normal form C. */
  default String normalize(String text) {
    String cased = lowercase() ? text.toLowerCase(Locale.ROOT) : text;
    return Normalizer.isNormalized(cased, Normalizer.Form.NFC)
        ? cased
        : Normalizer.normalize(cased, Normalizer.Form.NFC);
  }

  /**
   * The tokeniser a job asks for.
   *
   * @throws IllegalArgumentException for real values, which have no tokens
   */
  static Tokenizer of(DataConfig.Tokens tokens, boolean lowercase) {
    return switch (tokens) {
      case CHARACTERS -> new CharacterTokenizer(lowercase);
      case WORDS -> new WordTokenizer(lowercase);
      case FEATURES -> throw new IllegalArgumentException("real values are not cut into tokens");
    };
  }

  /**
   * The tokeniser recorded in a model.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  static Tokenizer named(String name, boolean lowercase) {
    return switch (name) {
      case CharacterTokenizer.NAME -> new CharacterTokenizer(lowercase);
      case WordTokenizer.NAME -> new WordTokenizer(lowercase);
      default ->
          throw new IllegalArgumentException(
              "a tokenizer must be characters or words, got " + name);
    };
  }
}
