package org.unroll.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.unroll.report.Curve.Point;
import org.unroll.store.Directory;

/**
 * One page that shows a run: the metrics of the model that was saved, the curves, what the model
 * generates, the data, and how the run was made.
 *
 * <p>The page needs nothing but itself: no network, no script; it opens from a file, on a telephone
 * as on a large screen, in light and dark. It is drawn from {@code run.json} and {@code
 * metrics.jsonl} alone, so it can be drawn again at any time. What these do not hold is left out.
 */
public final class HtmlReport {
  /** Colours of the style sheet for lines that are equals, {@code hue-0} and so on. */
  static final int HUES = 8;

  private final String title;
  private final Map<String, Object> run;
  private final RunMetrics metrics;
  private final List<String> samples;
  private final StringBuilder out = new StringBuilder();

  private HtmlReport(
      String title,
      Map<String, Object> run,
      List<Map<String, Object>> metrics,
      List<String> samples) {
    this.title = title;
    this.run = run;
    this.metrics = new RunMetrics(metrics, run.get("rounds-per-epoch"));
    this.samples = samples;
  }

  /**
   * Writes the page.
   *
   * @param run what {@code run.json} holds
   * @param metrics what {@code metrics.jsonl} holds
   * @param samples generated texts; may be empty
   * @throws org.unroll.store.StoreException if it cannot be written
   */
  public static void write(
      Directory directory,
      String name,
      String title,
      Map<String, Object> run,
      List<Map<String, Object>> metrics,
      List<String> samples) {
    directory.writeText(name, render(title, run, metrics, samples));
  }

  /** The page as text; parameters as in {@link #write}. */
  public static String render(
      String title,
      Map<String, Object> run,
      List<Map<String, Object>> metrics,
      List<String> samples) {
    return new HtmlReport(title, run, metrics, samples).page();
  }

  private String page() {
    out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    // The page may hold what a network generated from foreign text: nothing in it may run or load.
    out.append("<meta http-equiv=\"Content-Security-Policy\" ");
    out.append("content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    add("<title>", title, "</title>\n");
    out.append("<style>\n").append(styleSheet()).append("</style>\n</head>\n<body>\n<main>\n");
    header();
    tiles();
    new RunCharts(run, metrics).append(out);
    samples();
    EpochTable.append(out, metrics, new ShownMetrics(run));
    RunData.append(out, run);
    RunDetails.append(out, run);
    return out.append("</main>\n</body>\n</html>\n").toString();
  }

  private static String styleSheet() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void header() {
    add("<header>\n<h1>", title, "</h1>\n");
    if (run.get("outcome") instanceof String outcome) {
      add("<span class=\"outcome " + Html.escape(outcome) + "\">", outcome, "</span>\n");
    }
    String network = NetworkText.of(run.get("job"));
    if (!network.isEmpty()) {
      add("<p class=\"network\">", network, "</p>\n");
    }
    out.append("</header>\n");
    if (run.get("error") instanceof String error) {
      add("<p class=\"error\">", error, "</p>\n");
    }
  }

  /** What one looks for first, all of it of the model that was saved. */
  private void tiles() {
    out.append("<section class=\"tiles\">\n");
    Map<String, Object> best = metrics.best().orElse(Map.of());
    String epoch =
        RunMetrics.number(best, MetricsLog.EPOCH).isPresent()
            ? "saved model, epoch\u00a0" + best.get(MetricsLog.EPOCH)
            : "";
    OptionalDouble loss = RunMetrics.number(best, "valid-loss");
    loss.ifPresent(value -> tile("validation loss", Html.number(value), epoch));
    if (loss.isEmpty()) {
      RunMetrics.number(best, "train-loss")
          .ifPresent(value -> tile("training loss", Html.number(value), epoch));
    }
    ShownMetrics shown = new ShownMetrics(run);
    for (String name : shown.names()) {
      RunMetrics.number(best, ShownMetrics.key(name))
          .ifPresent(
              value ->
                  tile("validation " + ShownMetrics.words(name), shown.text(name, value), epoch));
    }
    if (run.get("test") instanceof Map<?, ?> test) {
      String beside = "loss " + Html.text(test.get("test-loss"));
      for (String name : shown.names()) {
        RunMetrics.number(test, "test-" + name)
            .ifPresent(
                value -> tile("test " + ShownMetrics.words(name), shown.text(name, value), beside));
      }
    }
    if (run.get("baseline") instanceof Map<?, ?> baseline) {
      StringBuilder beside = new StringBuilder(String.valueOf(baseline.get("name")));
      for (String name : shown.names()) {
        RunMetrics.number(baseline, ShownMetrics.key(name))
            .ifPresent(value -> beside.append(", ").append(shown.text(name, value)));
      }
      RunMetrics.number(baseline, "valid-loss")
          .ifPresent(value -> tile("loss to beat", Html.number(value), beside.toString()));
    }
    RunMetrics.number(run, "parameters")
        .ifPresent(value -> tile("parameters", Html.number(value), ""));
    List<Point> seconds = metrics.points("seconds");
    if (!seconds.isEmpty()) {
      double last = seconds.get(seconds.size() - 1).y();
      tile("training time", ProgressLine.duration(last), speed());
    }
    out.append("</section>\n");
  }

  private String speed() {
    double[] sorted =
        metrics.points("tokens-per-second").stream().mapToDouble(Point::y).sorted().toArray();
    return sorted.length == 0 ? "" : ProgressLine.count(sorted[sorted.length / 2]) + " tokens/s";
  }

  private void tile(String name, String value, String note) {
    add("<div class=\"tile\"><div class=\"name\">", name, "</div>");
    add("<div class=\"value\">", value, "</div>");
    add("<div class=\"note\">", note, "</div></div>\n");
  }

  private void samples() {
    if (samples.isEmpty()) {
      return;
    }
    out.append("<section>\n<h2>Generated samples</h2>\n");
    for (String sample : samples) {
      add("<pre>", sample, "</pre>\n");
    }
    out.append("</section>\n");
  }

  /** A share as a percentage, with two decimals, as the command line writes it. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f\u202f%%", 100 * share);
  }

  /** Adds a text between two pieces of markup. */
  private void add(String before, String text, String after) {
    out.append(before).append(Html.escape(text)).append(after);
  }
}
