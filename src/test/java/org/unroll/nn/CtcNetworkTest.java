package org.unroll.nn;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.TestBlocks;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.TestKernels;
import org.unroll.twin.Configs;

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
        TestNetwork.assertAgreesWithTwin(model, kernels, SYMBOLS, 4, lengths, LIMIT);
      }
    }
  }
}
