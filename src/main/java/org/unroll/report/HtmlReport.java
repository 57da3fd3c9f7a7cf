package org.unroll.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.unroll.report.LineChart.Point;
import org.unroll.report.LineChart.Series;
import org.unroll.store.Directory;

/**
 * One page that shows a run: its curves, its best epoch, what it generated, and how it was made.
 *
 * <p>The page needs nothing but itself: no network, no script; it opens from a file, in light and
 * dark. It is drawn from {@code run.json} and {@code metrics.jsonl} alone, so it can be drawn again
 * at any time.
 *
 * <p>Metrics drawn, each where a record has it: {@code train-loss} (of records whose {@code kind}
 * is round, and of those whose kind is epoch), {@code valid-loss}, {@code valid-accuracy}, {@code
 * learning-rate}, {@code gradient-norm}, {@code tokens-per-second}; {@code seconds} is the time
 * since the beginning. {@code gradient-norms} has the norm of each layer by its name. The
 * horizontal axis is {@code round}, or {@code epoch} where records have no round. From the run:
 * {@code baseline} with {@code name}, {@code valid-loss} and {@code valid-accuracy}, and {@code
 * parameters}; everything in it is listed.
 */
public final class HtmlReport {
  private static final int WIDE = 920;
  private static final int NARROW = 444;
  private static final String LAYERS = "gradient-norms";

  /** Colours of the style sheet for lines that are equals, {@code hue-0} and so on. */
  static final int HUES = 8;

  private final String title;
  private final Map<String, Object> run;
  private final List<Map<String, Object>> metrics;
  private final List<String> samples;
  private final String horizontal;
  private final StringBuilder out = new StringBuilder();

  private HtmlReport(
      String title,
      Map<String, Object> run,
      List<Map<String, Object>> metrics,
      List<String> samples) {
    this.title = title;
    this.run = run;
    this.metrics = metrics;
    this.samples = samples;
    this.horizontal =
        metrics.stream().anyMatch(entry -> entry.containsKey(MetricsLog.ROUND))
            ? MetricsLog.ROUND
            : MetricsLog.EPOCH;
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
    add("<h1>", title, "</h1>\n");
    tiles();
    charts();
    samples();
    RunTable.append(out, run);
    return out.append("</main>\n</body>\n</html>\n").toString();
  }

  private static String styleSheet() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tiles() {
    out.append("<section class=\"tiles\">\n");
    OptionalDouble baseline = baseline("valid-loss");
    best("valid-loss", false)
        .ifPresent(point -> tile("best valid loss", Html.number(point.y()), epoch(point)));
    baseline.ifPresent(value -> tile("loss to beat", Html.number(value), baselineName()));
    best("valid-accuracy", true)
        .ifPresent(point -> tile("best accuracy", percent(point.y()), epoch(point)));
    if (run.get("parameters") instanceof Number parameters) {
      tile("parameters", Html.number(parameters.doubleValue()), "");
    }
    median("tokens-per-second")
        .ifPresent(value -> tile("tokens/s", ProgressLine.count(value), "median"));
    List<Point> seconds = points("seconds");
    if (!seconds.isEmpty()) {
      tile("time", ProgressLine.duration(seconds.get(seconds.size() - 1).y()), "");
    }
    out.append("</section>\n");
  }

  private void tile(String name, String value, String note) {
    add("<div class=\"tile\"><div class=\"name\">", name, "</div>");
    add("<div class=\"value\">", value, "</div>");
    add("<div class=\"note\">", note, "</div></div>\n");
  }

  /** The first part of a hint: a tile has room for no more. */
  private static String epoch(Point point) {
    return point.hint().split(",")[0];
  }

  private void charts() {
    List<Series> losses = new ArrayList<>();
    losses.add(new Series("training, each round", "faint", points("round", "train-loss")));
    losses.add(new Series("training", "train", points("epoch", "train-loss")));
    losses.add(new Series("validation", "valid", points("valid-loss")));
    chart("Loss", WIDE, 320, false, losses, baseline("valid-loss"));
    out.append("<div class=\"pair\">\n");
    small("Accuracy", "valid-accuracy", "validation", baseline("valid-accuracy"));
    small("Learning rate", "learning-rate", "learning rate", OptionalDouble.empty());
    small("Gradient norm", "gradient-norm", "gradient norm", OptionalDouble.empty());
    small("Tokens per second", "tokens-per-second", "tokens/s", OptionalDouble.empty());
    out.append("</div>\n");
    List<Series> layers = layers();
    if (layers.size() > 1) {
      chart("Gradient norm of each layer", WIDE, 300, true, layers, OptionalDouble.empty());
    }
  }

