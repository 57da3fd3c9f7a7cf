package org.unroll.twin;

import java.util.List;
import java.util.Map;
import org.unroll.data.Example;

/** Adam (Kingma and Ba 2015) on the twin's gradient of the mean loss; β 0.9 and 0.999, ε 1e-8. */
final class TwinAdam {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;
  private static final double MOMENTUM = 0.1;

  private TwinAdam() {}

  /** The parameters after some steps; the given ones stay as they are. */
  static Map<String, double[][]> train(
      TwinModel model, Map<String, double[][]> start, List<Example> examples, Fixture.Adam adam) {
    Map<String, double[][]> parameters = Tensors.scaled(start, 1);
    Map<String, double[][]> mean = Tensors.scaled(start, 0);
    Map<String, double[][]> square = Tensors.scaled(start, 0);
    for (int step = 1; step <= adam.steps(); step++) {
      TwinResult result = Twin.run(model, parameters, examples, TwinOptions.PLAIN);
      Map<String, double[][]> gradient = clippedMean(model, result, adam.clipNorm());
      double correction1 = 1 - Math.pow(BETA1, step);
      double correction2 = 1 - Math.pow(BETA2, step);
      for (String name : parameters.keySet()) {
        double[][] p = parameters.get(name);
        for (int i = 0; i < p.length; i++) {
          double[] g = gradient.get(name)[i];
          double[] m = mean.get(name)[i];
          double[] v = square.get(name)[i];
          for (int j = 0; j < g.length; j++) {
            m[j] = BETA1 * m[j] + (1 - BETA1) * g[j];
            v[j] = BETA2 * v[j] + (1 - BETA2) * g[j] * g[j];
            p[i][j] -=
                adam.learningRate()
                    * (m[j] / correction1)
                    / (Math.sqrt(v[j] / correction2) + EPSILON);
          }
        }
      }
      moveMoments(parameters, result.moments(), Math.max(MOMENTUM, 1.0 / step));
    }
    return parameters;
  }

  private static void moveMoments(
      Map<String, double[][]> parameters, Map<String, double[][]> measured, double weight) {
    measured.forEach(
        (name, values) -> {
          double[][] running = parameters.get(name);
          for (int r = 0; r < values.length; r++) {
            running[r][0] = (1 - weight) * running[r][0] + weight * values[r][0];
          }
        });
  }

  private static Map<String, double[][]> clippedMean(
      TwinModel model, TwinResult result, double limit) {
    Map<String, double[][]> gradient =
        Tensors.scaled(Tensors.trained(model, result.gradients()), 1 / result.weight());
    double norm = Tensors.norm(gradient);
    return limit > 0 && norm > limit ? Tensors.scaled(gradient, limit / norm) : gradient;
  }
}
