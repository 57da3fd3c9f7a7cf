package org.unroll.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/** The validations of a run as a table, the saved model's among them marked. */
final class EpochTable {
  /** A longer table is folded away. */
  private static final int OPEN = 15;

  /** A longer table leaves rows out, evenly. */
  private static final int ROWS = 100;

  private static List<Column> columns(ShownMetrics shown) {
    List<Column> columns = new ArrayList<>();
    for (String key : List.of("epoch", "round")) {
      columns.add(new Column(key, key, Html::number));
    }
    columns.add(new Column("training loss", "train-loss", Html::number));
    columns.add(new Column("validation loss", "valid-loss", Html::number));
    for (String name : shown.names()) {
      columns.add(
          new Column(
              ShownMetrics.words(name), ShownMetrics.key(name), value -> shown.text(name, value)));
    }
    columns.add(new Column("time", "seconds", ProgressLine::duration));
    return columns;
  }

  private EpochTable() {}

  static void append(StringBuilder out, RunMetrics metrics, ShownMetrics shown) {
    List<Map<String, Object>> judged = metrics.judged();
    if (judged.isEmpty()) {
      return;
    }
    List<Column> columns = new ArrayList<>();
    for (Column column : columns(shown)) {
      if (judged.stream().anyMatch(record -> !column.text(record).isEmpty())) {
        columns.add(column);
      }
    }
    out.append("<details class=\"epochs\"").append(judged.size() <= OPEN ? " open" : "");
    out.append("><summary>Epochs</summary>\n<div class=\"scroll\"><table>\n<tr>");
    columns.forEach(column -> out.append("<th>").append(column.name()).append("</th>"));
    out.append("</tr>\n");
    Map<String, Object> best = metrics.best().orElse(null);
    int every = (judged.size() + ROWS - 1) / ROWS;
    for (int i = 0; i < judged.size(); i++) {
      Map<String, Object> record = judged.get(i);
      if (record == best || i % every == 0 || i == judged.size() - 1) {
        out.append(record == best ? "<tr class=\"best\">" : "<tr>");
        columns.forEach(column -> out.append("<td>").append(column.text(record)).append("</td>"));
        out.append("</tr>\n");
      }
    }
    out.append("</table></div></details>\n");
  }

  private record Column(String name, String key, DoubleFunction<String> show) {
    String text(Map<String, Object> record) {
      OptionalDouble value = RunMetrics.number(record, key);
      return value.isPresent() ? show.apply(value.getAsDouble()) : "";
    }
  }
}
