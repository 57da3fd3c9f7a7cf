package org.unroll.data;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Numbers that serve as names: labels, tags, tokens, identities. Equal numbers have one name,
 * however they were written: that of 1, 1.0 and 1e0 is {@code 1}.
 */
final class NumberNames {
  /** Leading zeros make a code, not a number. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?((0|[1-9]\\d*)(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,6})?");

  /** Digits before or behind the point, at most, of a name without an exponent. */
  private static final int PLAIN_DIGITS = 40;

  private NumberNames() {}

  /**
   * The name of a number.
   *
   * @param written as JSON or Java writes it
   * @throws BadRowException if it is not finite
   */
  static String of(String written) throws BadRowException {
    if (isPlainInteger(written)) {
      return written;
    }
    if (!NUMBER.matcher(written).matches()) {
      throw new BadRowException(
          "not-finite",
          "a value must be text or a finite number",
          written,
          "mend the row, or remove it if the value is missing");
    }
    return canonical(written);
  }

  /**
   * The name of a real number: that of the shortest decimal number that rounds to it, in single
   * precision if that holds it.
   *
   * @throws BadRowException if it is not finite
   */
  static String of(double value) throws BadRowException {
    if (value == Math.rint(value) && Math.abs(value) < 0x1p62) {
      return Long.toString((long) value);
    }
    return of(value == (float) value ? Float.toString((float) value) : Double.toString(value));
  }

  /**
   * Two names of the same number, empty if there are none. Text may name numbers in several ways,
   * and nobody but its author knows whether 3.1 and 3.10 are one number or two versions.
   */
  static List<String> same(Collection<String> names) {
    Map<String, String> byNumber = new HashMap<>();
    for (String name : names.stream().sorted(Vocabulary.BY_CODE_POINT).toList()) {
      String number = ofText(name);
      String other = number.isEmpty() ? null : byNumber.putIfAbsent(number, name);
      if (other != null) {
        return List.of(other, name);
      }
    }
    return List.of();
  }

  /** The name of the number that a text looks like, empty if it does not look like any. */
  static String ofText(String text) {
    return NUMBER.matcher(text).matches() ? canonical(text) : "";
  }

  private static boolean isPlainInteger(String text) {
    int first = text.startsWith("-") ? 1 : 0;
    if (text.length() == first || text.charAt(first) == '0') {
      return text.equals("0");
    }
    for (int i = first; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static String canonical(String number) {
    BigDecimal value = new BigDecimal(number).stripTrailingZeros();
    if (value.signum() == 0) {
      return "0";
    }
    return Math.abs(value.scale()) <= PLAIN_DIGITS ? value.toPlainString() : value.toString();
  }
}
