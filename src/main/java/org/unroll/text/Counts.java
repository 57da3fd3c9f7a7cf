package org.unroll.text;

import java.util.Locale;

/** A number and what is counted, as people write it: 1 epoch, 12 epochs, 1,069 classes. */
public final class Counts {
  private Counts() {}

  /**
   * The number with its noun.
   *
   * @param noun in the singular; of several words the last one changes: {@code training sequence}
   */
  public static String of(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s", count, noun(count, noun));
  }

  /** The noun alone, in the number that fits: for a count that is shown in another form. */
  public static String noun(long count, String noun) {
    if (count == 1) {
      return noun;
    }
    if (noun.matches(".*(s|x|tch|sh)")) {
      return noun + "es";
    }
    return noun.matches(".*[^aeiou]y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
  }

  /** One of two words: {@code is} for one, {@code are} for none or several. */
  public static String verb(long count, String one, String several) {
    return count == 1 ? one : several;
  }
}
