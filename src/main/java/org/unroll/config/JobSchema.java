package org.unroll.config;

import java.util.ArrayList;
import java.util.List;
import org.unroll.config.Schema.Elements;
import org.unroll.config.Schema.Entry;
import org.unroll.config.Schema.Leaf;
import org.unroll.config.Schema.Section;

/** The keys of a whole job. */
final class JobSchema {
  /** The sections and their keys. */
  static final Schema ROOT = Schema.of(Job.Sections.class);

  private JobSchema() {}

  /** What is wrong with values that did not come through the reader. */
  static List<Problem> problems(Job.Sections sections) {
    List<Problem> problems = new ArrayList<>();
    check(ROOT, sections, "", Kind.NONE, problems);
    if (problems.isEmpty()) {
      for (CombinationRules.Violation violation : CombinationRules.check(sections)) {
        problems.add(violation.toProblem(""));
      }
    }
    return problems;
  }

  private static void check(
      Schema schema, Object record, String path, Kind outerKind, List<Problem> problems) {
    Kind kind = schema.kindOf(record, outerKind);
    for (Entry entry : schema.entries()) {
      Object value = entry.get(record);
      String key = path + entry.name();
      if (value == null) {
        problems.add(new Problem(key + " must not be null", "", "", ""));
      } else if (entry instanceof Section section) {
        check(section.schema(), value, key + ".", kind, problems);
      } else if (entry instanceof Elements elements) {
        List<?> list = (List<?>) value;
        if (!elements.appliesTo(kind)) {
          if (!list.isEmpty()) {
            String[] only = elements.key().only();
            problems.add(new Problem(belongs(key, only), instead(only, kind), "", ""));
          }
          continue;
        }
        if (!elements.size().contains(list.size())) {
          problems.add(tooFew(key, elements, list.size(), ""));
        }
        for (int i = 0; i < list.size(); i++) {
          check(elements.schema(), list.get(i), key + "." + i + ".", kind, problems);
        }
      } else if (entry instanceof Leaf leaf) {
        check(leaf, value, key, kind, problems);
      }
    }
  }

  private static void check(
      Leaf leaf, Object value, String key, Kind kind, List<Problem> problems) {
    if (!leaf.appliesTo(kind)) {
      if (!value.equals(leaf.defaultValue(kind))) {
        problems.add(
            new Problem(belongs(key, leaf.key().only()), instead(leaf.key().only(), kind), "", ""));
      }
      return;
    }
    boolean blank = leaf.key().required() && value instanceof String text && text.isBlank();
    String broken = leaf.isAbsent(value) ? "" : leaf.brokenRule(value);
    if (blank || !broken.isEmpty()) {
      String rule = blank ? "must not be empty" : broken;
      problems.add(new Problem(key + " " + rule, JobText.json(ValueType.render(value)), "", ""));
    }
  }

  static Problem tooFew(String key, Elements elements, int size, String place) {
    String rule = key + " must have " + elements.size().inWords() + " element";
    return new Problem(rule, Integer.toString(size), place, "");
  }

  /** What stands in the way of a key that does not apply. */
  static String instead(String[] only, Kind kind) {
    return "one for " + kind.insteadOf(only);
  }

  static String belongs(String key, String[] only) {
    return key + " belongs to " + Suggestions.join(List.of(only), "and");
  }

  /** All keys and sections as paths from the root; an element of a list is called {@code N}. */
  static List<String> paths() {
    List<String> paths = new ArrayList<>();
    paths(ROOT, "", paths);
    return List.copyOf(paths);
  }

  private static void paths(Schema schema, String prefix, List<String> paths) {
    for (Entry entry : schema.entries()) {
      paths.add(prefix + entry.name());
      if (entry instanceof Section section) {
        paths(section.schema(), prefix + entry.name() + ".", paths);
      } else if (entry instanceof Elements elements) {
        paths(elements.schema(), prefix + entry.name() + ".N.", paths);
      }
    }
  }
}
