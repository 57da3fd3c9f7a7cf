package org.unroll.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.unroll.store.Json;

/** The twin's weighted and smoothed cross-entropy against PyTorch's, in double precision. */
class TwinLossTest {
  private static double[] numbers(Object list) {
    return ((List<?>) list).stream().mapToDouble(each -> ((Number) each).doubleValue()).toArray();
  }

  @Test
  void lossAndGradientAreThoseOfPyTorch() throws IOException {
    Map<String, Object> file;
    try (InputStream in = TwinLossTest.class.getResourceAsStream("/learning/losses.json")) {
      file = Json.parseObject(new String(in.readAllBytes(), StandardCharsets.UTF_8), "losses.json");
    }
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
