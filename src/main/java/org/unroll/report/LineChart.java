package org.unroll.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.unroll.report.Curve.Point;

/**
 * Lines over rounds, as SVG. Horizontal positions are shares of the drawing's width, so that it
 * fits any width while texts and lines keep their size; vertical ones are pixels. Ticks and their
 * texts stand outside of the drawing, which needs room for them: {@link #LEFT} pixels and so on, in
 * a page less on a small screen. Colours and fonts come from a style sheet by class names; a point
 * says its value when the pointer rests on it.
 *
 * @param height of the drawing, in pixels
 * @param horizontal what the horizontal axis counts, from 0
 * @param end where it ends, the same for all charts of a page
 * @param logarithmic whether equal heights are equal ratios; points that are not above 0 are then
 *     left out
 * @param series drawn in this order, later ones on top
 * @param baseline value of a horizontal line to compare with
 * @param baselineName its name
 * @param marks vertical lines
 */
record LineChart(
    int height,
    String horizontal,
    double end,
    boolean logarithmic,
    List<Series> series,
    OptionalDouble baseline,
    String baselineName,
    List<Mark> marks) {
  static final int LEFT = 52;
  static final int RIGHT = 18;
  static final int TOP = 14;
  static final int BOTTOM = 40;

  /** Units across a drawing in which lines are given; the drawing is stretched to its width. */
  private static final int WIDTH = 1000;

  /** Ticks that have room below the narrowest drawing. */
  private static final int TICKS = 6;

  private static final int PIXELS_PER_TICK = 46;

  /** More points than pixels say nothing more, and make the page heavy. */
  private static final int MAXIMUM_POINTS = 500;

  private static final int MAXIMUM_HINTS = 40;

  /** Of all lines together. */
  private static final int ALL_HINTS = 8 * MAXIMUM_HINTS;

  /** Lines with no more points have a dot at each. */
  private static final int DOTTED = 40;

  /** Of the values of a noisy line, those beyond it on either side do not stretch the axis. */
  private static final double OUTLIERS = 0.01;

  /**
   * A line.
   *
   * @param name for the legend
   * @param style class name of its colour
   * @param noisy whether it only lies behind others, which show what matters: its outliers are cut
   *     off at the frame, and its points say nothing
   * @param points with finite values, x rising
   */
  record Series(String name, String style, boolean noisy, List<Point> points) {
    Series {
      points = List.copyOf(points);
    }

    Series(String name, String style, List<Point> points) {
      this(name, style, false, points);
    }

    private Series positive() {
      return new Series(
          name, style, noisy, points.stream().filter(point -> point.y() > 0).toList());
    }

    /** The values that the vertical axis must reach. */
    private double[] reached() {
      double[] sorted = points.stream().mapToDouble(Point::y).sorted().toArray();
      int outliers = noisy ? (int) (OUTLIERS * sorted.length) : 0;
      return Arrays.copyOfRange(sorted, outliers, sorted.length - outliers);
    }
  }

  /**
   * A vertical line.
   *
   * @param style class name
   * @param label beside its upper end; may be empty
   * @param hint what it says when the pointer rests on it
   */
  record Mark(double x, String style, String label, String hint) {}

  LineChart {
    series =
        series.stream()
            .map(line -> logarithmic ? line.positive() : line)
            .filter(line -> !line.points().isEmpty())
            .toList();
    marks = List.copyOf(marks);
  }

  /** What stands in an SVG element of this height and any width; empty if there is nothing. */
  String svg() {
    if (series.isEmpty()) {
      return "";
    }
    double[] values =
        Stream.concat(series.stream().map(Series::reached), Stream.of(baseline.stream().toArray()))
            .flatMapToDouble(Arrays::stream)
            .toArray();
    double low = Arrays.stream(values).min().getAsDouble();
    double high = Arrays.stream(values).max().getAsDouble();
    int intervals = height / PIXELS_PER_TICK;
    return new Canvas(
            Axis.exactly(0, end, TICKS),
            logarithmic ? LogAxis.of(low, high, intervals) : Axis.of(low, high, intervals))
        .draw();
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
      drawGrid();
      drawHorizontalTicks();
      baseline.ifPresent(this::drawBaseline);
      series.stream().filter(Series::noisy).forEach(this::drawLine);
      marks.forEach(this::drawMark);
      series.stream().filter(line -> !line.noisy()).forEach(this::drawLine);
      series.stream().filter(line -> !line.noisy()).forEach(this::drawPoints);
      return out.toString();
    }

    private void drawGrid() {
      for (double tick : y.ticks()) {
        double at = atY(tick);
        add("<line class=\"grid\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\"/>", at, at);
        add(
            "<text class=\"tick\" x=\"-8\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
            at + 4, y.label(tick));
      }
    }

    private void drawHorizontalTicks() {
      add("<line class=\"axis\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>\n", height, height);
      for (double tick : x.ticks()) {
        double at = atX(tick);
        add(
            "<line class=\"axis\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%d\" y2=\"%d\"/>",
            at, at, height, height + 4);
        add(
            "<text class=\"tick\" x=\"%.2f%%\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
            at, height + 18, x.label(tick));
      }
      add(
          "<text class=\"tick\" x=\"100%%\" y=\"%d\" text-anchor=\"end\">%s</text>\n",
          height + 34, Html.escape(horizontal));
    }

    private void drawBaseline(double value) {
      double at = atY(value);
      add("<line class=\"baseline\" x2=\"100%%\" y1=\"%.1f\" y2=\"%.1f\">", at, at);
      add("<title>%s: %s</title></line>\n", Html.escape(baselineName), Html.number(value));
    }

    private void drawMark(Mark mark) {
      double at = atX(mark.x());
      add(
          "<line class=\"mark %s\" x1=\"%.2f%%\" x2=\"%.2f%%\" y2=\"%d\"><title>%s</title></line>",
          mark.style(), at, at, height, Html.escape(mark.hint()));
      if (!mark.label().isEmpty()) {
        // Towards the middle, where there is room.
        add(
            "<text class=\"mark %s\" x=\"%.2f%%\" y=\"-3\" text-anchor=\"%s\">%s</text>",
            mark.style(),
            at,
            at < 10 ? "start" : at > 90 ? "end" : "middle",
            Html.escape(mark.label()));
      }
      out.append('\n');
    }

    /** In a drawing within the drawing, which alone is stretched; lines keep their width. */
    private void drawLine(Series line) {
      var path = new StringBuilder();
      for (Point point : Curve.thin(line.points(), MAXIMUM_POINTS)) {
        path.append(path.length() == 0 ? 'M' : 'L')
            .append(
                String.format(
                    Locale.ROOT, "%.1f,%.1f", atX(point.x()) / 100 * WIDTH, atY(point.y())));
      }
      add(
          "<svg class=\"%s\" width=\"100%%\" height=\"%d\" viewBox=\"0 0 %d %d\""
              + " preserveAspectRatio=\"none\">",
          line.noisy() ? "cut" : "whole", height, WIDTH, height);
      add("<path class=\"line %s\" d=\"%s\"/></svg>\n", line.style(), path);
    }

    /** Dots, and invisible discs that are large enough for the pointer to find. */
    private void drawPoints(Series line) {
      if (line.points().size() <= DOTTED) {
        line.points().forEach(point -> drawDisc(point, "dot " + line.style(), 2.5, "/>\n"));
      }
      int hints = Math.min(MAXIMUM_HINTS, Math.max(2, ALL_HINTS / series.size()));
      for (Point point : Curve.thin(line.points(), hints)) {
        String name = Html.escape(line.name()) + " " + Html.number(point.y());
        String hint = "><title>" + name + "\n" + Html.escape(point.hint()) + "</title></circle>\n";
        drawDisc(point, "hint " + line.style(), 7, hint);
      }
    }

    private void drawDisc(Point point, String style, double radius, String rest) {
      add(
          "<circle class=\"%s\" cx=\"%.2f%%\" cy=\"%.1f\" r=\"%.1f\"",
          style, atX(point.x()), atY(point.y()), radius);
      out.append(rest);
    }

    /** In percent of the width. */
    private double atX(double value) {
      return 100 * x.share(value);
    }

    private double atY(double value) {
      return height * (1 - y.share(value));
    }

    private void add(String format, Object... values) {
      out.append(String.format(Locale.ROOT, format, values));
    }
  }
}
