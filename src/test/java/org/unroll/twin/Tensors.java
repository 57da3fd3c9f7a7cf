package org.unroll.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.ejml.data.FMatrixRMaj;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;

/** Comparisons and conversions of named matrices, each an array of rows. */
public final class Tensors {
  /**
   * A tensor smaller than this share of the whole set is judged against the share: its own norm may
   * be zero in exact arithmetic, and then says nothing about an error.
   */
  private static final double FLOOR = 1e-4;

  private Tensors() {}

  /** {@code ‖a - b‖ / max(‖b‖, floor)}, Euclidean; the difference itself if both are zero. */
  public static double relativeError(double[][] a, double[][] b, double floor) {
    assertEquals(shape(b), shape(a), "shape");
    double difference = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        difference += (a[i][j] - b[i][j]) * (a[i][j] - b[i][j]);
      }
    }
    double scale = Math.max(norm(b), floor);
    return Math.sqrt(difference) / (scale == 0 ? 1 : scale);
  }

  /** Fails unless both hold the same names and every tensor's relative error is small. */
  public static void assertClose(
      String what, Map<String, double[][]> actual, Map<String, double[][]> expected, double limit) {
    assertEquals(new TreeSet<>(expected.keySet()), new TreeSet<>(actual.keySet()), what);
    double floor = FLOOR * norm(expected);
    List<String> far = new ArrayList<>();
    expected.forEach(
        (name, tensor) -> {
          double error = relativeError(actual.get(name), tensor, floor);
          if (!(error <= limit)) {
            far.add(
                String.format(
                    Locale.ROOT, "%s: relative error %.3g, norm %.3g", name, error, norm(tensor)));
          }
        });
    assertTrue(far.isEmpty(), () -> what + " must agree to " + limit + ", but " + far);
  }

  /** Fails unless the outputs of every sequence agree. */
  public static void assertClose(
      String what, List<double[][]> actual, List<double[][]> expected, double limit) {
    assertClose(what, named(actual), named(expected), limit);
  }

  /** Fails unless two numbers agree. */
  public static void assertClose(String what, double actual, double expected, double limit) {
    assertEquals(expected, actual, limit * Math.abs(expected), what);
  }

  /** Euclidean norm. */
  public static double norm(double[][] a) {
    return Math.sqrt(Arrays.stream(a).flatMapToDouble(Arrays::stream).map(v -> v * v).sum());
  }

  /** Scalar product. */
  static double dot(double[][] a, double[][] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        sum += a[i][j] * b[i][j];
      }
    }
    return sum;
  }

  /** Euclidean norm of all tensors together. */
  public static double norm(Map<String, double[][]> tensors) {
    return Math.sqrt(tensors.values().stream().mapToDouble(t -> norm(t) * norm(t)).sum());
  }

  /** A copy times a factor. */
  public static Map<String, double[][]> scaled(Map<String, double[][]> tensors, double factor) {
    Map<String, double[][]> scaled = new LinkedHashMap<>();
    tensors.forEach(
        (name, rows) ->
            scaled.put(
                name,
                Arrays.stream(rows)
                    .map(row -> Arrays.stream(row).map(v -> v * factor).toArray())
                    .toArray(double[][]::new)));
    return scaled;
  }

  /** A gradient as an optimiser may see it: rows that are not trained are zero. */
  public static Map<String, double[][]> trained(
      TwinModel model, Map<String, double[][]> gradients) {
    Map<String, double[][]> trained = scaled(gradients, 1);
    trained.forEach(
        (name, rows) -> {
          for (int row = 0; row < rows.length; row++) {
            if (!model.trains(name, row)) {
              Arrays.fill(rows[row], 0);
            }
          }
        });
    return trained;
  }

  /** As the network holds them, in single precision. */
  public static Parameters toParameters(Map<String, double[][]> tensors) {
    List<ParameterSpec> specs = new ArrayList<>();
    List<FMatrixRMaj> matrices = new ArrayList<>();
    for (Map.Entry<String, double[][]> tensor : tensors.entrySet()) {
      double[][] rows = tensor.getValue();
      specs.add(
          new ParameterSpec(
              tensor.getKey(), ParameterRole.WEIGHT, rows.length, rows[0].length, (m, seed) -> {}));
      FMatrixRMaj matrix = new FMatrixRMaj(rows.length, rows[0].length);
      for (int i = 0; i < rows.length; i++) {
        for (int j = 0; j < rows[i].length; j++) {
          matrix.set(i, j, (float) rows[i][j]);
        }
      }
      matrices.add(matrix);
    }
    return new Parameters(specs, matrices);
  }

  /** From the network's single precision. */
  public static Map<String, double[][]> toMap(Parameters parameters) {
    Map<String, double[][]> tensors = new LinkedHashMap<>();
    for (int p = 0; p < parameters.count(); p++) {
      FMatrixRMaj matrix = parameters.get(p);
      double[][] rows = new double[matrix.numRows][matrix.numCols];
      for (int i = 0; i < rows.length; i++) {
        for (int j = 0; j < rows[i].length; j++) {
          rows[i][j] = matrix.get(i, j);
        }
      }
      tensors.put(parameters.names().get(p), rows);
    }
    return tensors;
  }

  private static Map<String, double[][]> named(List<double[][]> tensors) {
    Map<String, double[][]> named = new LinkedHashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      named.put("sequence " + i, tensors.get(i));
    }
    return named;
  }

  private static String shape(double[][] a) {
    return a.length + " × " + (a.length == 0 ? 0 : a[0].length);
  }
}