  /** The norms of the layers, in the order in which they are first named. */
  private List<Series> layers() {
    Set<String> names = new LinkedHashSet<>();
    for (Map<String, Object> entry : metrics) {
      if (entry.get(LAYERS) instanceof Map<?, ?> norms) {
        norms.keySet().forEach(name -> names.add(String.valueOf(name)));
      }
    }
    List<Series> layers = new ArrayList<>();
    for (String name : names) {
      List<Point> points =
          points(entry -> entry.get(LAYERS) instanceof Map<?, ?> norms ? norms.get(name) : null);
      layers.add(new Series(name, "hue-" + layers.size() % HUES, points));
    }
    return layers;
  }

  private void small(String heading, String key, String name, OptionalDouble baseline) {
    String style = key.startsWith("valid") ? "valid" : "train";
    chart(heading, NARROW, 210, false, List.of(new Series(name, style, points(key))), baseline);
  }

  private void chart(
      String heading,
      int width,
      int height,
      boolean logarithmic,
      List<Series> series,
      OptionalDouble baseline) {
    var chart =
        new LineChart(
            width, height, horizontal, end(), logarithmic, series, baseline, baselineName());
    List<Series> drawn = chart.series();
    if (drawn.isEmpty()) {
      return;
    }
    out.append("<figure>\n<figcaption>");
    add("<h2>", heading, "</h2>");
    if (drawn.size() > 1 || baseline.isPresent()) {
      drawn.forEach(line -> legend(line.name(), line.style()));
      baseline.ifPresent(value -> legend(baselineName(), "base"));
    }
    out.append("</figcaption>\n");
    out.append(chart.svg()).append("</figure>\n");
  }

  private void legend(String name, String style) {
    add("<span class=\"key " + style + "\">", name, "</span>");
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

  /** The finite values of a metric, in order. */
  private List<Point> points(String key) {
    return points(entry -> entry.get(key));
  }

  private List<Point> points(Function<Map<String, Object>, Object> value) {
    var points = new ArrayList<Point>();
    for (Map<String, Object> entry : metrics) {
      if (value.apply(entry) instanceof Number y
          && entry.get(horizontal) instanceof Number x
          && Double.isFinite(y.doubleValue())) {
        points.add(new Point(x.doubleValue(), y.doubleValue(), hint(entry)));
      }
    }
    return points;
  }

  /** The finite values of a metric in records of one kind, in order. */
  private List<Point> points(String kind, String key) {
    return points(entry -> kind.equals(entry.get("kind")) ? entry.get(key) : null);
  }

  /** The last round or epoch of the run. */
  private double end() {
    return metrics.stream()
        .map(entry -> entry.get(horizontal))
        .filter(Number.class::isInstance)
        .mapToDouble(value -> ((Number) value).doubleValue())
        .max()
        .orElse(1);
  }

  private static String hint(Map<String, Object> entry) {
    var hint = new ArrayList<String>();
    for (String key : List.of(MetricsLog.EPOCH, MetricsLog.ROUND)) {
      if (entry.get(key) instanceof Number number) {
        hint.add(key + " " + Html.number(number.doubleValue()));
      }
    }
    return String.join(", ", hint);
  }

  private Optional<Point> best(String key, boolean greatest) {
    var order = Comparator.comparingDouble(Point::y);
    return points(key).stream().min(greatest ? order.reversed() : order);
  }

  private OptionalDouble median(String key) {
    double[] sorted = points(key).stream().mapToDouble(Point::y).sorted().toArray();
    return sorted.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(sorted[sorted.length / 2]);
  }

  private OptionalDouble baseline(String key) {
    return run.get("baseline") instanceof Map<?, ?> baseline
            && baseline.get(key) instanceof Number value
            && Double.isFinite(value.doubleValue())
        ? OptionalDouble.of(value.doubleValue())
        : OptionalDouble.empty();
  }

  private String baselineName() {
    return run.get("baseline") instanceof Map<?, ?> baseline
            && baseline.get("name") instanceof String name
        ? name + " baseline"
        : "baseline";
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f\u202f%%", 100 * share);
  }

  /** Adds a text between two pieces of markup. */
  private void add(String before, String text, String after) {
    out.append(before).append(Html.escape(text)).append(after);
  }
}
