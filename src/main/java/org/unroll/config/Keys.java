package org.unroll.config;

import java.util.ArrayList;
import java.util.List;
import org.unroll.config.Schema.Elements;
import org.unroll.config.Schema.Entry;
import org.unroll.config.Schema.Leaf;
import org.unroll.config.Schema.Section;

/** The documentation of all keys. */
public final class Keys {
  private Keys() {}

  /**
   * All keys as a Markdown table of key, type, default and meaning. An element of a list is called
   * {@code N}.
   */
  public static String table() {
    StringBuilder out = new StringBuilder();
    out.append("| key | type | default | what it does |\n|---|---|---|---|\n");
    rows(JobSchema.ROOT, "", out);
    return out.toString();
  }

  private static void rows(Schema schema, String prefix, StringBuilder out) {
    for (Entry entry : schema.entries()) {
      String path = prefix + entry.name();
      if (entry instanceof Section section) {
        rows(section.schema(), path + ".", out);
      } else if (entry instanceof Elements elements) {
        row(path, "list of sections", listDefault(elements), doc(elements.key()), out);
        rows(elements.schema(), path + ".N.", out);
      } else if (entry instanceof Leaf leaf) {
        row(path, describe(leaf), defaultOf(leaf), doc(leaf.key()), out);
      }
    }
  }

  private static void row(String key, String type, String value, String doc, StringBuilder out) {
    List<String> cells = List.of("`" + key + "`", type, value, doc);
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String listDefault(Elements elements) {
    Key key = elements.key();
    return key.required() ? "required" : key.optional() ? "none" : "`" + key.value() + "`";
  }

  private static String defaultOf(Leaf leaf) {
    Key key = leaf.key();
    if (key.required()) {
      return "required";
    }
    if (key.optional()) {
      return "none";
    }
    return key.byKind().length > 0 ? String.join(", ", key.byKind()) : "`" + key.value() + "`";
  }

  private static String doc(Key key) {
    String[] only = key.only();
    return key.doc()
        + (only.length == 0 ? "" : " Only for " + Suggestions.join(List.of(only), "and") + ".");
  }

  /** The type of a key with its range, in words. */
  static String describe(Leaf leaf) {
    String type = leaf.type().describe(leaf.component().getType());
    String range = leaf.range().inSymbols();
    List<String> parts = new ArrayList<>(List.of(type));
    if (!range.isEmpty()) {
      parts.add(range);
    }
    return String.join(" ", parts);
  }
}
