package org.unroll.config;

import java.util.List;

/** Finds what a mistyped word was meant to be. */
public final class Suggestions {
  private Suggestions() {}

  /** The candidate nearest to a word, or the empty string if none is near; ties go to the first. */
  public static String nearest(String word, List<String> candidates) {
    String best = "";
    int bestDistance = 1 + Math.max(2, word.length() / 3);
    for (String candidate : candidates) {
      int distance = distance(word, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  /**
   * The known key nearest to an unknown one. A key of the same last name in another section is near
   * too: {@code data.batch-size} means {@code training.batch-size}.
   */
  static String nearestKey(String path, List<String> known) {
    String near = nearest(path, known);
    if (!near.isEmpty() && distance(path, near) <= 2) {
      return near;
    }
    String last = lastName(path);
    String best = near;
    int bestDistance = Math.max(1, last.length() / 4) + 1;
    for (String candidate : known) {
      int distance = distance(last, lastName(candidate));
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** Edit distance in insertions, deletions, substitutions, and swaps of neighbours. */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(last[j - 1] + change, 1 + Math.min(last[j], row[j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }

  /** Joins words as in a sentence: {@code a, b or c}. */
  static String join(List<String> words, String lastSeparator) {
    if (words.size() < 2) {
      return String.join("", words);
    }
    return String.join(", ", words.subList(0, words.size() - 1))
        + (" " + lastSeparator + " ")
        + words.get(words.size() - 1);
  }
}
