package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.TestBlocks;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.data.InputShape;
import org.unroll.nn.head.TargetWeights;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.TestKernels;
import org.unroll.twin.Configs;
import org.unroll.twin.RandomCase;
import org.unroll.twin.Tensors;
import org.unroll.twin.TwinModel;
import org.unroll.twin.TwinOptions;
import org.unroll.twin.TwinResult;

/** A network that is trained on texts of their own length, against its double twin. */
class CtcNetworkTest {
  private static final double LIMIT = 1e-4;
  private static final int SYMBOLS = 7;

  static List<Kernels> kernels() {
    return TestKernels.all();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void agreesWithItsTwin(Kernels kernels) {
    for (LayerConfig.Cell cell : LayerConfig.Cell.values()) {
      LayerConfig layer = Configs.layers(cell, 5, true).get(0);
      ModelConfig model =
          Models.ctc(Models.model(Topology.MANY_TO_MANY, 3, List.of(layer), List.of()));
      for (int[] lengths : new int[][] {{2}, TestBlocks.ragged(17, 8, 3)}) {
        RandomCase numbers =
            RandomCase.sized("", TwinModel.of(model), SYMBOLS, 4, 5, lengths).weighted();
        if (lengths.length == 1) {
          numbers = RandomCase.sized("", TwinModel.of(model), SYMBOLS, 4, 5, lengths);
        }
        TwinResult twin = numbers.run(TwinOptions.PLAIN);
        TestNetwork network =
            new TestNetwork(
                model,
                InputShape.ofSymbols(SYMBOLS),
                4,
                Tensors.toParameters(numbers.parameters()),
                kernels,
                false,
                TargetWeights.PLAIN);
        TestNetwork.Result result = network.train(numbers.examples());
        Tensors.assertClose("loss", result.loss(), twin.loss(), LIMIT);
        assertEquals(twin.weight(), result.weight());
        Tensors.assertClose(
            "gradient",
            Tensors.toMap(result.gradient()),
            Tensors.trained(numbers.model(), twin.gradients()),
            LIMIT);
      }
    }
  }
}
