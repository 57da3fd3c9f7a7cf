package org.unroll.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/** Scores of the classes and of the types of entities, as tables for people. */
final class EvaluationText {
  /** Of more than so many classes only those of {@code --json} are shown. */
  private static final int MOST = 50;

  private EvaluationText() {}

  /**
   * Prints details of an evaluation.
   *
   * @param details as {@link org.unroll.metric.Measures#details} has them
   */
  static void print(Map<String, Object> details, PrintWriter out) {
    table("entity type (" + details.get("entity-mode") + ")", details.get("entities"), out);
    table("class", details.get("classes"), out);
  }

  private static void table(String title, Object scores, PrintWriter out) {
    if (!(scores instanceof Map<?, ?> rows) || rows.isEmpty()) {
      return;
    }
    out.println();
    if (rows.size() > MOST) {
      out.printf(Locale.ROOT, "scores of %,d classes: give --json%n", rows.size());
      return;
    }
    out.printf("%-24s %9s %9s %9s %10s%n", title, "precision", "recall", "f1", "targets");
    rows.forEach(
        (name, row) -> {
          Map<?, ?> values = (Map<?, ?>) row;
          out.printf(
              Locale.ROOT,
              "%-24s %7.2f %% %7.2f %% %7.2f %% %,10d%n",
              name,
              percent(values, "precision"),
              percent(values, "recall"),
              percent(values, "f1"),
              ((Number) values.get("targets")).longValue());
        });
  }

  private static double percent(Map<?, ?> values, String key) {
    return 100 * ((Number) values.get(key)).doubleValue();
  }
}
