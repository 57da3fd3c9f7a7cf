package org.unroll.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** Builds the objects of {@code --json}, {@code metrics.jsonl} and {@code run.json}. */
final class Figures {
  private final Map<String, Object> map = new LinkedHashMap<>();

  /** Adds a figure; a number that is not finite, which JSON cannot hold, is left out. */
  Figures put(String name, Object value) {
    boolean hole = value == null || (value instanceof Double number && !Double.isFinite(number));
    if (!hole) {
      map.put(name, value);
    }
    return this;
  }

  Map<String, Object> map() {
    return map;
  }
}
