package org.unroll.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Bounds of a number or of a list's size; a bound that is NaN does not bind.
 *
 * @param atLeast inclusive lower bound
 * @param above exclusive lower bound
 * @param atMost inclusive upper bound
 * @param below exclusive upper bound
 */
record Range(double atLeast, double above, double atMost, double below) {

  static Range of(Key key) {
    return new Range(key.atLeast(), key.above(), key.atMost(), key.below());
  }

  boolean contains(double value) {
    // A comparison with NaN is false, so a bound that does not bind is never broken.
    boolean broken = value < atLeast || value <= above || value > atMost || value >= below;
    return !broken && !Double.isNaN(value);
  }

  /** The bounds as in {@code at least 0 and below 1}; empty without bounds. */
  String inWords() {
    return words("at least ", "above ", "at most ", "below ", " and ");
  }

  /** The bounds as in {@code ≥ 0, < 1}; empty without bounds. */
  String inSymbols() {
    return words("≥ ", "> ", "≤ ", "< ", ", ");
  }

  private String words(String ge, String gt, String le, String lt, String separator) {
    List<String> parts = new ArrayList<>();
    add(parts, ge, atLeast);
    add(parts, gt, above);
    add(parts, le, atMost);
    add(parts, lt, below);
    return String.join(separator, parts);
  }

  private static void add(List<String> parts, String word, double bound) {
    if (!Double.isNaN(bound)) {
      parts.add(word + JobText.number(bound));
    }
  }
}
