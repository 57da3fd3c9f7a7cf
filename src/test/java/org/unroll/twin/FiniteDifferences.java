package org.unroll.twin;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** Central differences of fourth order: small slopes too stand clear of rounding. */
final class FiniteDifferences {
  private static final double STEP = 2e-5;

  private FiniteDifferences() {}

  /**
   * A random direction for each parameter, of length 1: a wrong derivative of any of its values
   * changes the slope along it.
   */
  static Map<String, double[][]> directions(Map<String, double[][]> parameters, long seed) {
    Random random = new Random(seed);
    Map<String, double[][]> directions = new LinkedHashMap<>();
    parameters.forEach(
        (name, rows) -> {
          double[][] direction = new double[rows.length][rows[0].length];
          for (double[] row : direction) {
            Arrays.setAll(row, j -> random.nextGaussian());
          }
          double scale = 1 / Tensors.norm(direction);
          for (double[] row : direction) {
            Arrays.setAll(row, j -> scale * row[j]);
          }
          directions.put(name, direction);
        });
    return directions;
  }

  /**
   * The slope along the direction d of one parameter: {@code (8 (f(p + hd) - f(p - hd)) - (f(p +
   * 2hd) - f(p - 2hd))) / 12h}.
   */
  static double slope(
      Map<String, double[][]> parameters,
      String name,
      double[][] direction,
      ToDoubleFunction<Map<String, double[][]>> f) {
    double near = difference(parameters, name, direction, STEP, f);
    double far = difference(parameters, name, direction, 2 * STEP, f);
    return (8 * near - far) / (12 * STEP);
  }

  private static double difference(
      Map<String, double[][]> parameters,
      String name,
      double[][] direction,
      double step,
      ToDoubleFunction<Map<String, double[][]>> f) {
    return f.applyAsDouble(moved(parameters, name, direction, step))
        - f.applyAsDouble(moved(parameters, name, direction, -step));
  }

  private static Map<String, double[][]> moved(
      Map<String, double[][]> parameters, String name, double[][] direction, double step) {
    Map<String, double[][]> moved = new LinkedHashMap<>(parameters);
    double[][] rows = new double[direction.length][];
    Arrays.setAll(
        rows,
        i -> {
          double[] row = parameters.get(name)[i].clone();
          Arrays.setAll(row, j -> row[j] + step * direction[i][j]);
          return row;
        });
    moved.put(name, rows);
    return moved;
  }
}
