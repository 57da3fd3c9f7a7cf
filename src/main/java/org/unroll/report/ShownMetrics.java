package org.unroll.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which metrics a report shows beside the loss, as {@code run.json} has them: {@code
 * shown-metrics}, and the one that chose the model; {@code share-metrics} are shown in percent.
 */
final class ShownMetrics {
  /** Of runs of earlier releases. */
  private static final List<String> ACCURACY = List.of("accuracy");

  private static final String PREFIX = "valid-";

  private final Set<String> names = new LinkedHashSet<>();
  private final List<String> shares;

  ShownMetrics(Map<String, Object> run) {
    names.addAll(list(run.get("shown-metrics")));
    shares = list(run.get("share-metrics"));
    if (run.get("job") instanceof Map<?, ?> job
        && job.get("validation") instanceof Map<?, ?> validation
        && validation.get("metric") instanceof String chosen) {
      names.add(chosen);
    }
    names.remove("loss");
  }

  private static List<String> list(Object value) {
    if (!(value instanceof List<?> list)) {
      return ACCURACY;
    }
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(String.valueOf(each)));
    return texts;
  }

  /** Names of the metrics, such as {@code macro-f1}. */
  Set<String> names() {
    return names;
  }

  /** The key of a metric's value in records of validations. */
  static String key(String name) {
    return PREFIX + name;
  }

  /** A metric's name for people, such as {@code macro f1}. */
  static String words(String name) {
    return name.replace('-', ' ');
  }

  /** A value of a metric for people. */
  String text(String name, double value) {
    return shares.contains(name) ? HtmlReport.percent(value) : Html.number(value);
  }
}
