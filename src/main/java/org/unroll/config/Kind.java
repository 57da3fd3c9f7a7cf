package org.unroll.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What kinds of section a key stands in, from the outermost inwards: the first key of a section, if
 * it is a choice, says which kind it is of.
 */
record Kind(List<Enum<?>> chain, boolean isKnown) {
  /** Of no kind. */
  static final Kind NONE = new Kind(List.of(), true);

  Kind {
    chain = List.copyOf(chain);
  }

  /** The kind of a section of this kind within. */
  Kind with(Enum<?> inner) {
    List<Enum<?>> longer = new ArrayList<>(chain);
    longer.add(inner);
    return new Kind(longer, isKnown);
  }

  /** The kind of a section within that should say its kind and failed. */
  Kind withUnknown() {
    return new Kind(chain, false);
  }

  /** Whether it is one of these for certain. */
  boolean isOneOf(String[] names) {
    return chain.stream().anyMatch(kind -> Arrays.asList(names).contains(ValueType.enumText(kind)));
  }

  /** Whether it is one of these, or might be but for a mistake elsewhere. */
  boolean mayBeOneOf(String[] names) {
    return isOneOf(names) || !isKnown && counterpart(names) == null;
  }

  /** The names of the kinds, from the innermost outwards. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (int i = chain.size() - 1; i >= 0; i--) {
      names.add(ValueType.enumText(chain.get(i)));
    }
    return names;
  }

  /** What stands in the place of one of these: of the same choice, or else the innermost. */
  String insteadOf(String[] names) {
    String found = counterpart(names);
    return found != null ? found : chain.isEmpty() ? "" : names().get(0);
  }

  /** The kind that is of the same choice as one of these, null if none is. */
  private String counterpart(String[] names) {
    for (Enum<?> kind : chain) {
      for (Enum<?> other : kind.getDeclaringClass().getEnumConstants()) {
        if (Arrays.asList(names).contains(ValueType.enumText(other))) {
          return ValueType.enumText(kind);
        }
      }
    }
    return null;
  }
}
