package org.unroll.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.data.Example;
import org.unroll.nn.head.ValueFixture;

/** The twin's losses of real values against PyTorch's, in double precision. */
class TwinValuesTest {
  private static final ValueFixture FIXTURE = ValueFixture.read();

  static Stream<TwinValues> kinds() {
    return Stream.of(TwinValues.LINEAR, TwinValues.QUANTILE, TwinValues.GAUSSIAN);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void lossAndGradientsAreThoseOfPyTorch(TwinValues values) {
    Map<?, ?> expected = FIXTURE.of(values.kind().name().toLowerCase(Locale.ROOT));
    Algebra algebra = new Algebra(new Tape());
    int[][] weight = nodes(algebra, ValueFixture.matrix(expected.get("weight")));
    int[] bias = algebra.constants(ValueFixture.numbers(expected.get("bias")));
    int[][] inputs = nodes(algebra, FIXTURE.inputs());
    int loss = algebra.tape().leaf(0);
    int row = 0;
    for (Example example : FIXTURE.examples()) {
      for (int t = 0; t < example.steps(); t++, row++) {
        int[] outputs = algebra.add(algebra.product(weight, inputs[row]), bias);
        int each = values.loss(algebra, outputs, example.targets().values(), t);
        loss = algebra.tape().add(loss, algebra.tape().scale(each, example.weight()));
      }
    }
    assertEquals(((Number) expected.get("loss")).doubleValue(), algebra.tape().value(loss), 1e-9);
    double[] derivatives = algebra.tape().derivatives(loss);
    assertClose(ValueFixture.matrix(expected.get("weight-gradient")), weight, derivatives);
    assertClose(ValueFixture.matrix(expected.get("input-gradient")), inputs, derivatives);
    assertClose(
        new double[][] {ValueFixture.numbers(expected.get("bias-gradient"))},
        new int[][] {bias},
        derivatives);
  }

  private static int[][] nodes(Algebra algebra, double[][] rows) {
    return List.of(rows).stream().map(algebra::constants).toArray(int[][]::new);
  }

  private static void assertClose(double[][] expected, int[][] nodes, double[] derivatives) {
    for (int r = 0; r < nodes.length; r++) {
      for (int c = 0; c < nodes[r].length; c++) {
        assertEquals(expected[r][c], derivatives[nodes[r][c]], 1e-9);
      }
    }
  }
}
