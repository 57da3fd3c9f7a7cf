package org.unroll.config;

import com.typesafe.config.ConfigUtil;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Writes a tree of values as HOCON or JSON. Leaves are Boolean, Integer, Long, Double, String, and
 * Enum; inner nodes are Map (in its own order) and List.
 */
final class JobText {
  private JobText() {}

  /** HOCON with a key per line and two spaces per level. */
  static String hocon(Map<String, Object> tree) {
    StringBuilder out = new StringBuilder();
    hoconEntries(tree, "", out);
    return out.toString();
  }

  private static void hoconEntries(Map<?, ?> tree, String indent, StringBuilder out) {
    for (Map.Entry<?, ?> entry : tree.entrySet()) {
      out.append(indent).append(entry.getKey());
      if (entry.getValue() instanceof Map<?, ?> section) {
        out.append(" {\n");
        hoconEntries(section, indent + "  ", out);
        out.append(indent).append("}\n");
      } else if (entry.getValue() instanceof List<?> list
          && list.stream().allMatch(Map.class::isInstance)) {
        out.append(list.isEmpty() ? " = [" : " = [\n");
        for (Object element : list) {
          out.append(indent).append("  { ");
          hoconElement((Map<?, ?>) element, out);
          out.append(" }\n");
        }
        out.append(list.isEmpty() ? "]\n" : indent + "]\n");
      } else {
        out.append(" = ").append(scalar(entry.getValue(), false)).append('\n');
      }
    }
  }

  private static void hoconElement(Map<?, ?> element, StringBuilder out) {
    String separator = "";
    for (Map.Entry<?, ?> entry : element.entrySet()) {
      out.append(separator).append(entry.getKey()).append(" = ");
      out.append(scalar(entry.getValue(), false));
      separator = ", ";
    }
  }

  /** JSON on one line. */
  static String json(Object node) {
    StringBuilder out = new StringBuilder();
    json(node, out);
    return out.toString();
  }

  private static void json(Object node, StringBuilder out) {
    if (node instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator).append(quote(entry.getKey().toString())).append(':');
        json(entry.getValue(), out);
        separator = ",";
      }
      out.append(map.isEmpty() ? "{}" : "}");
    } else if (node instanceof List<?> list) {
      out.append('[');
      for (Iterator<?> elements = list.iterator(); elements.hasNext(); ) {
        json(elements.next(), out);
        out.append(elements.hasNext() ? "," : "");
      }
      out.append(']');
    } else {
      out.append(scalar(node, true));
    }
  }

  private static String scalar(Object value, boolean json) {
    if (value instanceof Map || value instanceof List) {
      return json(value);
    }
    if (value instanceof Enum<?> constant) {
      String text = ValueType.enumText(constant);
      return json ? quote(text) : text;
    }
    if (value instanceof Double number) {
      return number(number);
    }
    return value instanceof String text ? quote(text) : value.toString();
  }

  /** A string in double quotes, escaped as in JSON. */
  static String quote(String text) {
    return ConfigUtil.quoteString(text);
  }

  /**
   * The shortest decimal that reads back as the same double. {@link Double#toString} is not used
   * because it changed in JDK 19, and rendered jobs are compared byte by byte.
   */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < 17; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        return plain(rounded);
      }
    }
    return plain(exact.round(new MathContext(17, RoundingMode.HALF_EVEN)));
  }

  private static String plain(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    boolean readable = stripped.scale() <= 6 && stripped.precision() - stripped.scale() <= 15;
    return readable
        ? stripped.toPlainString()
        : stripped.toString().replace("E+", "e").replace('E', 'e');
  }
}
