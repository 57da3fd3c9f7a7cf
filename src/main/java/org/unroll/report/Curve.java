package org.unroll.report;

import java.util.ArrayList;
import java.util.List;

/** What is drawn of a metric that has more values than a chart has room for. */
final class Curve {
  /** A curve with no more points is read as it is. */
  private static final int SHORT = 60;

  /** Points of a smoothed curve. */
  private static final int SMOOTH = 250;

  /** Share of the curve that each point of a smoothed one is the median of. */
  private static final int WINDOWS = 40;

  private Curve() {}

  /**
   * A value over the horizontal axis.
   *
   * @param hint what the point says of itself
   */
  record Point(double x, double y, String hint) {}

  /** Whether single values hide the course of the curve, so that it is better smoothed. */
  static boolean isLong(List<Point> points) {
    return points.size() > SHORT;
  }

  /**
   * The running median of a long curve, each value that of a fortieth of the curve around it; a
   * short one as it is. The median, since single rounds far off, such as a gradient that explodes
   * or a round in which the machine was busy, leave it where it is.
   */
  static List<Point> smooth(List<Point> points) {
    if (!isLong(points)) {
      return points;
    }
    int count = points.size();
    int half = Math.max(2, count / WINDOWS / 2);
    int places = Math.min(count, SMOOTH);
    List<Point> smooth = new ArrayList<>(places);
    for (int place = 0; place < places; place++) {
      int at = (int) ((long) (count - 1) * place / (places - 1));
      List<Point> around = points.subList(Math.max(0, at - half), Math.min(count, at + half + 1));
      double[] window = around.stream().mapToDouble(Point::y).sorted().toArray();
      smooth.add(new Point(points.get(at).x(), window[window.length / 2], points.get(at).hint()));
    }
    return smooth;
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
}
