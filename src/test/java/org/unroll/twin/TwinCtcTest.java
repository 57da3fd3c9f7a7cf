package org.unroll.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.unroll.store.Json;

/** The twin's loss of unaligned texts: PyTorch's, with the slopes as its gradient. */
class TwinCtcTest {
  private static double[] numbers(Object list) {
    return ((List<?>) list).stream().mapToDouble(each -> ((Number) each).doubleValue()).toArray();
  }

  private static double[][] rows(Object list) {
    return ((List<?>) list).stream().map(TwinCtcTest::numbers).toArray(double[][]::new);
  }

  private record Result(double loss, double[][] gradient) {}

  private static Result twin(double[][] logits, int[] text) {
    Tape tape = new Tape();
    Algebra algebra = new Algebra(tape);
    int[][] nodes = Arrays.stream(logits).map(algebra::constants).toArray(int[][]::new);
    int loss = TwinCtc.loss(algebra, nodes, text);
    double[] derivatives = tape.derivatives(loss);
    double[][] gradient =
        Arrays.stream(nodes)
            .map(step -> Arrays.stream(step).mapToDouble(node -> derivatives[node]).toArray())
            .toArray(double[][]::new);
    return new Result(tape.value(loss), gradient);
  }

  @Test
  void lossAndGradientAreThoseOfPyTorch() throws IOException {
    Map<String, Object> file;
    try (InputStream in = TwinCtcTest.class.getResourceAsStream("/learning/ctc.json")) {
      file = Json.parseObject(new String(in.readAllBytes(), StandardCharsets.UTF_8), "ctc.json");
    }
    int sequences = 0;
    for (Object each : (List<?>) file.get("cases")) {
      Map<?, ?> batch = (Map<?, ?>) each;
      double[][] texts = rows(batch.get("texts"));
      for (int i = 0; i < texts.length; i++) {
        int[] text = Arrays.stream(texts[i]).mapToInt(symbol -> (int) symbol).toArray();
        Result result = twin(rows(((List<?>) batch.get("logits")).get(i)), text);
        double expected = numbers(batch.get("losses"))[i];
        assertEquals(expected, result.loss, 1e-10 * Math.max(1, expected));
        double[][] gradient = rows(((List<?>) batch.get("gradients")).get(i));
        for (int t = 0; t < gradient.length; t++) {
          for (int k = 0; k < gradient[t].length; k++) {
            assertEquals(gradient[t][k], result.gradient[t][k], 1e-9);
          }
        }
        sequences++;
      }
    }
    assertEquals(34, sequences);
  }

  @Test
  void theGradientIsTheSlope() {
    Random random = new Random(5);
    for (int[] text : new int[][] {{}, {0}, {1, 1}, {0, 2, 0}}) {
      double[][] logits = new double[5][4];
      for (double[] row : logits) {
        Arrays.setAll(row, k -> random.nextGaussian());
      }
      Result result = twin(logits, text);
      Map<String, double[][]> parameters = Map.of("logits", logits);
      double[][] direction = FiniteDifferences.directions(parameters, 7).get("logits");
      double along = 0;
      for (int t = 0; t < logits.length; t++) {
        for (int k = 0; k < logits[t].length; k++) {
          along += direction[t][k] * result.gradient[t][k];
        }
      }
      double slope =
          FiniteDifferences.slope(
              parameters, "logits", direction, moved -> twin(moved.get("logits"), text).loss);
      assertEquals(slope, along, 1e-6 * Math.abs(slope));
    }
  }
}
