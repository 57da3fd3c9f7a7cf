package org.unroll.samples;

import java.util.List;
import org.unroll.hash.Hash;

/**
 * Subject and verb agree in number however far apart they stand: "the cat … was", "the cats …
 * were". Between them stand phrases of three words, each with a noun whose number says nothing:
 * "the cats near the dog behind the trees" → "were". Rows are a function of seed and number alone.
 */
public final class Agreement {
  /** Words between subject and verb come in phrases of so many. */
  public static final int PHRASE = 3;

  private static final long SAMPLE = 0x41475245454D454EL;
  private static final List<String> NOUNS =
      List.of("cat", "dog", "bird", "boy", "girl", "tree", "house", "car", "teacher", "king");
  private static final List<String> PREPOSITIONS =
      List.of("near", "behind", "with", "above", "below", "beside", "without", "before");

  private final int least;
  private final int most;
  private final long seed;

  /**
   * Sentences.
   *
   * @param least fewest words between subject and verb
   * @param most greatest number of them; those in between come equally often
   */
  public Agreement(int least, int most, long seed) {
    if (least < 0 || least > most || firstPhrases(least) > most / PHRASE) {
      throw new IllegalArgumentException(
          "the words between subject and verb come in phrases of "
              + PHRASE
              + ", so the distance must be a range that holds a multiple of "
              + PHRASE
              + ", got "
              + least
              + " to "
              + most);
    }
    this.least = firstPhrases(least);
    this.most = most / PHRASE;
    this.seed = seed;
  }

  private static int firstPhrases(int words) {
    return (words + PHRASE - 1) / PHRASE;
  }

  /** The row of a number: the verb, a tab, and the words before it. */
  public String row(long number) {
    long hash = Hash.of(SAMPLE, seed, number);
    boolean plural = Hash.with(hash, 0) < 0;
    int phrases = least + choose(hash, 1, most - least + 1);
    StringBuilder row = new StringBuilder(plural ? "were" : "was").append("\tthe ");
    row.append(noun(hash, 2, plural));
    for (int p = 1; p <= phrases; p++) {
      row.append(' ').append(PREPOSITIONS.get(choose(hash, 3L * p, PREPOSITIONS.size())));
      row.append(" the ").append(noun(hash, 3L * p + 1, Hash.with(hash, 3L * p + 2) < 0));
    }
    return row.toString();
  }

  private static String noun(long hash, long place, boolean plural) {
    return NOUNS.get(choose(hash, place, NOUNS.size())) + (plural ? "s" : "");
  }

  private static int choose(long hash, long place, int choices) {
    return (int) (Hash.unit(Hash.with(hash, place)) * choices);
  }
}
