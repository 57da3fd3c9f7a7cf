package org.unroll.report;

import java.util.ArrayList;
import java.util.List;

/** What is drawn of a metric that has more values than a chart has room for. */
final class Curve {
  /** A curve with no more points is read as it is. */
  private static final int SHORT = 60;

  /** Points of a smoothed curve. */
  private static final int SMOOTH = 250;

  /** Share of the curve that each point of a smoothed one stands for: one part of so many. */
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
  static List<Point> median(List<Point> points) {
    return smooth(
        points,
        (from, to) -> {
          double[] window =
              points.subList(from, to).stream().mapToDouble(Point::y).sorted().toArray();
          return window[window.length / 2];
        });
  }

  /**
   * The running mean of a long curve; a short one as it is. The mean of losses, since that is what
   * the loss of an epoch is, and what a validation loss can be compared with.
   *
   * @param weights of the points
   */
  static List<Point> mean(List<Point> points, double[] weights) {
    return smooth(
        points,
        (from, to) -> {
          double sum = 0;
          double weight = 0;
          for (int i = from; i < to; i++) {
            sum += weights[i] * points.get(i).y();
            weight += weights[i];
          }
          return weight > 0 ? sum / weight : points.get(from).y();
        });
  }

  /** What stands for the points of a window, from a first one to the one behind the last. */
  private interface Window {
    double value(int from, int to);
  }

  private static List<Point> smooth(List<Point> points, Window window) {
    if (!isLong(points)) {
      return points;
    }
    int count = points.size();
    int half = Math.max(2, count / WINDOWS / 2);
    int places = Math.min(count, SMOOTH);
    List<Point> smooth = new ArrayList<>(places);
    for (int place = 0; place < places; place++) {
      int at = (int) ((long) (count - 1) * place / (places - 1));
      double y = window.value(Math.max(0, at - half), Math.min(count, at + half + 1));
      smooth.add(new Point(points.get(at).x(), y, points.get(at).hint()));
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
