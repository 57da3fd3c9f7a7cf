package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.nn.head.Tally;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Parameters;
import org.unroll.twin.Configs;

/** Targets that are no class count as wrong, and have neither loss nor gradient. */
class UnknownTargetTest {
  private static final int UNKNOWN = Example.UNKNOWN_TARGET;

  private static TestNetwork network(Topology topology) {
    return network(topology, false);
  }

  private static TestNetwork network(Topology topology, boolean adaptive) {
    LayerConfig layer = Configs.layers(LayerConfig.Cell.LSTM, 4, false).get(0);
    ModelConfig model = Models.model(topology, 3, List.of(layer), List.of());
    return TestNetwork.initial(
        adaptive ? Models.adaptive(model, 2, 1, 3) : model, 7, 5, 1, new EjmlKernels());
  }

  private record Figures(double loss, double weight, long unknown) {
    static Figures of(Tally tally) {
      return new Figures(tally.loss(), tally.weight(), tally.unknown());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSequenceWithAnUnknownLabelOnlyCounts(boolean adaptive) {
    TestNetwork network = network(Topology.MANY_TO_ONE, adaptive);
    Example known = new Example(1, new int[] {1, 2, 3}, new int[] {4});
    Example unknown = new Example(2, new int[] {1, 2}, new int[] {UNKNOWN});
    Figures alone = Figures.of(network.evaluate(List.of(known)));
    double accuracy = network.accuracy();
    Figures both = Figures.of(network.evaluate(List.of(known, unknown)));
    assertEquals(new Figures(alone.loss, 1, 1), both);
    assertEquals(accuracy / 2, network.accuracy());
    assertEquals(new Figures(0, 0, 1), Figures.of(network.evaluate(List.of(unknown))));
    assertEquals(both, Figures.of(network.evaluateInWindows(List.of(known, unknown), 2)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ofTagsItIsTheSingleSteps(boolean adaptive) {
    TestNetwork network = network(Topology.MANY_TO_MANY, adaptive);
    int[] symbols = {1, 2, 3};
    double first = network.evaluate(List.of(new Example(1, new int[] {1}, new int[] {4}))).loss();
    Figures tags =
        Figures.of(
            network.evaluate(List.of(new Example(1, symbols, new int[] {4, UNKNOWN, UNKNOWN}))));
    assertEquals(first, tags.loss, 1e-6);
    assertEquals(1, tags.weight);
    assertEquals(2, tags.unknown);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void thereIsNoGradient(boolean adaptive) {
    TestNetwork network = network(Topology.MANY_TO_MANY, adaptive);
    Parameters none =
        network
            .train(List.of(new Example(1, new int[] {1, 2}, new int[] {UNKNOWN, UNKNOWN})))
            .gradient();
    for (int p = 0; p < none.count(); p++) {
      FMatrixRMaj matrix = none.get(p);
      assertArrayEquals(new float[matrix.getNumElements()], matrix.data, none.names().get(p));
    }
  }
}
