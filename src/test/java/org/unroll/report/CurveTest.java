package org.unroll.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.unroll.report.Curve.Point;

class CurveTest {
  private static List<Point> points(int count, IntToDoubleFunction y) {
    var points = new ArrayList<Point>();
    for (int i = 0; i < count; i++) {
      points.add(new Point(i, y.applyAsDouble(i), "round " + i));
    }
    return points;
  }

  @Test
  void smoothingShowsTheCourseAndNotTheNoise() {
    var random = new Random(3);
    List<Point> smooth =
        Curve.median(points(10_000, i -> 1 + i / 10_000.0 + 0.3 * random.nextGaussian()));
    assertEquals(250, smooth.size());
    for (Point point : smooth) {
      assertEquals(1 + point.x() / 10_000, point.y(), 0.1, point.hint());
    }
    assertEquals(0, smooth.get(0).x());
    assertEquals(9_999, smooth.get(249).x());
  }

  @Test
  void singleRoundsFarOffDoNotMoveASmoothedCurve() {
    List<Point> points = points(1000, i -> i % 100 == 50 ? 1e9 : 2);
    assertTrue(Curve.median(points).stream().allMatch(point -> point.y() == 2));
  }

  @Test
  void aMeanOfLossesWeighsRoundsByTheirTargets() {
    // Rounds of short sequences, as they come in an epoch beside long ones.
    List<Point> points = points(1000, i -> i % 2 == 0 ? 0.5 : 2);
    double[] weights = new double[1000];
    Arrays.setAll(weights, i -> i % 2 == 0 ? 100 : 300);
    for (Point point : Curve.mean(points, weights)) {
      assertEquals(0.25 * 0.5 + 0.75 * 2, point.y(), 0.05, point.hint());
    }
  }

  @Test
  void aShortCurveStaysAsItIs() {
    List<Point> points = points(60, i -> i * i);
    assertEquals(points, Curve.median(points));
    assertEquals(points, Curve.mean(points, new double[60]));
    assertTrue(Curve.isLong(points(61, i -> i)));
    assertEquals(61, Curve.median(points(61, i -> i)).size());
  }

  @Test
  void thinningKeepsSpikes() {
    List<Point> points = points(10_000, i -> i == 5_432 ? 100 : i == 777 ? -100 : Math.sin(i));
    List<Point> thin = Curve.thin(points, 200);
    assertTrue(thin.size() <= 200);
    assertTrue(thin.contains(points.get(5_432)));
    assertTrue(thin.contains(points.get(777)));
    for (int i = 1; i < thin.size(); i++) {
      assertTrue(thin.get(i - 1).x() < thin.get(i).x());
    }
    assertEquals(points, Curve.thin(points, 10_000));
  }
}
