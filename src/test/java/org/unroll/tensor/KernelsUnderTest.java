package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.Random;

/** What the tests of kernels share: instances by name, shapes, random values, comparison. */
final class KernelsUnderTest {
  private KernelsUnderTest() {}

  /** Kernels of a name; where they cannot be used, the tests are skipped and say why. */
  static Kernels open(String name) {
    try {
      return Kernels.named(name).create();
    } catch (IllegalStateException e) {
      return abort(name + " kernels skipped: " + e.getMessage());
    }
  }

  /** A timeline of lanes with these lengths, which fall. */
  static Timeline timeline(int... lengths) {
    Timeline timeline = new Timeline();
    timeline.reshape(lengths, lengths.length);
    return timeline;
  }

  /** {@code count} falling lengths from {@code longest} on. */
  static int[] lengths(int count, int longest) {
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      lengths[i] = Math.max(1, longest - i * longest / count);
    }
    return lengths;
  }

  static float[] random(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (random.nextFloat() - .5f) * 2f;
    }
    return values;
  }

  /** Random values from 0 to 1: activations of gates. */
  static float[] gates(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  /** Steps of random values, dead lanes zero. */
  static Steps randomSteps(Timeline timeline, int rows, long seed) {
    Steps steps = new Steps();
    steps.reshape(timeline, rows);
    float[] values = random(steps.offset(timeline.steps()), seed);
    System.arraycopy(
        values, 0, steps.data(), steps.offset(0), steps.offset(timeline.steps()) - steps.offset(0));
    for (int t = 0; t < timeline.steps(); t++) {
      steps.clearDead(t, timeline.lanes());
    }
    return steps;
  }

  /** Equal but for {@code tolerance}, relative where the value is above 1. */
  static void assertNear(double expected, float actual, double tolerance, String place) {
    if (Double.isNaN(expected)) {
      assertEquals(expected, actual, place);
      return;
    }
    assertEquals(expected, actual, tolerance * Math.max(1, Math.abs(expected)), place);
  }

  static void assertNear(double[] expected, float[] actual, double tolerance, String place) {
    for (int i = 0; i < expected.length; i++) {
      assertNear(expected[i], actual[i], tolerance, place + "[" + i + "]");
    }
  }

  static double[] copy(float[] values) {
    double[] copy = new double[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values[i];
    }
    return copy;
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
