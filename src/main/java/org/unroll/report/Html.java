package org.unroll.report;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Texts and numbers as they stand in an HTML page. */
final class Html {
  private Html() {}

  /** A text that holds no markup afterwards, whatever it held; fit for attributes too. */
  static String escape(String text) {
    var out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(isForbidden(c) ? '\uFFFD' : c);
      }
    }
    return out.toString();
  }

  /** Control characters, which HTML does not allow; a network may well generate them. */
  private static boolean isForbidden(char c) {
    return c < ' ' && c != '\n' && c != '\t' || c >= '\u007f' && c <= '\u009f';
  }

  /** A number for reading: four or five significant digits, integers in groups of three. */
  static String number(double value) {
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e15) {
      return String.format(Locale.ROOT, "%,d", (long) value).replace(',', '\u202f');
    }
    if (size >= 1e4) {
      return String.format(Locale.ROOT, "%,.0f", value).replace(',', '\u202f');
    }
    if (size >= 1e-3) {
      int decimals = size >= 1000 ? 1 : size >= 100 ? 2 : size >= 10 ? 3 : 4;
      return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
    return String.format(Locale.ROOT, "%.3e", value);
  }

  /** A value of {@code run.json} for reading; lists and objects on one line. */
  static String text(Object value) {
    if (value == null) {
      return "–";
    }
    if (value instanceof Number number) {
      return number(number.doubleValue());
    }
    if (value instanceof List<?> list) {
      return String.join(", ", list.stream().map(Html::text).toList());
    }
    if (value instanceof Map<?, ?> map) {
      var fields = map.entrySet().stream();
      return String.join(", ", fields.map(f -> f.getKey() + " " + text(f.getValue())).toList());
    }
    return String.valueOf(value);
  }

  /** A moment as {@code run.json} has it, to the second. */
  static String time(Object moment) {
    try {
      return Instant.parse(String.valueOf(moment))
          .truncatedTo(ChronoUnit.SECONDS)
          .toString()
          .replace('T', ' ')
          .replace("Z", " UTC");
    } catch (DateTimeParseException e) {
      return text(moment);
    }
  }
}
