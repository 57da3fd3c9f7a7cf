package org.unroll.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A network in one line, such as {@code embedding 32 → lstm 128 → softmax}. */
final class NetworkText {
  private NetworkText() {}

  /**
   * Reads the network of a job.
   *
   * @param job the resolved job as {@code run.json} holds it; null if there is none
   * @return empty if the job has no layers
   */
  static String of(Object job) {
    if (!(job instanceof Map<?, ?> sections)
        || !(sections.get("model") instanceof Map<?, ?> model)
        || !(model.get("layers") instanceof List<?> layers)) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    RunMetrics.number(model, "embedding")
        .ifPresent(size -> parts.add(size == 0 ? "input" : "embedding " + Html.number(size)));
    if (model.get("characters") instanceof Map<?, ?> characters
        && characters.get("layers") instanceof List<?> encoder) {
      parts.set(parts.size() - 1, parts.get(parts.size() - 1) + " + characters " + layers(encoder));
    }
    parts.add(layers(layers));
    if (model.get("pooling") instanceof String pooling && !pooling.equals("last")) {
      parts.add(pooling);
    }
    if (model.get("dense") instanceof List<?> dense && !dense.isEmpty()) {
      parts.add(layers(dense));
    }
    parts.add(Html.text(model.get("output")));
    return String.join(" → ", parts);
  }

  private static String layers(List<?> layers) {
    List<String> parts = new ArrayList<>();
    for (Object element : layers) {
      if (element instanceof Map<?, ?> layer) {
        Object cell = layer.get("cell");
        String kind = cell != null ? String.valueOf(cell) : "dense";
        String both = Boolean.TRUE.equals(layer.get("bidirectional")) ? "bidirectional " : "";
        parts.add(both + kind + " " + Html.text(layer.get("units")));
      }
    }
    return String.join(" → ", parts);
  }
}
