package org.unroll.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.unroll.report.Curve.Point;
import org.unroll.report.LineChart.Series;

/** Charts beside each other in one SVG file that needs nothing but itself. */
public final class Plot {
  private static final int WIDTH = 460;
  private static final int HEIGHT = 300;
  private static final int INNER = HEIGHT - LineChart.TOP - LineChart.BOTTOM;
  private static final int TITLE = 30;
  private static final int KEY = 22;
  private static final int KEY_WIDTH = 150;

  private final List<String> names = new ArrayList<>();
  private final List<Chart> charts = new ArrayList<>();

  /**
   * A line.
   *
   * @param name lines of the same name have the same colour in all charts
   * @param x where its values stand, rising
   * @param y the values, finite
   */
  public record Line(String name, double[] x, double[] y) {
    public Line {
      if (x.length != y.length) {
        throw new IllegalArgumentException(
            "each value of a line has its place, got " + y.length + " and " + x.length);
      }
    }
  }

  private record Chart(String title, String horizontal, boolean logarithmic, List<Line> lines) {}

  /**
   * Adds a chart to the right of the others.
   *
   * @param horizontal what the horizontal axis counts, from 0
   * @param logarithmic whether equal heights are equal ratios
   */
  public Plot add(String title, String horizontal, boolean logarithmic, List<Line> lines) {
    charts.add(new Chart(title, horizontal, logarithmic, List.copyOf(lines)));
    for (Line line : lines) {
      if (!names.contains(line.name())) {
        names.add(line.name());
      }
    }
    return this;
  }

  /** The file. */
  public String svg() {
    int width = WIDTH * charts.size();
    int perRow = Math.max(1, (width - LineChart.LEFT) / KEY_WIDTH);
    int keys = (names.size() + perRow - 1) / perRow;
    int height = TITLE + HEIGHT + KEY * keys + 8;
    StringBuilder out = new StringBuilder();
    add(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " viewBox=\"0 0 %d %d\" class=\"plot\">\n",
        width,
        height,
        width,
        height);
    out.append("<style>\n").append(styleSheet()).append("</style>\n");
    add(out, "<rect class=\"page\" width=\"%d\" height=\"%d\"/>\n", width, height);
    for (int c = 0; c < charts.size(); c++) {
      draw(out, charts.get(c), c * WIDTH);
    }
    for (int n = 0; n < names.size(); n++) {
      int x = LineChart.LEFT + n % perRow * KEY_WIDTH;
      int y = TITLE + HEIGHT + 12 + n / perRow * KEY;
      add(out, "<path class=\"line hue-%d\" d=\"M%d,%dh18\"/>", n % HtmlReport.HUES, x, y);
      add(out, "<text class=\"key\" x=\"%d\" y=\"%d\">", x + 26, y + 4);
      out.append(Html.escape(names.get(n))).append("</text>\n");
    }
    return out.append("</svg>\n").toString();
  }

  private void draw(StringBuilder out, Chart chart, int left) {
    List<Series> series = new ArrayList<>();
    double end = 1;
    for (Line line : chart.lines()) {
      List<Point> points = new ArrayList<>();
      for (int i = 0; i < line.y().length; i++) {
        String hint = chart.horizontal() + " " + Html.number(line.x()[i]);
        points.add(new Point(line.x()[i], line.y()[i], hint));
        end = Math.max(end, line.x()[i]);
      }
      String style = "hue-" + names.indexOf(line.name()) % HtmlReport.HUES;
      series.add(new Series(line.name(), style, points));
    }
    add(out, "<text class=\"title\" x=\"%d\" y=\"20\">", left + 14);
    out.append(Html.escape(chart.title())).append("</text>\n");
    add(
        out,
        "<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" overflow=\"visible\">\n",
        left + LineChart.LEFT,
        TITLE + LineChart.TOP,
        WIDTH - LineChart.LEFT - LineChart.RIGHT,
        INNER);
    out.append(
            new LineChart(
                    INNER,
                    chart.horizontal(),
                    end,
                    chart.logarithmic(),
                    series,
                    OptionalDouble.empty(),
                    "",
                    List.of())
                .svg())
        .append("</svg>\n");
  }

  private static String styleSheet() {
    try (InputStream in = Plot.class.getResourceAsStream("plot.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }
}
