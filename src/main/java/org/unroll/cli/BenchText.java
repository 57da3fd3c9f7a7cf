package org.unroll.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The figures of {@code unroll bench} as text: one a line, those that belong together indented. */
final class BenchText {
  private BenchText() {}

  static void print(Map<?, ?> figures, String indent, PrintWriter out) {
    figures.forEach((name, value) -> print(name.toString(), value, indent, out));
  }

  private static void print(String name, Object value, String indent, PrintWriter out) {
    if (value instanceof Map<?, ?> map && map.values().stream().anyMatch(Map.class::isInstance)) {
      out.println(indent + name);
      print(map, indent + "  ", out);
    } else if (value instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance)) {
      out.println(indent + name);
      list.forEach(each -> out.println(indent + "  " + row(each)));
    } else {
      out.println(String.format("%-28s", indent + name) + " " + row(value));
    }
  }

  private static String row(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + " " + entry.getValue())
          .collect(Collectors.joining(", "));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Object::toString).collect(Collectors.joining(" "));
    }
    return String.valueOf(value);
  }
}
