package org.unroll.report;

import java.util.List;
import java.util.Map;

/** What {@code run.json} says, as tables: one for the run, one for each object in it. */
final class RunTable {
  private RunTable() {}

  static void append(StringBuilder out, Map<String, Object> run) {
    out.append("<section class=\"run\">\n<h2>How it was made</h2>\n");
    table(out, "run", run, false);
    for (Map.Entry<String, Object> entry : run.entrySet()) {
      if (entry.getValue() instanceof Map<?, ?> map && !map.isEmpty()) {
        table(out, entry.getKey(), map, true);
      }
    }
    out.append("</section>\n");
  }

  private static void table(StringBuilder out, String heading, Map<?, ?> map, boolean nested) {
    var rows = new StringBuilder();
    rows(rows, "", map, nested);
    if (rows.length() > 0) {
      out.append("<table>\n<caption>").append(Html.escape(heading)).append("</caption>\n");
      out.append(rows).append("</table>\n");
    }
  }

  /** Objects within objects become dotted names, as in a job file. */
  private static void rows(StringBuilder out, String prefix, Map<?, ?> map, boolean nested) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = prefix + entry.getKey();
      if (entry.getValue() instanceof Map<?, ?> inner) {
        if (nested) {
          rows(out, key + ".", inner, true);
        }
      } else {
        out.append("<tr><th>").append(Html.escape(key)).append("</th><td>");
        out.append(Html.escape(text(entry.getValue()))).append("</td></tr>\n");
      }
    }
  }

  private static String text(Object value) {
    if (value == null) {
      return "\u2013";
    }
    if (value instanceof List<?> list) {
      return String.join(", ", list.stream().map(RunTable::text).toList());
    }
    if (value instanceof Map<?, ?> map) {
      var fields = map.entrySet().stream();
      return String.join(", ", fields.map(f -> f.getKey() + " " + text(f.getValue())).toList());
    }
    return String.valueOf(value);
  }
}
