package org.unroll.metric;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * What classes are, for those who measure predictions of them.
 *
 * @param kind what one is
 * @param names of labels and tags, by number; empty for symbols, which may be a million
 */
public record ClassNames(Kind kind, List<String> names) implements Serializable {
  /** What a class is. */
  public enum Kind {
    /** A label of a sequence. */
    LABELS,
    /** A tag of a step. */
    TAGS,
    /** The next symbol of a sequence. */
    SYMBOLS,
    /** The next character of a text. */
    CHARACTERS
  }

  /** Classes that have no names: only how many predictions are right is measured. */
  public static final ClassNames NONE = new ClassNames(Kind.SYMBOLS, List.of());

  public ClassNames {
    names = List.copyOf(names);
  }

  /** The scheme of entities, if these are tags of one. */
  Optional<TagScheme> scheme() {
    return kind == Kind.TAGS ? TagScheme.of(names) : Optional.empty();
  }
}
