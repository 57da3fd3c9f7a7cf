package org.unroll.metric;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What tags say of entities: where one begins and ends, and its type. Tags are {@code O}, or a
 * prefix and a type such as {@code B-person}; prefixes are those of BIO (IOB1, IOB2), IOBES and
 * BILOU, whose L and U are E and S.
 */
public final class TagScheme implements Serializable {
  private static final long serialVersionUID = 1;
  private static final Pattern TAG = Pattern.compile("([BIESLU])-(.+)");

  /** Stands for the type of tags that training never saw. */
  static final int UNKNOWN_TYPE = -1;

  private final List<String> types;

  /** Of each tag: one of B, I, E, S, O. */
  private final char[] prefixes;

  /** Of each tag, a place in {@link #types}. */
  private final int[] typeOf;

  /** Whether entities have marks of their end. */
  private final boolean marksEnds;

  private TagScheme(List<String> types, char[] prefixes, int[] typeOf) {
    this.types = types;
    this.prefixes = prefixes;
    this.typeOf = typeOf;
    marksEnds = new String(prefixes).indexOf('E') >= 0;
  }

  /**
   * The scheme of these tags.
   *
   * @param tags all of them, by number
   * @return empty if they are not tags of entities: another form, or nothing but {@code O}
   */
  public static Optional<TagScheme> of(List<String> tags) {
    Set<String> types = new LinkedHashSet<>();
    char[] prefixes = new char[tags.size()];
    String[] names = new String[tags.size()];
    for (int i = 0; i < prefixes.length; i++) {
      Matcher tag = TAG.matcher(tags.get(i));
      if (tag.matches()) {
        prefixes[i] = prefix(tag.group(1).charAt(0));
        names[i] = tag.group(2);
        types.add(names[i]);
      } else if (tags.get(i).equals("O")) {
        prefixes[i] = 'O';
      } else {
        return Optional.empty();
      }
    }
    if (types.isEmpty()) {
      return Optional.empty();
    }
    List<String> sorted = new ArrayList<>(types);
    sorted.sort(null);
    int[] typeOf = new int[prefixes.length];
    Arrays.setAll(typeOf, i -> names[i] == null ? UNKNOWN_TYPE : sorted.indexOf(names[i]));
    return Optional.of(new TagScheme(List.copyOf(sorted), prefixes, typeOf));
  }

  private static char prefix(char written) {
    return written == 'L' ? 'E' : written == 'U' ? 'S' : written;
  }

  /** The types, sorted by name. */
  public List<String> types() {
    return types;
  }

  /** Prefix of a tag; that of one which training never saw, a negative number, is I. */
  char prefix(int tag) {
    return tag < 0 ? 'I' : prefixes[tag];
  }

  /** Type of a tag, a place in {@link #types}; {@link #UNKNOWN_TYPE} of {@code O}. */
  int type(int tag) {
    return tag < 0 ? UNKNOWN_TYPE : typeOf[tag];
  }

  /** Whether an entity ends between two tags, as conlleval has it. */
  boolean ends(int before, int after) {
    char p = prefix(before);
    char q = prefix(after);
    return p != 'O'
        && (p == 'E'
            || p == 'S'
            || q == 'B'
            || q == 'S'
            || q == 'O'
            || type(before) != type(after));
  }

  /** Whether an entity begins between two tags, as conlleval has it. */
  boolean begins(int before, int after) {
    char p = prefix(before);
    char q = prefix(after);
    return q != 'O'
        && (q == 'B'
            || q == 'S'
            || p == 'E'
            || p == 'S'
            || p == 'O'
            || type(before) != type(after));
  }

  /**
   * Whether the scheme itself allows a tag behind another one: only the continuation of an entity
   * of the same type that has begun. For transitions that a model is not to make.
   *
   * @param before a tag, or -1 for the beginning of a sequence
   * @param after a tag, or -1 for the end of a sequence
   */
  public boolean allows(int before, int after) {
    boolean open = before >= 0 && (prefixes[before] == 'B' || prefixes[before] == 'I');
    boolean continues = after >= 0 && (prefixes[after] == 'I' || prefixes[after] == 'E');
    if (continues) {
      return open && typeOf[before] == typeOf[after];
    }
    // Where there are marks of the end, what is open must come to one.
    return !(open && marksEnds);
  }
}
