package org.unroll.nn.head;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.unroll.data.Example;
import org.unroll.data.Targets;
import org.unroll.store.Json;

/** What PyTorch computes in double precision for output layers of real values. */
public record ValueFixture(Map<String, Object> file) {
  /** Values of a target. */
  public static final int WIDTH = 2;

  private static final int[] NONE = {};

  /** Written by {@code src/test/fixtures/make_learning_fixtures.py}. */
  public static ValueFixture read() {
    try (InputStream in = ValueFixture.class.getResourceAsStream("/learning/values.json")) {
      return new ValueFixture(
          Json.parseObject(new String(in.readAllBytes(), StandardCharsets.UTF_8), "values.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The case of a kind of output. */
  public Map<?, ?> of(String kind) {
    return ((List<?>) file.get("cases"))
        .stream()
            .map(each -> (Map<?, ?>) each)
            .filter(each -> each.get("kind").equals(kind))
            .findFirst()
            .orElseThrow();
  }

  /** Numbers of the file or a case; null is NaN. */
  public static double[] numbers(Object list) {
    return ((List<?>) list)
        .stream()
            .mapToDouble(each -> each == null ? Double.NaN : ((Number) each).doubleValue())
            .toArray();
  }

  /** Rows of numbers. */
  public static double[][] matrix(Object rows) {
    return ((List<?>) rows).stream().map(ValueFixture::numbers).toArray(double[][]::new);
  }

  /** Inputs of the output layer, one row for each step of each sequence. */
  public double[][] inputs() {
    return matrix(file.get("inputs"));
  }

  /** Quantiles of the pinball loss. */
  public double[] quantiles() {
    return numbers(file.get("quantiles"));
  }

  /** Σ weight of the targets that have a value. */
  public double weight() {
    return ((Number) file.get("total-weight")).doubleValue();
  }

  /** The sequences, with targets at each step. */
  public List<Example> examples() {
    double[][] targets = matrix(file.get("targets"));
    double[] weights = numbers(file.get("sequence-weights"));
    List<Example> examples = new ArrayList<>();
    int row = 0;
    for (double length : numbers(file.get("lengths"))) {
      int steps = (int) length;
      float[] values = new float[steps * WIDTH];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) targets[row + i / WIDTH][i % WIDTH];
      }
      int id = examples.size();
      examples.add(
          new Example(id, steps, NONE, new float[steps], new int[1], (float) weights[id])
              .withTargets(new Targets.Reals(steps, values)));
      row += steps;
    }
    return examples;
  }
}
