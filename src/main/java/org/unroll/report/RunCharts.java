package org.unroll.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.unroll.report.Curve.Point;
import org.unroll.report.LineChart.Mark;
import org.unroll.report.LineChart.Series;

/**
 * The charts of a run.
 *
 * <p>Metrics drawn, each where a record has it: {@code train-loss} (of records whose {@code kind}
 * is round, and of those whose kind is epoch), {@code valid-loss}, {@code valid-accuracy}, {@code
 * learning-rate}, {@code gradient-norm}, {@code tokens-per-second}, and {@code gradient-norms} with
 * the norm of each layer by its name. From the run: {@code baseline} with {@code name}, {@code
 * valid-loss} and {@code valid-accuracy}, {@code rounds-per-epoch}, and {@code attempts}.
 *
 * <p>Long curves of rounds are drawn twice: as they are, faint, and smoothed.
 */
final class RunCharts {
  private static final int LARGE = 250;
  private static final int SMALL = 160;
  private static final String LAYERS = "gradient-norms";

  /** A metric of which the greatest value is so many times the median is drawn by its powers. */
  private static final double WIDE_RANGE = 20;

  private final Map<String, Object> run;
  private final RunMetrics metrics;
  private StringBuilder out;

  RunCharts(Map<String, Object> run, RunMetrics metrics) {
    this.run = run;
    this.metrics = metrics;
  }

  void append(StringBuilder to) {
    out = to;
    List<Series> losses = new ArrayList<>();
    List<Point> rounds = metrics.points("round", "train-loss");
    if (Curve.isLong(rounds)) {
      losses.add(new Series("training, each round", "faint", true, rounds));
      losses.add(new Series("training", "train", Curve.mean(rounds, weights())));
    } else {
      losses.add(new Series("training, each round", "faint", rounds));
      losses.add(new Series("training", "train", metrics.points("epoch", "train-loss")));
    }
    losses.add(new Series("validation", "valid", metrics.points("valid-loss")));
    List<Mark> marks = new ArrayList<>(resumes());
    marks.addAll(best());
    chart("Loss", LARGE, false, losses, baseline("valid-loss"), marks);
    out.append("<div class=\"pair\">\n");
    for (String name : new ShownMetrics(run).names()) {
      String key = ShownMetrics.key(name);
      List<Series> series = List.of(new Series("validation", "valid", metrics.points(key)));
      String words = ShownMetrics.words(name);
      String heading = words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
      chart(heading, SMALL, false, series, baseline(key), best());
    }
    List<Series> rate =
        List.of(new Series("learning rate", "train", metrics.points("learning-rate")));
    chart("Learning rate", SMALL, false, rate, OptionalDouble.empty(), List.of());
    ofRounds("Gradient norm", "gradient-norm");
    ofRounds("Tokens per second", "tokens-per-second");
    out.append("</div>\n");
    List<Series> layers = layers();
    if (layers.size() > 1) {
      chart("Gradient norm of each layer", LARGE, true, layers, OptionalDouble.empty(), List.of());
    }
  }

  private void ofRounds(String heading, String key) {
    List<Point> points = metrics.points(key);
    double[] sorted = points.stream().mapToDouble(Point::y).sorted().toArray();
    boolean wide =
        sorted.length > 0
            && sorted[0] > 0
            && sorted[sorted.length - 1] > WIDE_RANGE * sorted[sorted.length / 2];
    List<Series> series =
        Curve.isLong(points)
            ? List.of(
                new Series("each round", "faint", true, points),
                new Series("running median", "train", Curve.median(points)))
            : List.of(new Series("each round", "train", points));
    chart(heading, SMALL, wide, series, OptionalDouble.empty(), List.of());
  }

  /**
   * What the losses of the rounds are means over: with an output at each step the tokens, else
   * sequences, of which all rounds have about as many.
   */
  private double[] weights() {
    boolean perStep =
        run.get("job") instanceof Map<?, ?> job
            && job.get("model") instanceof Map<?, ?> model
            && "many-to-many".equals(model.get("topology"));
    return metrics.records().stream()
        .filter(record -> metrics.isPoint("round", "train-loss", record))
        .mapToDouble(record -> perStep ? RunMetrics.number(record, "tokens").orElse(1) : 1)
        .toArray();
  }

  /** The norms of the layers, in the order in which they are first named. */
  private List<Series> layers() {
    Set<String> names = new LinkedHashSet<>();
    for (Map<String, Object> record : metrics.records()) {
      if (record.get(LAYERS) instanceof Map<?, ?> norms) {
        norms.keySet().forEach(name -> names.add(String.valueOf(name)));
      }
    }
    List<Series> layers = new ArrayList<>();
    for (String name : names) {
      List<Point> points =
          metrics.points(
              record -> record.get(LAYERS) instanceof Map<?, ?> norms ? norms.get(name) : null);
      String style = "hue-" + layers.size() % HtmlReport.HUES;
      layers.add(new Series(name, style, Curve.median(points)));
    }
    return layers;
  }

  /** Where the model that was saved stands. */
  private List<Mark> best() {
    Map<String, Object> best = metrics.best().orElse(Map.of());
    OptionalDouble place = metrics.place(best);
    return place.isEmpty()
        ? List.of()
        : List.of(
            new Mark(
                place.getAsDouble(),
                "best",
                "saved model",
                "saved model: " + RunMetrics.hint(best)));
  }

  /** Where the run was resumed. */
  private List<Mark> resumes() {
    List<Mark> marks = new ArrayList<>();
    for (Map<?, ?> attempt : RunData.attempts(run)) {
      RunMetrics.number(attempt, "from-round")
          .ifPresent(
              round -> {
                if (round > 0) {
                  String hint = "resumed after round " + Html.number(round);
                  marks.add(new Mark(metrics.at(round), "resume", "", hint));
                }
              });
    }
    return marks;
  }

  private void chart(
      String heading,
      int height,
      boolean logarithmic,
      List<Series> series,
      OptionalDouble baseline,
      List<Mark> marks) {
    var chart =
        new LineChart(
            height,
            metrics.horizontal(),
            metrics.end(),
            logarithmic,
            series,
            baseline,
            baselineName(),
            marks);
    List<Series> drawn = chart.series();
    if (drawn.isEmpty()) {
      return;
    }
    out.append("<figure>\n<figcaption><h2>").append(Html.escape(heading)).append("</h2>");
    if (drawn.size() > 1 || baseline.isPresent()) {
      drawn.forEach(line -> legend(line.name(), line.style()));
      baseline.ifPresent(value -> legend(baselineName(), "base"));
    }
    if (marks.stream().anyMatch(mark -> mark.style().equals("resume"))) {
      legend("resumed", "resume");
    }
    out.append("</figcaption>\n<div class=\"chart\"><svg role=\"img\" aria-label=\"");
    out.append(Html.escape(heading)).append("\" width=\"100%\" height=\"").append(height);
    out.append("\">\n").append(chart.svg()).append("</svg></div>\n</figure>\n");
  }

  private void legend(String name, String style) {
    out.append("<span class=\"key ").append(style).append("\">");
    out.append(Html.escape(name)).append("</span>");
  }

  private OptionalDouble baseline(String key) {
    return run.get("baseline") instanceof Map<?, ?> baseline
        ? RunMetrics.number(baseline, key)
        : OptionalDouble.empty();
  }

  private String baselineName() {
    return run.get("baseline") instanceof Map<?, ?> baseline
            && baseline.get("name") instanceof String name
        ? name + " baseline"
        : "baseline";
  }
}
