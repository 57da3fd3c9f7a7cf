package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.TestBlocks;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.data.InputShape;
import org.unroll.metric.ClassNames;
import org.unroll.nn.head.AdaptiveSoftmaxSpec;
import org.unroll.nn.head.Tally;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;

/** The adaptive softmax: against its twin, and what holds of any probabilities. */
class AdaptiveSoftmaxTest {
  private static final int SYMBOLS = 7;
  private static final double LIMIT = 1e-4;

  static Stream<Arguments> models() {
    return Models.all(Models.adaptive(0));
  }

  private static TestNetwork network(ModelConfig model, int classes, Kernels kernels) {
    TestNetwork plain = TestNetwork.initial(model, SYMBOLS, classes, 3, kernels);
    // Larger than they begin, so that the likeliest classes are in all clusters.
    Parameters parameters = Parameters.initial(plain.network().parameters(), 3);
    for (int p = 0; p < parameters.count(); p++) {
      for (int i = 0; i < parameters.size(p); i++) {
        parameters.get(p).data[i] *= 4;
      }
    }
    return new TestNetwork(model, InputShape.ofSymbols(SYMBOLS), classes, parameters, kernels);
  }

  private static List<Example> examples(ModelConfig model, int classes, int... lengths) {
    boolean each = model.topology() == Topology.MANY_TO_MANY;
    return TestBlocks.sequences(6, SYMBOLS, classes, each, lengths);
  }

  /** Blocks whose clusters have no, few and several vectors of targets. */
  @ParameterizedTest
  @MethodSource("models")
  void agreesWithItsTwin(Kernels kernels, ModelConfig model) {
    for (int[] lengths :
        new int[][] {{1}, TestBlocks.ragged(17, 6, 7), TestBlocks.ragged(40, 9, 2)}) {
      TestNetwork.assertAgreesWithTwin(model, kernels, SYMBOLS, 11, lengths, LIMIT);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void evaluationAgreesWithProbabilitiesWhichSumToOne(Kernels kernels, ModelConfig model) {
    int classes = 11;
    TestNetwork network = network(model, classes, kernels);
    List<Example> examples = examples(model, classes, TestBlocks.ragged(33, 7, 9));
    Map<Long, float[][]> predicted = network.predict(examples);
    double loss = 0;
    int right = 0;
    int targets = 0;
    int[] likeliest = new int[classes];
    for (Example example : examples) {
      for (int t = 0; t < example.targets().size(); t++) {
        float[] p = predicted.get(example.id())[t];
        double sum = 0;
        int best = 0;
        for (int k = 0; k < classes; k++) {
          sum += p[k];
          best = p[k] > p[best] ? k : best;
        }
        assertEquals(1, sum, 1e-5);
        likeliest[best]++;
        int target = example.targets().symbols()[t];
        loss -= Math.log(p[target]);
        right += best == target ? 1 : 0;
        targets++;
      }
    }
    Tally tally = network.evaluate(examples);
    assertEquals(loss, tally.loss(), 1e-4 * loss);
    assertEquals(targets, tally.weight());
    assertEquals((double) right / targets, network.accuracy());
    int tails = targets - likeliest[0] - likeliest[1] - likeliest[2];
    assertTrue(tails > 0, "the likeliest class is sometimes in a cluster");
  }

  @ParameterizedTest
  @MethodSource("models")
  void probabilitiesAreTheSameBitsInAnyCompany(Kernels kernels, ModelConfig model) {
    TestNetwork network = network(model, 30, kernels);
    List<Example> examples = examples(model, 30, TestBlocks.ragged(20, 7, 9));
    Map<Long, float[][]> together = network.predict(examples);
    for (Example example : examples) {
      float[][] expected = network.predict(List.of(example)).get(example.id());
      assertArrayEquals(expected, together.get(example.id()));
      assertArrayEquals(
          expected, network.predictAlone(List.of(example)).values().iterator().next());
    }
  }

  @Test
  void parametersAreLaidOutAsInPyTorch() {
    ModelConfig model =
        Models.adaptive(
            Models.model(
                Topology.MANY_TO_MANY,
                2,
                Models.cells(9, false, 0).values().stream().limit(1).toList(),
                List.of()),
            4,
            3,
            5);
    List<String> shapes =
        TestNetwork.initial(model, SYMBOLS, 11, 1, new EjmlKernels())
            .network()
            .parameters()
            .stream()
            .filter(spec -> spec.name().startsWith("output"))
            .map(AdaptiveSoftmaxTest::shape)
            .toList();
    assertEquals(
        List.of(
            "output.head.weight 5 × 9",
            "output.head.bias 5 × 1",
            "output.tail.0.0.weight 2 × 9",
            "output.tail.0.1.weight 2 × 2",
            "output.tail.1.0.weight 1 × 9",
            "output.tail.1.1.weight 6 × 1"),
        shapes);
    assertEquals(
        5 * 10 + 2 * (9 + 2) + 9 + 6,
        new AdaptiveSoftmaxSpec(11, ClassNames.NONE, List.of(3, 5), 4).parameters(9, false));
  }

  private static String shape(ParameterSpec spec) {
    return spec.name() + " " + spec.rows() + " × " + spec.columns();
  }

  @Test
  void cutPointsFollowFromTheNumberOfClasses() {
    assertEquals(List.of(2154, 14677), AdaptiveSoftmaxSpec.defaultCutoffs(100_000));
    assertEquals(List.of(2, 3), AdaptiveSoftmaxSpec.defaultCutoffs(4));
    assertEquals(List.of(2), AdaptiveSoftmaxSpec.defaultCutoffs(3));
    assertEquals(List.of(1), AdaptiveSoftmaxSpec.defaultCutoffs(2));
    assertEquals(List.of(), AdaptiveSoftmaxSpec.defaultCutoffs(1));
    for (int classes = 1; classes < 3000; classes++) {
      new AdaptiveSoftmaxSpec(
          classes, ClassNames.NONE, AdaptiveSoftmaxSpec.defaultCutoffs(classes), 4);
    }
  }

  @Test
  void cutPointsMustRise() {
    for (List<Integer> wrong : List.of(List.of(0), List.of(3, 3), List.of(4, 2), List.of(9))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new AdaptiveSoftmaxSpec(9, ClassNames.NONE, wrong, 4));
    }
  }
}
