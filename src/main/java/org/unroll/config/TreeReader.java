package org.unroll.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.unroll.config.Schema.Elements;
import org.unroll.config.Schema.Entry;
import org.unroll.config.Schema.Leaf;
import org.unroll.config.Schema.Section;

/**
 * Turns a HOCON tree into records. A key whose value cannot be used takes its default, so that
 * reading goes on and finds the other problems; the records are then thrown away.
 */
final class TreeReader {
  private final Problems problems;

  TreeReader(Problems problems) {
    this.problems = problems;
  }

  /** Reads all sections; what is wrong goes to the problems. */
  Job.Sections read(ConfigObject root) {
    // The root has a line of its own, which is of no help to who looks for a missing section.
    ConfigObject unplaced = root.withOrigin(root.origin().withLineNumber(-1));
    Job.Sections sections = (Job.Sections) section(JobSchema.ROOT, unplaced, "", Kind.NONE);
    CombinationRules.check(sections).forEach(problems::add);
    return sections;
  }

  private Object section(Schema schema, ConfigObject tree, String path, Kind outerKind) {
    for (String name : new TreeSet<>(tree.keySet())) {
      if (schema.entry(name) == null) {
        problems.unknownKey(Problems.path(path, name), tree.get(name).origin());
      }
    }
    Kind kind = outerKind;
    List<Object> values = new ArrayList<>();
    for (Entry entry : schema.entries()) {
      String key = Problems.path(path, entry.name());
      ConfigValue found = tree.get(entry.name());
      boolean isGiven = found != null && found.valueType() != ConfigValueType.NULL;
      ConfigValue value = isGiven ? found : null;
      if (isGiven) {
        problems.given(key, value.origin());
      }
      if (entry instanceof Section inner) {
        values.add(section(inner.schema(), object(value, key, tree.origin()), key, kind));
      } else if (entry instanceof Elements elements) {
        values.add(elements(elements, value, key, kind, tree.origin()));
      } else if (entry instanceof Leaf leaf) {
        values.add(leaf(leaf, value, key, kind, tree.origin()));
        if (schema.saysKind(leaf)) {
          // The kind of a value that failed is unknown: then every key is let through.
          boolean failed = problems.hasFailed(key);
          Enum<?> said = (Enum<?>) values.get(values.size() - 1);
          kind = failed ? kind.withUnknown() : kind.with(said);
        }
      }
    }
    return schema.construct(values);
  }

  private ConfigObject object(ConfigValue value, String key, ConfigOrigin around) {
    if (value instanceof ConfigObject object) {
      return object;
    }
    if (value != null) {
      problems.fail(key);
      String rule = key + " must be a section, as in " + key + " { ... }";
      problems.add(rule, shown(value), value.origin(), "");
    }
    return ConfigValueFactory.fromMap(Map.of()).withOrigin(around);
  }

  private List<Object> elements(
      Elements elements, ConfigValue value, String key, Kind kind, ConfigOrigin around) {
    List<Object> result = new ArrayList<>();
    if (value == null) {
      if (elements.key().required()) {
        required(key, around, "add at least one, as in " + key + " = [ { ... } ]");
      }
      return result;
    }
    if (!elements.appliesTo(kind)) {
      problems.fail(key);
      String[] only = elements.key().only();
      problems.add(
          JobSchema.belongs(key, only), JobSchema.instead(only, kind), value.origin(), "remove it");
      return result;
    }
    if (!(value instanceof ConfigList list)) {
      problems.fail(key);
      problems.add(
          key + " must be a list, as in " + key + " = [ { ... } ]",
          shown(value),
          value.origin(),
          "");
      return result;
    }
    if (!elements.size().contains(list.size())) {
      Problem tooFew = JobSchema.tooFew(key, elements, list.size(), "");
      problems.add(tooFew.rule(), tooFew.value(), value.origin(), tooFew.fix());
    }
    for (int i = 0; i < list.size(); i++) {
      String path = Problems.path(key, Integer.toString(i));
      // An element that is no section would only repeat itself as missing keys.
      if (list.get(i) instanceof ConfigObject element) {
        result.add(section(elements.schema(), element, path, kind));
      } else {
        object(list.get(i), path, value.origin());
      }
    }
    return result;
  }

  private Object leaf(Leaf leaf, ConfigValue value, String key, Kind kind, ConfigOrigin around) {
    if (value == null) {
      if (leaf.key().required() && leaf.appliesTo(kind)) {
        required(key, around, "add it: " + Keys.describe(leaf));
      }
      return leaf.defaultValue(kind);
    }
    if (!leaf.mayApplyTo(kind)) {
      problems.fail(key);
      problems.add(
          JobSchema.belongs(key, leaf.key().only()),
          JobSchema.instead(leaf.key().only(), kind),
          value.origin(),
          "remove it");
      return leaf.defaultValue(kind);
    }
    return convert(leaf, value, key, kind);
  }

  private Object convert(Leaf leaf, ConfigValue value, String key, Kind kind) {
    try {
      ValueType.Raw raw = raw(value);
      if (raw.text() != null && !StandardCharsets.UTF_8.newEncoder().canEncode(raw.text())) {
        throw new ValueType.Mismatch(
            "must consist of whole characters, not of half a surrogate pair (\\ud800 to \\udfff)");
      }
      Object converted = leaf.type().convert(raw, leaf.component().getType());
      String broken = leaf.brokenRule(converted);
      if (!broken.isEmpty()) {
        throw new ValueType.Mismatch(broken);
      }
      return converted;
    } catch (ValueType.Mismatch e) {
      String near = e.suggestion().isEmpty() ? "" : "did you mean `" + e.suggestion() + "`?";
      problems.add(key + " " + e.getMessage(), shown(value), value.origin(), near);
    } catch (IllegalArgumentException e) {
      problems.add(key + ": " + e.getMessage(), "", value.origin(), "");
    }
    problems.fail(key);
    return leaf.defaultValue(kind);
  }

  private void required(String key, ConfigOrigin around, String fix) {
    problems.fail(key);
    problems.add(key + " is required", "", around, fix);
  }

  private static ValueType.Raw raw(ConfigValue value) {
    return switch (value.valueType()) {
      case NUMBER, BOOLEAN ->
          // The text as written: getString keeps what unwrapping a number loses.
          new ValueType.Raw(value.unwrapped(), value.atKey("value").getString("value"));
      case STRING -> new ValueType.Raw(value.unwrapped(), (String) value.unwrapped());
      case OBJECT, LIST, NULL -> new ValueType.Raw(value.unwrapped(), null);
    };
  }

  private static String shown(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> "a section";
      case LIST -> "a list";
      case NUMBER, BOOLEAN, STRING, NULL -> {
        String text = value.render(ConfigRenderOptions.concise());
        yield text.length() <= 100 ? text : text.substring(0, 100) + "…";
      }
    };
  }
}
