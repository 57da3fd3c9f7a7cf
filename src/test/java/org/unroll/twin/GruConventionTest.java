package org.unroll.twin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A GRU written the other way round, {@code h = z∘h⟨t-1⟩ + (1-z)∘h̃}, is the GRU of the notes with
 * {@code z = 1-Γ_u}: the same numbers once the update gate's weights and biases are negated.
 */
class GruConventionTest {
  @ParameterizedTest
  @EnumSource(TwinGru.Reset.class)
  void updateGateWithNegatedWeightsIsTheOtherForm(TwinGru.Reset reset) {
    TwinGru cell = new TwinGru(reset);
    int units = 3;
    Algebra algebra = new Algebra(new Tape());
    double[][] recurrent = matrix(cell.gates() * units, units, 0.7);
    double[] bias = matrix(1, cell.gates() * units, 0.4)[0];
    double[] projected = matrix(1, cell.gates() * units, 1.3)[0];
    double[] state = {0.3, -0.8, 0.5};
    double[] stored =
        algebra.values(
            cell.step(
                    algebra,
                    new TwinCell.Weights(
                        nodes(algebra, recurrent),
                        algebra.constants(bias),
                        null,
                        null,
                        new double[] {1, 1, 1}),
                    algebra.constants(projected),
                    List.of(algebra.constants(state)))
                .get(0));
    int z = cell.gates() - 2;
    for (int i = z * units; i < (z + 1) * units; i++) {
      bias[i] = -bias[i];
      projected[i] = -projected[i];
      for (int j = 0; j < units; j++) {
        recurrent[i][j] = -recurrent[i][j];
      }
    }
    double[] notes = notes(reset, recurrent, bias, projected, state);
    assertArrayEquals(notes, stored, 1e-14);
  }

  /** The notes' equations, with {@code Γ_u} itself. */
  private static double[] notes(
      TwinGru.Reset reset, double[][] w, double[] b, double[] x, double[] c) {
    int units = c.length;
    int u = reset == TwinGru.Reset.NONE ? 0 : units;
    int n = u + units;
    double[] relevance = new double[units];
    double[] relevant = new double[units];
    for (int i = 0; i < units; i++) {
      relevance[i] = reset == TwinGru.Reset.NONE ? 1 : logistic(x[i] + dot(w[i], c) + b[i]);
      relevant[i] = relevance[i] * c[i];
    }
    double[] next = new double[units];
    for (int i = 0; i < units; i++) {
      double update = logistic(x[u + i] + dot(w[u + i], c) + b[u + i]);
      double candidate =
          Math.tanh(
              reset == TwinGru.Reset.AFTER
                  ? x[n + i] + relevance[i] * (dot(w[n + i], c) + b[n + i])
                  : x[n + i] + dot(w[n + i], relevant) + b[n + i]);
      next[i] = update * candidate + (1 - update) * c[i];
    }
    return next;
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double dot(double[] w, double[] c) {
    double sum = 0;
    for (int j = 0; j < c.length; j++) {
      sum += w[j] * c[j];
    }
    return sum;
  }

  private static double[][] matrix(int rows, int columns, double phase) {
    double[][] matrix = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix[i][j] = Math.sin(phase + 2.1 * i + 0.9 * j);
      }
    }
    return matrix;
  }

  private static int[][] nodes(Algebra algebra, double[][] rows) {
    int[][] nodes = new int[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      nodes[i] = algebra.constants(rows[i]);
    }
    return nodes;
  }
}
