package org.unroll.config;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where validation data comes from. */
public sealed interface ValidSource extends Serializable {

  /** There is no validation data. */
  record None() implements ValidSource {
    @Override
    public String toString() {
      return "";
    }
  }

  /**
   * Files of their own.
   *
   * @param path a path or glob, several separated by commas
   */
  record Path(String path) implements ValidSource {
    @Override
    public String toString() {
      return path;
    }
  }

  /**
   * A share of the training rows, chosen by hash of the raw record.
   *
   * @param fraction above 0 and below 1
   */
  record Fraction(double fraction) implements ValidSource {
    /** Refuses what is not strictly between 0 and 1. */
    public Fraction {
      requireShare(fraction, "a fraction");
    }

    @Override
    public String toString() {
      return JobText.number(fraction);
    }
  }

  /**
   * The end of each stream.
   *
   * @param fraction above 0 and below 1
   */
  record Tail(double fraction) implements ValidSource {
    /** Refuses what is not strictly between 0 and 1. */
    public Tail {
      requireShare(fraction, "the fraction after tail:");
    }

    @Override
    public String toString() {
      return "tail:" + JobText.number(fraction);
    }
  }

  /**
   * A range of the rows of each training file.
   *
   * @param first the first row, from 0
   * @param last the last row, included
   */
  record Rows(long first, long last) implements ValidSource {
    /** Refuses empty and negative ranges. */
    public Rows {
      if (first < 0 || last < first) {
        throw new IllegalArgumentException(
            "the rows after rows: must be a-b with 0 <= a <= b, got " + first + "-" + last);
      }
    }

    @Override
    public String toString() {
      return "rows:" + first + "-" + last;
    }
  }

  /**
   * Reads a value of {@code data.valid}. Text that is a number is a fraction, also when quoted.
   *
   * @throws IllegalArgumentException if the text is empty, a number outside (0, 1), or a malformed
   *     {@code tail:} or {@code rows:}
   */
  static ValidSource parse(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("must not be empty");
    }
    if (Syntax.NUMBER.matcher(text).matches()) {
      return new Fraction(Double.parseDouble(text));
    }
    if (text.startsWith("tail:")) {
      String share = text.substring("tail:".length());
      if (!Syntax.NUMBER.matcher(share).matches()) {
        throw new IllegalArgumentException("tail: takes a fraction, as in tail:0.1, got " + text);
      }
      return new Tail(Double.parseDouble(share));
    }
    if (text.startsWith("rows:")) {
      Matcher rows = Syntax.ROWS.matcher(text);
      if (!rows.matches()) {
        throw new IllegalArgumentException("rows: takes a range, as in rows:0-999, got " + text);
      }
      return new Rows(Long.parseLong(rows.group(1)), Long.parseLong(rows.group(2)));
    }
    return new Path(text);
  }

  private static void requireShare(double fraction, String what) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          what + " must be above 0 and below 1, got " + JobText.number(fraction));
    }
  }

  /** The forms of text told apart by {@link #parse}. */
  final class Syntax {
    static final Pattern NUMBER = Pattern.compile("-?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern ROWS = Pattern.compile("rows:(\\d{1,18})-(\\d{1,18})");

    private Syntax() {}
  }
}
