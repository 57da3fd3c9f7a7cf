package org.unroll.twin;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Central differences of fourth order: small slopes too stand clear of rounding. */
final class FiniteDifferences {
  private static final double STEP = 2e-5;

  private FiniteDifferences() {}

  /**
   * {@code (8 (f(p + h) - f(p - h)) - (f(p + 2h) - f(p - 2h))) / 12h} for every value of every
   * parameter.
   *
   * @param parameters copied for each thread, which moves its copy in place and puts it back
   * @param f called by several threads
   */
  static Map<String, double[][]> of(
      Map<String, double[][]> parameters, ToDoubleFunction<Map<String, double[][]>> f) {
    List<String> names = List.copyOf(parameters.keySet());
    List<double[][]> slopes =
        names.parallelStream().map(name -> slopes(copy(parameters), name, f)).toList();
    Map<String, double[][]> gradient = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      gradient.put(names.get(i), slopes.get(i));
    }
    return gradient;
  }

  private static double[][] slopes(
      Map<String, double[][]> parameters,
      String name,
      ToDoubleFunction<Map<String, double[][]>> f) {
    double[][] rows = parameters.get(name);
    double[][] slopes = new double[rows.length][rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        double near = difference(parameters, f, rows[i], j, STEP);
        double far = difference(parameters, f, rows[i], j, 2 * STEP);
        slopes[i][j] = (8 * near - far) / (12 * STEP);
      }
    }
    return slopes;
  }

  private static Map<String, double[][]> copy(Map<String, double[][]> parameters) {
    Map<String, double[][]> copy = new LinkedHashMap<>();
    parameters.forEach(
        (name, rows) ->
            copy.put(name, Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new)));
    return copy;
  }

  private static double difference(
      Map<String, double[][]> parameters,
      ToDoubleFunction<Map<String, double[][]>> f,
      double[] row,
      int j,
      double step) {
    double value = row[j];
    row[j] = value + step;
    double above = f.applyAsDouble(parameters);
    row[j] = value - step;
    double below = f.applyAsDouble(parameters);
    row[j] = value;
    return above - below;
  }
}
