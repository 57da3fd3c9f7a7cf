package org.unroll.nn.head;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.unroll.metric.TagScheme;

/** Which tags may begin a sequence, follow one another and end it. */
final class TagRules implements Serializable {
  private static final long serialVersionUID = 1;

  private final int tags;

  /** {@code [before][after]}, row-major. */
  private final boolean[] transitions;

  private final boolean[] start;
  private final boolean[] end;

  private TagRules(int tags) {
    this.tags = tags;
    transitions = new boolean[tags * tags];
    start = new boolean[tags];
    end = new boolean[tags];
    Arrays.fill(transitions, true);
    Arrays.fill(start, true);
    Arrays.fill(end, true);
  }

  /** Everything is allowed. */
  static TagRules none(int tags) {
    return new TagRules(tags);
  }

  /**
   * What the scheme of the tags allows.
   *
   * @param names of the tags, by number
   * @return empty if they are not tags of entities
   */
  static Optional<TagRules> entities(List<String> names) {
    return TagScheme.of(names).map(scheme -> of(scheme, names.size()));
  }

  private static TagRules of(TagScheme scheme, int tags) {
    TagRules rules = new TagRules(tags);
    for (int i = 0; i < tags; i++) {
      rules.start[i] = scheme.allows(-1, i);
      rules.end[i] = scheme.allows(i, -1);
      for (int j = 0; j < tags; j++) {
        rules.transitions[i * tags + j] = scheme.allows(i, j);
      }
    }
    return rules;
  }

  /**
   * Whether a tag may follow another one.
   *
   * @param before a tag, or -1 for the beginning of a sequence
   * @param after a tag, or -1 for the end of a sequence
   */
  boolean allows(int before, int after) {
    return before < 0 ? start[after] : after < 0 ? end[before] : transitions[before * tags + after];
  }
}
