package org.unroll.data;

import java.util.ArrayList;
import java.util.List;
import org.unroll.config.DataConfig.Delimiter;

/** Cuts a record into fields: at tabs without any quoting, or at commas as RFC 4180 says. */
final class DelimitedParser {
  private DelimitedParser() {}

  /** The fields of a record; a record without separators is one field. */
  static List<String> fields(String record, Delimiter delimiter) {
    return switch (delimiter) {
      case TAB -> unquoted(record);
      case COMMA -> quoted(record);
      case AUTO -> throw new IllegalArgumentException("auto must be settled by Delimiter.of(path)");
    };
  }

  private static List<String> unquoted(String record) {
    List<String> fields = new ArrayList<>();
    int start = 0;
    for (int tab = record.indexOf('\t'); tab >= 0; tab = record.indexOf('\t', start)) {
      fields.add(record.substring(start, tab));
      start = tab + 1;
    }
    fields.add(record.substring(start));
    return fields;
  }

  /**
   * {@link CsvReader} has seen to it that quotes are closed. A quote inside a plain field is text.
   */
  private static List<String> quoted(String record) {
    List<String> fields = new ArrayList<>();
    int i = 0;
    while (true) {
      if (i < record.length() && record.charAt(i) == '"') {
        StringBuilder field = new StringBuilder();
        i++;
        while (i < record.length()) {
          char c = record.charAt(i++);
          if (c != '"') {
            field.append(c);
          } else if (i < record.length() && record.charAt(i) == '"') {
            field.append('"');
            i++;
          } else {
            break;
          }
        }
        fields.add(field.toString());
      } else {
        int comma = record.indexOf(',', i);
        int to = comma < 0 ? record.length() : comma;
        fields.add(record.substring(i, to));
        i = to;
      }
      if (i >= record.length()) {
        return fields;
      }
      i++;
    }
  }
}
