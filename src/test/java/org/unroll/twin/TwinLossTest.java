package org.unroll.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.unroll.store.Json;

/** The twin's losses against PyTorch's, in double precision. */
class TwinLossTest {
  private static double[] numbers(Object list) {
    return ((List<?>) list).stream().mapToDouble(each -> ((Number) each).doubleValue()).toArray();
  }

  private static Map<String, Object> file(String name) throws IOException {
    try (InputStream in = TwinLossTest.class.getResourceAsStream("/learning/" + name)) {
      return Json.parseObject(new String(in.readAllBytes(), StandardCharsets.UTF_8), name);
    }
  }

  private static double[][] rows(Object list) {
    return ((List<?>) list).stream().map(TwinLossTest::numbers).toArray(double[][]::new);
  }

  /** The forward algorithm, written in PyTorch and differentiated by it. */
  @Test
  void theLossOfAChainIsThatOfPyTorch() throws IOException {
    List<?> cases = (List<?>) file("chains.json").get("cases");
    assertEquals(2, cases.size());
    for (Object each : cases) {
      Map<?, ?> one = (Map<?, ?>) each;
      Map<?, ?> gradient = (Map<?, ?>) one.get("gradient");
      Tape tape = new Tape();
      Algebra algebra = new Algebra(tape);
      int[][] transitions = nodes(algebra, rows(one.get("transitions")));
      int[] start = algebra.constants(numbers(one.get("start")));
      int[] end = algebra.constants(numbers(one.get("end")));
      List<int[][]> emissions =
          ((List<?>) one.get("emissions")).stream().map(e -> nodes(algebra, rows(e))).toList();
      double[][] targets = rows(one.get("targets"));
      int loss = tape.leaf(0);
      for (int i = 0; i < targets.length; i++) {
        int[] right = Arrays.stream(targets[i]).mapToInt(tag -> (int) tag).toArray();
        loss =
            tape.add(loss, TwinCrf.loss(algebra, emissions.get(i), right, transitions, start, end));
      }
      assertEquals(((Number) one.get("loss")).doubleValue(), tape.value(loss), 1e-10);
      double[] derivatives = tape.derivatives(loss);
      assertGradient(rows(gradient.get("transitions")), derivatives, transitions);
      assertGradient(new double[][] {numbers(gradient.get("start"))}, derivatives, start);
      assertGradient(new double[][] {numbers(gradient.get("end"))}, derivatives, end);
      for (int i = 0; i < targets.length; i++) {
        Object expected = ((List<?>) gradient.get("emissions")).get(i);
        assertGradient(rows(expected), derivatives, emissions.get(i));
      }
    }
  }

  private static int[][] nodes(Algebra algebra, double[][] rows) {
    return Arrays.stream(rows).map(algebra::constants).toArray(int[][]::new);
  }

  private static void assertGradient(double[][] expected, double[] derivatives, int[]... nodes) {
    for (int i = 0; i < nodes.length; i++) {
      for (int j = 0; j < nodes[i].length; j++) {
        assertEquals(expected[i][j], derivatives[nodes[i][j]], 1e-10);
      }
    }
  }

  @Test
  void lossAndGradientAreThoseOfPyTorch() throws IOException {
    Map<String, Object> file = file("losses.json");
    List<?> cases = (List<?>) file.get("cases");
    assertTrue(cases.size() >= 6);
    for (Object each : cases) {
      Map<?, ?> one = (Map<?, ?>) each;
      double[] weights = numbers(one.get("class-weights"));
      double smoothing = ((Number) one.get("smoothing")).doubleValue();
      double[] sequences = numbers(one.get("sequence-weights"));
      List<?> logits = (List<?>) file.get("logits");
      double[] targets = numbers(file.get("targets"));
      Tape tape = new Tape();
      Algebra algebra = new Algebra(tape);
      int loss = tape.leaf(0);
      double weight = 0;
      int[][] nodes = new int[targets.length][];
      for (int i = 0; i < targets.length; i++) {
        nodes[i] = algebra.constants(numbers(logits.get(i)));
        int smoothed =
            Twin.smoothed(algebra, nodes[i], (int) targets[i], smoothing, k -> weights[k]);
        loss = tape.add(loss, tape.scale(smoothed, sequences[i]));
        weight += sequences[i] * weights[(int) targets[i]];
      }
      assertEquals(((Number) one.get("loss")).doubleValue(), tape.value(loss), 1e-10);
      assertEquals(((Number) one.get("weight")).doubleValue(), weight, 1e-10);
      double[] derivatives = tape.derivatives(loss);
      for (int i = 0; i < targets.length; i++) {
        double[] expected = numbers(((List<?>) one.get("gradient")).get(i));
        for (int k = 0; k < expected.length; k++) {
          assertEquals(expected[k], derivatives[nodes[i][k]], 1e-10);
        }
      }
    }
  }
}
