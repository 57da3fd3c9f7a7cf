package org.unroll.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.unroll.config.Schema.Elements;
import org.unroll.config.Schema.Entry;
import org.unroll.config.Schema.Leaf;
import org.unroll.config.Schema.Section;

/**
 * Puts the values of {@code --set key=value} into a HOCON tree. The declared type of the key
 * decides how the value is read, so that text needs no quoting.
 */
final class Overrides {
  static final String OPTION = "--set";

  private final Problems problems;

  Overrides(Problems problems) {
    this.problems = problems;
  }

  /** The tree with all overrides applied in order; what is wrong goes to the problems. */
  ConfigObject apply(ConfigObject root, List<String> overrides) {
    ConfigObject result = root;
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals < 0) {
        String got = JobText.quote(override);
        problems.add(new Problem(OPTION + " must be KEY=VALUE", got, OPTION, ""));
      } else {
        String key = override.substring(0, equals).strip();
        result = apply(result, key, override.substring(equals + 1));
      }
    }
    return result;
  }

  private ConfigObject apply(ConfigObject root, String key, String text) {
    ConfigOrigin origin = ConfigOriginFactory.newSimple(OPTION + " " + key);
    List<String> names = List.of(key.split("\\.", -1));
    Entry entry = find(names);
    if (entry == null) {
      problems.unknownKey(key, ConfigOriginFactory.newSimple(OPTION));
      return root;
    }
    boolean isElement = names.get(names.size() - 1).matches("\\d+");
    ConfigValue value;
    if (text.isEmpty()) {
      value = null;
    } else if (entry instanceof Section) {
      problems.add(
          key + " is a section and cannot be set",
          "",
          origin,
          "set its keys one by one, or take it out with " + OPTION + " " + key + "=");
      return root;
    } else if (entry instanceof Leaf leaf && !leaf.type().isList()) {
      value = scalar(leaf, text, origin);
    } else {
      // Parsed apart from its key, so that a value cannot smuggle in other keys.
      value = listText(text, origin, isElement);
      if (value == null) {
        return root;
      }
    }
    return (ConfigObject) put(root, names, 0, value, origin);
  }

  /** The declaration a path leads to; that of the list for an element; null for an unknown key. */
  private static Entry find(List<String> names) {
    Schema schema = JobSchema.ROOT;
    Entry entry = null;
    for (Iterator<String> rest = names.iterator(); rest.hasNext(); ) {
      entry = schema == null ? null : schema.entry(rest.next());
      if (entry == null) {
        return null;
      }
      schema = null;
      if (entry instanceof Section section) {
        schema = section.schema();
      } else if (entry instanceof Elements elements && rest.hasNext()) {
        if (!rest.next().matches("\\d{1,9}")) {
          return null;
        }
        schema = elements.schema();
      }
    }
    return entry;
  }

  private static ConfigValue scalar(Leaf leaf, String text, ConfigOrigin origin) {
    Object value = leaf.type().isVerbatim() ? text : ValueType.Raw.ofText(text.strip()).value();
    return ConfigValueFactory.fromAnyRef(value).withOrigin(origin);
  }

  private ConfigValue listText(String text, ConfigOrigin origin, boolean isElement) {
    String key = "value";
    try {
      ConfigObject parsed = HoconText.parse(key + " = " + text, origin.description());
      ConfigValue value = parsed.get(key);
      boolean rightShape = isElement ? value instanceof ConfigObject : value instanceof ConfigList;
      if (parsed.size() == 1 && rightShape) {
        return value;
      }
      String shape = isElement ? "a section, as in { ... }" : "a list, as in [ ... ]";
      problems.add(origin.description() + " must be " + shape, JobText.quote(text), origin, "");
    } catch (JobException e) {
      e.problems().forEach(problems::add);
    }
    return null;
  }

  /** A copy of the tree with the value at the path, or without it if the value is null. */
  private ConfigValue put(
      ConfigValue node, List<String> names, int at, ConfigValue value, ConfigOrigin origin) {
    if (at == names.size()) {
      return value;
    }
    String name = names.get(at);
    if (name.matches("\\d+") && at > 0) {
      return putElement(node, names, at, value, origin);
    }
    ConfigObject object =
        node instanceof ConfigObject old ? old : ConfigFactory.empty().root().withOrigin(origin);
    ConfigValue changed = put(object.get(name), names, at + 1, value, origin);
    return changed == null ? object.withoutKey(name) : object.withValue(name, changed);
  }

  private ConfigValue putElement(
      ConfigValue node, List<String> names, int at, ConfigValue value, ConfigOrigin origin) {
    List<ConfigValue> elements =
        node instanceof ConfigList list ? new ArrayList<>(list) : new ArrayList<>();
    int index = Integer.parseInt(names.get(at));
    if (index >= elements.size()) {
      problems.add(
          String.join(".", names.subList(0, at)) + " has no element " + index,
          elements.size() + (elements.size() == 1 ? " element" : " elements") + ", counted from 0",
          origin,
          "set the whole list");
      return node;
    }
    ConfigValue changed = put(elements.get(index), names, at + 1, value, origin);
    if (changed == null) {
      elements.remove(index);
    } else {
      elements.set(index, changed);
    }
    return ConfigValueFactory.fromIterable(elements).withOrigin(node.origin());
  }
}
