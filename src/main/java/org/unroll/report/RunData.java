package org.unroll.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code run.json} says of the data and of the attempts at a run: {@code rows} has an object
 * for each role with {@code read}, {@code used}, {@code empty}, {@code empty-with-label}, {@code
 * rejected} and {@code reasons}; {@code labels} a list of objects with {@code label} and {@code
 * count}; {@code attempts} a list of objects with {@code started}, {@code from-round} and {@code
 * outcome}.
 */
final class RunData {
  private static final List<String> COUNTS = List.of("read", "used", "empty", "rejected");
  private static final Map<String, String> ROLES =
      Map.of("train", "training", "valid", "validation", "test", "test");

  /** Labels beyond these are summed up in one line. */
  private static final int LABELS = 20;

  private final StringBuilder out;

  private RunData(StringBuilder out) {
    this.out = out;
  }

  static void append(StringBuilder out, Map<String, Object> run) {
    RunData data = new RunData(out);
    if (run.get("rows") instanceof Map<?, ?> rows && !rows.isEmpty()) {
      data.rows(rows);
    }
    if (run.get("labels") instanceof List<?> labels && !labels.isEmpty()) {
      data.labels(maps(labels));
    }
    List<Map<?, ?>> attempts = attempts(run);
    if (attempts.size() > 1) {
      data.attempts(attempts);
    }
  }

  /** The attempts at a run: its first start, and one for each time it was resumed. */
  static List<Map<?, ?>> attempts(Map<String, Object> run) {
    return run.get("attempts") instanceof List<?> attempts ? maps(attempts) : List.of();
  }

  private static List<Map<?, ?>> maps(List<?> list) {
    List<Map<?, ?>> maps = new ArrayList<>();
    for (Object element : list) {
      if (element instanceof Map<?, ?> map) {
        maps.add(map);
      }
    }
    return maps;
  }

  private void rows(Map<?, ?> rows) {
    open("Rows of the data", "numbers");
    header("", "read", "used", "empty", "rejected");
    rows.forEach(
        (role, of) -> {
          if (of instanceof Map<?, ?> counts) {
            List<String> cells = new ArrayList<>();
            cells.add(ROLES.getOrDefault(String.valueOf(role), String.valueOf(role)));
            COUNTS.forEach(key -> cells.add(Html.text(counts.get(key))));
            row(cells);
            if (RunMetrics.number(counts, "empty-with-label").orElse(0) > 0) {
              row(List.of("· with a label", "", "", Html.text(counts.get("empty-with-label")), ""));
            }
            if (counts.get("reasons") instanceof Map<?, ?> reasons) {
              reasons.forEach(
                  (reason, count) -> row(List.of("· " + reason, "", "", "", Html.text(count))));
            }
          }
        });
    close();
  }

  private void labels(List<Map<?, ?>> labels) {
    double all = 0;
    double most = 0;
    for (Map<?, ?> label : labels) {
      double count = RunMetrics.number(label, "count").orElse(0);
      all += count;
      most = Math.max(most, count);
    }
    open("Labels of the training data", "labels");
    double shown = 0;
    for (Map<?, ?> label : labels.subList(0, Math.min(LABELS, labels.size()))) {
      double count = RunMetrics.number(label, "count").orElse(0);
      bar(Html.text(label.get("label")), count, count / all, count / most);
      shown += count;
    }
    if (labels.size() > LABELS) {
      bar((labels.size() - LABELS) + " more", all - shown, (all - shown) / all, 0);
    }
    close();
  }

  private void bar(String label, double count, double share, double length) {
    out.append("<tr><th>").append(Html.escape(label)).append("</th><td>");
    out.append(Html.number(count)).append("</td><td>").append(HtmlReport.percent(share));
    out.append(
        String.format(
            Locale.ROOT,
            "</td><td><span class=\"bar\" style=\"width:%.1f%%\"></span></td></tr>%n",
            100 * length));
  }

  private void attempts(List<Map<?, ?>> attempts) {
    open("Attempts", "attempts");
    header("", "from round", "outcome");
    for (Map<?, ?> attempt : attempts) {
      row(
          List.of(
              Html.time(attempt.get("started")),
              Html.text(attempt.get("from-round")),
              Html.text(attempt.get("outcome"))));
    }
    close();
  }

  private void open(String heading, String style) {
    out.append("<section>\n<h2>")
        .append(heading)
        .append("</h2>\n<div class=\"scroll\"><table class=\"");
    out.append(style).append("\">\n");
  }

  private void close() {
    out.append("</table></div>\n</section>\n");
  }

  private void header(String... names) {
    out.append("<tr>");
    for (String name : names) {
      out.append("<th>").append(name).append("</th>");
    }
    out.append("</tr>\n");
  }

  private void row(List<String> cells) {
    out.append("<tr><th>").append(Html.escape(cells.get(0))).append("</th>");
    for (String cell : cells.subList(1, cells.size())) {
      out.append("<td>").append(Html.escape(cell)).append("</td>");
    }
    out.append("</tr>\n");
  }
}
