package org.unroll.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Lines over rounds, as SVG to stand in an HTML page. Colours and fonts come from the page's style
 * sheet by class names; a point says its value when the pointer rests on it.
 *
 * @param width of the drawing, in units of the style sheet's pixels
 * @param height likewise
 * @param horizontal what the horizontal axis counts, from 0
 * @param end where it ends, the same for all charts of a page
 * @param logarithmic whether equal heights are equal ratios; points that are not above 0 are then
 *     left out
 * @param series drawn in this order, later ones on top
 * @param baseline value of a horizontal line to compare with
 * @param baselineName its name
 */
record LineChart(
    int width,
    int height,
    String horizontal,
    double end,
    boolean logarithmic,
    List<Series> series,
    OptionalDouble baseline,
    String baselineName) {
  private static final int LEFT = 52;
  private static final int RIGHT = 14;
  private static final int TOP = 12;
  private static final int BOTTOM = 38;

  /** More points than pixels say nothing more, and make the page heavy. */
  private static final int MAXIMUM_POINTS = 600;

  private static final int MAXIMUM_HINTS = 150;

  /** Longer series are drawn by a thin line, shorter ones with a dot at each point. */
  private static final int DENSE = 200;

  private static final int DOTTED = 40;

  /**
   * A value over the horizontal axis.
   *
   * @param hint what the point says of itself
   */
  record Point(double x, double y, String hint) {}

  /**
   * A line.
   *
   * @param name for the legend
   * @param style class name of its colour
   * @param points with finite values, x rising
   */
  record Series(String name, String style, List<Point> points) {
    Series {
      points = List.copyOf(points);
    }

    private Series positive() {
      return new Series(name, style, points.stream().filter(point -> point.y() > 0).toList());
    }
  }

  LineChart {
    series =
        series.stream()
            .map(line -> logarithmic ? line.positive() : line)
            .filter(line -> !line.points().isEmpty())
            .toList();
  }

  /** The SVG element; empty text if there is nothing to draw. */
  String svg() {
    List<Point> all = series.stream().flatMap(line -> line.points().stream()).toList();
    if (all.isEmpty()) {
      return "";
    }
    Axis x = Axis.exactly(0, end, width / 70);
    double low =
        Math.min(
            all.stream().mapToDouble(Point::y).min().getAsDouble(),
            baseline.orElse(Double.POSITIVE_INFINITY));
    double high =
        Math.max(
            all.stream().mapToDouble(Point::y).max().getAsDouble(),
            baseline.orElse(Double.NEGATIVE_INFINITY));
    Scale y = logarithmic ? LogAxis.of(low, high, height / 40) : Axis.of(low, high, height / 50);
    return new Canvas(x, y).draw();
  }

  /** Keeps the least and the greatest of each group of neighbours: spikes stay visible. */
  static List<Point> thin(List<Point> points, int maximum) {
    if (points.size() <= maximum) {
      return points;
    }
    int groups = maximum / 2;
    var kept = new ArrayList<Point>(2 * groups);
    for (int group = 0; group < groups; group++) {
      int begin = (int) ((long) points.size() * group / groups);
      int end = (int) ((long) points.size() * (group + 1) / groups);
      int least = begin;
      int greatest = begin;
      for (int i = begin; i < end; i++) {
        least = points.get(i).y() < points.get(least).y() ? i : least;
        greatest = points.get(i).y() > points.get(greatest).y() ? i : greatest;
      }
      kept.add(points.get(Math.min(least, greatest)));
      if (least != greatest) {
        kept.add(points.get(Math.max(least, greatest)));
      }
    }
    return kept;
  }

  /** One drawing under construction. */
  private final class Canvas {
    private final Scale x;
    private final Scale y;
    private final StringBuilder out = new StringBuilder();

    Canvas(Scale x, Scale y) {
      this.x = x;
      this.y = y;
    }

    String draw() {
      add("<svg viewBox=\"0 0 %d %d\" role=\"img\">\n", width, height);
      drawHorizontalGrid();
      drawVerticalTicks();
      baseline.ifPresent(this::drawBaseline);
      series.forEach(this::drawLine);
      series.forEach(this::drawHints);
      return out.append("</svg>\n").toString();
    }

    private void drawHorizontalGrid() {
      for (double tick : y.ticks()) {
        double at = atY(tick);
        add(
            "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
            LEFT, width - RIGHT, at, at);
        add(
            "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
            LEFT - 8, at + 4, y.label(tick));
      }
    }

    private void drawVerticalTicks() {
      int bottom = height - BOTTOM;
      add(
          "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n",
          LEFT, width - RIGHT, bottom, bottom);
      for (double tick : x.ticks()) {
        double at = atX(tick);
        add(
            "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
            at, at, bottom, bottom + 4);
        add(
            "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
            at, bottom + 18, x.label(tick));
      }
      add(
          "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n",
          width - RIGHT, height - 4, Html.escape(horizontal));
    }

    private void drawBaseline(double value) {
      double at = atY(value);
      add(
          "<line class=\"baseline\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\">",
          LEFT, width - RIGHT, at, at);
      add("<title>%s: %s</title></line>\n", Html.escape(baselineName), Html.number(value));
    }

    private void drawLine(Series line) {
      var path = new StringBuilder();
      for (Point point : thin(line.points(), MAXIMUM_POINTS)) {
        path.append(path.length() == 0 ? 'M' : 'L')
            .append(String.format(Locale.ROOT, "%.1f,%.1f", atX(point.x()), atY(point.y())));
      }
      String density = line.points().size() > DENSE ? " dense" : "";
      add("<path class=\"line %s%s\" d=\"%s\"/>\n", line.style(), density, path);
      if (line.points().size() <= DOTTED) {
        for (Point point : line.points()) {
          add(
              "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"/>\n",
              line.style(), atX(point.x()), atY(point.y()));
        }
      }
    }

    /** Invisible discs, larger than the line is wide, so that the pointer finds them. */
    private void drawHints(Series line) {
      for (Point point : thin(line.points(), MAXIMUM_HINTS)) {
        add(
            "<circle class=\"hint %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\">",
            line.style(), atX(point.x()), atY(point.y()));
        add(
            "<title>%s %s\n%s</title></circle>\n",
            Html.escape(line.name()), Html.number(point.y()), Html.escape(point.hint()));
      }
    }

    private double atX(double value) {
      return LEFT + x.share(value) * (width - LEFT - RIGHT);
    }

    private double atY(double value) {
      return height - BOTTOM - y.share(value) * (height - BOTTOM - TOP);
    }

    private void add(String format, Object... values) {
      out.append(String.format(Locale.ROOT, format, values));
    }
  }
}
