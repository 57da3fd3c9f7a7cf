package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.TestBlocks;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.nn.head.Tally;
import org.unroll.tensor.Kernels;

/**
 * State carried from block to block: a sequence in pieces is the sequence. By default in networks
 * with every pair of options ({@link Models#cases}), with {@code -Psoak} in all some 550.
 */
class NetworkStateTest {
  private static final int SYMBOLS = 12;
  private static final int CLASSES = 5;
  private static final int[] LENGTHS = {9, 9, 7, 6, 3, 2};

  static Stream<Arguments> forwardOnly() {
    Map<String, ModelConfig> models = new LinkedHashMap<>(Models.singleLayers());
    models.putAll(Models.twoLayers(0.5));
    models.putAll(Models.threeLayers(0.5));
    models.putAll(Models.residuals(0.5));
    models.putAll(Models.recurrentDropout(0.5));
    return forwardOnly(models);
  }

  private static Stream<Arguments> forwardOnly(Map<String, ModelConfig> models) {
    models.values().removeIf(model -> !Models.forwardOnly(model));
    return Models.cases(models);
  }

  @ParameterizedTest
  @MethodSource("forwardOnly")
  void twoHalvesAreTheWholeBitForBit(Kernels kernels, ModelConfig model) {
    TestNetwork network = TestNetwork.initial(model, SYMBOLS, CLASSES, 3, kernels);
    List<Example> whole = sequences(model);
    Map<Long, float[][]> expected = network.predict(whole);
    network.network().resetState();
    Map<Long, float[][]> first = network.predict(halves(whole, false), true);
    Map<Long, float[][]> second = network.predict(halves(whole, true), true);
    for (long id : expected.keySet()) {
      float[][] joined =
          model.topology() == Topology.MANY_TO_MANY
              ? Stream.of(first.get(id), second.get(id))
                  .flatMap(Arrays::stream)
                  .toArray(float[][]::new)
              : second.get(id);
      assertArrayEquals(expected.get(id), joined);
    }
  }

  @ParameterizedTest
  @MethodSource("forwardOnly")
  void stateIsUsedOnlyWhereAskedForAndForgottenOnReset(Kernels kernels, ModelConfig model) {
    TestNetwork network = TestNetwork.initial(model, SYMBOLS, CLASSES, 3, kernels);
    List<Example> examples = sequences(model);
    Map<Long, float[][]> expected = network.predict(examples);
    assertSame(expected, network.predict(examples));
    assertFalse(same(expected, network.predict(examples, true)), "a state was carried");
    network.network().resetState();
    assertSame(expected, network.predict(examples, true));
  }

  @ParameterizedTest
  @MethodSource("forwardOnly")
  void trainingBeginsWithZerosAndLeavesTheStateAlone(Kernels kernels, ModelConfig model) {
    TestNetwork network = TestNetwork.initial(model, SYMBOLS, CLASSES, 3, kernels);
    List<Example> examples = sequences(model);
    network.network().resetState();
    double loss = network.train(examples).loss();
    network.predict(examples);
    Map<Long, float[][]> expected = network.predict(examples, true);
    network.predict(examples);
    assertTrue(loss == network.train(examples).loss(), "loss of the second training");
    assertSame(expected, network.predict(examples, true));
  }

  static Stream<Arguments> oneTarget() {
    Map<String, ModelConfig> poolings = Models.poolings(0.5);
    poolings.values().removeIf(model -> model.pooling() == ModelConfig.Pooling.ATTENTION);
    return Stream.concat(
        forwardOnly().filter(each -> Models.config(each).topology() == Topology.MANY_TO_ONE),
        forwardOnly(poolings));
  }

  @ParameterizedTest
  @MethodSource("oneTarget")
  void oneTargetPerSequenceIsJudgedInWindowsAsInTheWhole(Kernels kernels, ModelConfig model) {
    TestNetwork network = TestNetwork.initial(model, SYMBOLS, CLASSES, 3, kernels);
    List<Example> examples = sequences(model, 23, 9, 8, 7, 6, 3, 1);
    Tally whole = network.evaluate(examples);
    double loss = whole.loss();
    double correct = network.accuracy();
    long tokens = whole.tokens();
    for (int steps : new int[] {1, 3, 7, 8, 40}) {
      Tally inWindows = network.evaluateInWindows(examples, steps);
      assertEquals(loss, inWindows.loss(), "loss in windows of " + steps);
      assertEquals(correct, network.accuracy(), "right in windows of " + steps);
      assertEquals(tokens, inWindows.tokens(), "tokens in windows of " + steps);
    }
  }

  @ParameterizedTest
  @MethodSource("forwardOnly")
  void stateOfOtherLanesIsRefused(Kernels kernels, ModelConfig model) {
    TestNetwork network = TestNetwork.initial(model, SYMBOLS, CLASSES, 3, kernels);
    network.predict(sequences(model));
    int[] lengths = new int[20];
    Arrays.fill(lengths, 2);
    List<Example> more = sequences(model, lengths);
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> network.predict(more, true));
    assertTrue(refused.getMessage().contains("16 lanes"), refused.getMessage());
    assertTrue(refused.getMessage().contains("32"), refused.getMessage());
  }

  private static List<Example> sequences(ModelConfig model, int... lengths) {
    boolean each = model.topology() == Topology.MANY_TO_MANY;
    return TestBlocks.sequences(6, SYMBOLS, CLASSES, each, lengths.length == 0 ? LENGTHS : lengths);
  }

  /** The first ⌈n/2⌉ or the last ⌊n/2⌋ steps of each: lanes keep their places. */
  private static List<Example> halves(List<Example> whole, boolean second) {
    List<Example> halves = new ArrayList<>();
    for (Example example : whole) {
      int[] inputs = example.inputs();
      int cut = (inputs.length + 1) / 2;
      int[] part =
          second ? Arrays.copyOfRange(inputs, cut, inputs.length) : Arrays.copyOf(inputs, cut);
      int[] targets = example.targets().size() == 1 ? new int[1] : new int[part.length];
      halves.add(new Example(example.id(), part, targets));
    }
    return halves;
  }

  private static void assertSame(Map<Long, float[][]> expected, Map<Long, float[][]> actual) {
    assertTrue(same(expected, actual), "the same bits");
  }

  private static boolean same(Map<Long, float[][]> expected, Map<Long, float[][]> actual) {
    return expected.keySet().equals(actual.keySet())
        && expected.keySet().stream()
            .allMatch(id -> Arrays.deepEquals(expected.get(id), actual.get(id)));
  }
}
