package org.unroll.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads HOCON text character by character before the parser does. The parser is recursive, so text
 * that nests thousands of levels would overflow its stack; and substitutions, which the language
 * has and job files do not, are refused with their line, as are values that a comment sign cuts.
 */
final class HoconScan {
  /** The deepest nesting of braces, brackets and dotted keys. */
  static final int MAX_DEPTH = 64;

  private final String text;
  private final String origin;
  private final List<Problem> problems = new ArrayList<>();

  /** How many levels each open brace or bracket added, its dotted key included. */
  private final Deque<Integer> open = new ArrayDeque<>();

  private int at;
  private int line = 1;
  private int depth;

  /** Dots of the key being read; {@code a.b.c} nests like three braces. */
  private int dots;

  /** A line or an element has ended; unless a brace opens next, a new key begins. */
  private boolean ended;

  private HoconScan(String text, String origin) {
    this.text = text;
    this.origin = origin;
  }

  /** The substitutions in a text, and its nesting if it is too deep. */
  static List<Problem> problems(String text, String origin) {
    HoconScan scan = new HoconScan(text, origin);
    scan.run();
    return scan.problems;
  }

  private void run() {
    while (at < text.length() && depth + dots <= MAX_DEPTH) {
      char c = text.charAt(at);
      if (c == '"') {
        significant(c);
        skipString();
      } else if (c == '#' || text.startsWith("//", at)) {
        refuseCommentInValue();
        skipToLineEnd();
      } else {
        if (!Character.isWhitespace(c)) {
          significant(c);
        }
        step(c);
        at++;
      }
    }
    if (depth + dots > MAX_DEPTH) {
      String rule = "a job file may nest at most " + MAX_DEPTH + " levels deep";
      problems.add(new Problem(rule, "", place(), ""));
    }
  }

  private void step(char c) {
    switch (c) {
      case '{', '[' -> {
        open.push(dots + 1);
        depth += dots + 1;
        dots = 0;
      }
      case '}', ']' -> {
        depth -= open.isEmpty() ? 0 : open.pop();
        dots = 0;
      }
      case '\n' -> {
        line++;
        ended = true;
      }
      case ',' -> ended = true;
      case '.' -> dots++;
      case '$' -> {
        if (text.startsWith("${", at)) {
          substitution();
        }
      }
      case '+' -> {
        if (text.startsWith("+=", at)) {
          problems.add(
              new Problem("+= is not read in job files", "", place(), "write the whole value"));
        }
      }
      default -> {}
    }
  }

  /** A brace may open on a line after its dotted key; anything else there is a new key. */
  private void significant(char c) {
    if (ended && c != '{' && c != '[') {
      dots = 0;
    }
    ended = false;
  }

  private void substitution() {
    int end = text.indexOf('}', at);
    String found = end < 0 || end - at > 80 ? "${" : text.substring(at, end + 1);
    problems.add(
        new Problem(
            "neither environment variables nor other substitutions are read in job files",
            found.replace('\n', ' '),
            place(),
            "write the value, or pass it with --set KEY=VALUE"));
    at++; // past the brace, which opens no level
    skipSubstitution(end);
  }

  private void skipSubstitution(int end) {
    if (end > 0) {
      for (; at < end; at++) {
        line += text.charAt(at) == '\n' ? 1 : 0;
      }
    }
  }

  /** HOCON cuts {@code data//train.tsv} to {@code data}, another path that may well exist. */
  private void refuseCommentInValue() {
    char before = at == 0 ? '\n' : text.charAt(at - 1);
    if (!Character.isWhitespace(before) && "{}[],=\"".indexOf(before) < 0) {
      int start = at;
      while (start > 0 && " \t\r\n=,[{\"".indexOf(text.charAt(start - 1)) < 0) {
        start--;
      }
      String sign = text.charAt(at) == '#' ? "#" : "//";
      problems.add(
          new Problem(
              sign + " begins a comment and must not follow a value without a space",
              text.substring(start, at) + sign,
              place(),
              "put the value into quotes, or a space before the comment"));
    }
  }

  private void skipToLineEnd() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  private void skipString() {
    String quote = text.startsWith("\"\"\"", at) ? "\"\"\"" : "\"";
    at += quote.length();
    while (at < text.length() && !text.startsWith(quote, at)) {
      boolean isSingle = quote.length() == 1;
      if (isSingle && text.charAt(at) == '\n') {
        return; // not closed on its line: the parser says so better
      }
      if (isSingle && text.charAt(at) == '\\') {
        at++;
      }
      if (at < text.length()) {
        line += text.charAt(at) == '\n' ? 1 : 0;
        at++;
      }
    }
    at = Math.min(text.length(), at + quote.length());
  }

  private String place() {
    return origin + ":" + line;
  }
}
