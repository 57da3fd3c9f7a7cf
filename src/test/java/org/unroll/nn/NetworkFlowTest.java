package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.Block;
import org.unroll.batch.TestBlocks;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.nn.head.Tally;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.twin.RandomCase;
import org.unroll.twin.Tensors;
import org.unroll.twin.Twin;
import org.unroll.twin.TwinModel;

/**
 * What is shown of the gradient's way through time is what the twin's tape has. By default in
 * networks with every pair of options ({@link Models#cases}), with {@code -Psoak} in all 594.
 */
class NetworkFlowTest {
  private static final int SYMBOLS = 6;
  private static final int CLASSES = 4;
  private static final double LIMIT = 1e-4;

  static Stream<Arguments> models() {
    Map<String, ModelConfig> models = new LinkedHashMap<>(Models.singleLayers());
    models.putAll(Models.threeLayers(0.3));
    return Models.cases(models);
  }

  @ParameterizedTest
  @MethodSource("models")
  void agreesWithTheTwin(Kernels kernels, ModelConfig model) {
    RandomCase numbers = RandomCase.sized("", TwinModel.of(model), SYMBOLS, CLASSES, 5, 5, 1, 4, 5);
    Parameters parameters = Tensors.toParameters(numbers.parameters());
    Network network =
        new TestNetwork(model, numbers.model().input(SYMBOLS), CLASSES, parameters, kernels)
            .network();
    Block block = TestBlocks.of(numbers.examples());
    boolean[] ends =
        model.topology() == Topology.MANY_TO_ONE
            ? new boolean[] {false}
            : new boolean[] {false, true};
    for (boolean first : ends) {
      int[] shown = {0};
      network.flow(
          new Pass().evaluation(block, false),
          first,
          new Tally(),
          (layer, forward, gradient) -> {
            shown[0]++;
            String name = layer + (forward ? "" : "_reverse");
            assertAgrees(numbers, block, first, name, gradient);
          });
      assertEquals(
          model.layers().stream().mapToInt(layer -> layer.bidirectional() ? 2 : 1).sum(),
          shown[0],
          "every direction is shown");
    }
  }

  private static void assertAgrees(
      RandomCase numbers, Block block, boolean first, String name, Steps gradient) {
    int lanes = gradient.timeline().lanes();
    assertTrue(lanes >= block.size());
    for (int lane = 0; lane < block.size(); lane++) {
      long id = block.id(lane);
      Example example =
          numbers.examples().stream().filter(each -> each.id() == id).findFirst().orElseThrow();
      int target = first ? 0 : example.targets().size() - 1;
      double[][] expected =
          Twin.flow(numbers.model(), numbers.parameters(), example, target).get(name);
      double[][] actual = new double[expected.length][gradient.rows()];
      for (int t = 0; t < actual.length; t++) {
        for (int r = 0; r < gradient.rows(); r++) {
          actual[t][r] = gradient.data()[gradient.offset(t) + r * lanes + lane];
        }
      }
      Tensors.assertClose(
          name + " of lane " + lane, Map.of(name, actual), Map.of(name, expected), LIMIT);
    }
  }
}
