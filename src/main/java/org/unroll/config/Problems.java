package org.unroll.config;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects what is wrong with a job while it is read, and where each key stands. */
final class Problems {
  private final String originName;
  private final List<Located> found = new ArrayList<>();
  private final Map<String, ConfigOrigin> given = new HashMap<>();
  private final Set<String> failed = new HashSet<>();

  Problems(String originName) {
    this.originName = originName;
  }

  private record Located(int line, Problem problem) {}

  /** The path of a key within a section, quoted where it is not a plain name. */
  static String path(String section, String name) {
    String quoted = name.matches("[A-Za-z0-9_-]+") ? name : ConfigUtil.joinPath(name);
    return section.isEmpty() ? quoted : section + "." + quoted;
  }

  /** Notes where a key is given. */
  void given(String path, ConfigOrigin origin) {
    given.put(path, origin);
  }

  /** Marks a key whose value cannot be used, so that rules that need it are not applied. */
  void fail(String path) {
    failed.add(path);
  }

  /** Whether the key or a section around it cannot be used. */
  boolean hasFailed(String path) {
    return failed.stream().anyMatch(key -> path.equals(key) || path.startsWith(key + "."));
  }

  void add(String rule, String value, ConfigOrigin origin, String fix) {
    int line = origin.lineNumber() > 0 ? origin.lineNumber() : Integer.MAX_VALUE;
    found.add(new Located(line, new Problem(rule, value, place(origin), fix)));
  }

  void add(Problem problem) {
    found.add(new Located(Integer.MAX_VALUE, problem));
  }

  /** An unknown key, with the known key it may be meant for. */
  void unknownKey(String path, ConfigOrigin origin) {
    // Elements are numbered in a job and called N in the list of keys.
    String general = path.replaceAll("\\.\\d+(?=\\.|$)", ".N");
    String near = Suggestions.nearestKey(general, JobSchema.paths());
    String fix = near.isEmpty() ? "" : "did you mean `" + concrete(near, path) + "`?";
    add("unknown key " + path, "", origin, fix);
  }

  private static String concrete(String near, String path) {
    String[] nearParts = near.split("\\.");
    String[] parts = path.split("\\.");
    for (int i = 0; i < Math.min(parts.length, nearParts.length); i++) {
      if (nearParts[i].equals("N") && parts[i].matches("\\d+")) {
        nearParts[i] = parts[i];
      }
    }
    return String.join(".", nearParts);
  }

  /** A broken rule over several keys, placed at the first of them that is given. */
  void add(CombinationRules.Violation violation) {
    if (violation.keys().stream().anyMatch(this::hasFailed)) {
      return;
    }
    for (String key : violation.keys()) {
      ConfigOrigin origin = given.get(key);
      if (origin != null) {
        add(violation.rule(), violation.value(), origin, violation.fix());
        return;
      }
    }
    add(violation.toProblem(originName));
  }

  /** File and line, or the option that set the value. */
  private String place(ConfigOrigin origin) {
    if (origin.description().startsWith(Overrides.OPTION)) {
      String description = origin.description();
      int line = description.indexOf(": ");
      return line < 0 ? description : description.substring(0, line);
    }
    return origin.lineNumber() > 0 ? originName + ":" + origin.lineNumber() : originName;
  }

  /** Throws everything found, in the order of lines. */
  void throwIfAny() {
    if (!found.isEmpty()) {
      throw new JobException(
          found.stream()
              .sorted(Comparator.comparingInt(Located::line))
              .map(Located::problem)
              .toList());
    }
  }
}
