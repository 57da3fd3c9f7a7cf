package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.TestBlocks;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.data.InputShape;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.twin.Configs;
import org.unroll.twin.RandomCase;
import org.unroll.twin.Tensors;
import org.unroll.twin.TwinModel;
import org.unroll.twin.TwinOptions;
import org.unroll.twin.TwinResult;

/**
 * Words read by their characters: by default in networks in which every cell is seen with every
 * normalisation, direction, topology and kernels ({@link Models#cases}), with {@code -Psoak} in all
 * combinations of these.
 */
class SpellingTest {
  private static final double LIMIT = 1e-4;
  private static final String ABOVE = "lstm ACTIVATION TANH";
  private static final int SYMBOLS = 6;
  private static final int CLASSES = 4;
  private static final InputShape INPUT =
      new InputShape(List.of(new InputShape.Symbols("", SYMBOLS, 0)), 0, SYMBOLS);

  /** Every cell, in one direction and in both, over characters; two topologies. */
  private static Map<String, ModelConfig> all() {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    for (Topology topology : Configs.topologies()) {
      for (boolean both : new boolean[] {false, true}) {
        Map<String, LayerConfig> cells = Models.cells(5, both, 0);
        // Refused: how a word is spelt depends on no other words.
        cells.values().removeIf(cell -> cell.normalization() == LayerConfig.Normalization.BATCH);
        cells.forEach(
            (name, layer) -> {
              LayerConfig above = Models.cells(4, false, 0).get(ABOVE);
              ModelConfig model = Models.model(topology, 3, List.of(above), List.of());
              models.put(
                  name + (both ? ", both ways, " : ", forward, ") + topology,
                  Models.spelt(model, 2, layer));
            });
      }
    }
    return models;
  }

  static Stream<Arguments> models() {
    return Models.cases(all());
  }

  private static void assertAgrees(Kernels kernels, ModelConfig model, int... lengths) {
    TwinModel twin = TwinModel.of(model);
    RandomCase numbers = RandomCase.sized("", twin, SYMBOLS, CLASSES, 5, lengths);
    Parameters parameters = Tensors.toParameters(numbers.parameters());
    TestNetwork network = new TestNetwork(model, INPUT, CLASSES, parameters, kernels);
    assertEquals(
        List.copyOf(numbers.parameters().keySet()),
        network.network().parameters().stream().map(spec -> spec.name()).toList());
    TwinResult expected = numbers.run(TwinOptions.PLAIN);
    TestNetwork.Result result = network.train(numbers.examples());
    Tensors.assertClose("loss", result.loss(), expected.loss(), LIMIT);
    Tensors.assertClose(
        "gradient",
        Tensors.toMap(result.gradient()),
        Tensors.trained(twin, expected.gradients()),
        LIMIT);
  }

  @ParameterizedTest
  @MethodSource("models")
  void agreesWithItsTwin(Kernels kernels, ModelConfig model) {
    assertAgrees(kernels, model, 1);
    assertAgrees(kernels, model, 5, 1, 3);
    assertAgrees(kernels, model, TestBlocks.ragged(17, 6, 2));
  }

  /** More words than are computed side by side. */
  @ParameterizedTest
  @MethodSource("models")
  void agreesWithItsTwinOverManyWords(Kernels kernels, ModelConfig model) {
    assertAgrees(kernels, model, TestBlocks.ragged(33, 30, 2));
  }

  private static List<Example> words(ModelConfig model, int longest, int... lengths) {
    boolean each = model.topology() == Topology.MANY_TO_MANY;
    return TestBlocks.spelt(
        TestBlocks.sequences(6, SYMBOLS, CLASSES, each, lengths), SYMBOLS, longest, 8);
  }

  @ParameterizedTest
  @MethodSource("models")
  void probabilitiesAreTheSameBitsInAnyCompany(Kernels kernels, ModelConfig model) {
    TestNetwork network = TestNetwork.initial(model, INPUT, CLASSES, 3, kernels);
    List<Example> examples = words(model, 9, TestBlocks.ragged(33, 20, 9));
    Map<Long, float[][]> alone = new LinkedHashMap<>();
    examples.forEach(example -> alone.putAll(network.predict(List.of(example))));
    for (int size : new int[] {2, 16, 33}) {
      List<Example> shuffled = new ArrayList<>(examples);
      Collections.shuffle(shuffled, new Random(size));
      for (int from = 0; from < shuffled.size(); from += size) {
        List<Example> block = shuffled.subList(from, Math.min(shuffled.size(), from + size));
        network.predict(block).forEach((id, values) -> assertArrayEquals(alone.get(id), values));
      }
    }
  }

  /** One output per sequence is always computed in whole vectors of lanes. */
  static Stream<Arguments> modelsWithOutputsAtEachStep() {
    Map<String, ModelConfig> models = all();
    models.values().removeIf(model -> model.topology() != Topology.MANY_TO_MANY);
    return Models.cases(models);
  }

  @ParameterizedTest
  @MethodSource("modelsWithOutputsAtEachStep")
  void aLoneSequenceNeedsNoLanesBesideIt(Kernels kernels, ModelConfig model) {
    TestNetwork network = TestNetwork.initial(model, INPUT, CLASSES, 3, kernels);
    for (int length : new int[] {1, 2, 300}) {
      List<Example> alone = words(model, 5, length);
      float[][] expected = network.predict(alone).values().iterator().next();
      assertArrayEquals(expected, network.predictAlone(alone).values().iterator().next());
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void blocksBeforeLeaveNoTrace(Kernels kernels, ModelConfig model) {
    List<Example> examples = words(model, 4, 4, 1, 3);
    TestNetwork fresh = TestNetwork.initial(model, INPUT, CLASSES, 3, kernels);
    Parameters expected = fresh.train(examples).gradient();
    TestNetwork used = TestNetwork.initial(model, INPUT, CLASSES, 3, kernels);
    used.train(words(model, 12, TestBlocks.ragged(33, 20, 8)));
    used.predict(words(model, 3, TestBlocks.ragged(20, 6, 2)));
    Parameters actual = used.train(examples).gradient();
    for (int p = 0; p < expected.count(); p++) {
      assertArrayEquals(expected.get(p).data, actual.get(p).data, expected.names().get(p));
    }
  }

  /** Masks belong to a word's place in its sequence, not to the lane it is computed in. */
  @Test
  void dropoutWithinWordsIsTheSameInAnyCompany() {
    LayerConfig dropping = Models.cells(5, true, 0.4).get("gru reset AFTER");
    LayerConfig above = Models.cells(4, false, 0).get(ABOVE);
    ModelConfig model =
        Models.spelt(
            Models.model(Topology.MANY_TO_ONE, 3, List.of(above), List.of()),
            2,
            dropping,
            dropping);
    List<Example> examples = words(model, 5, TestBlocks.ragged(12, 9, 9));
    TestNetwork network = TestNetwork.initial(model, INPUT, CLASSES, 3, new EjmlKernels());
    double sum = 0;
    for (Example example : examples) {
      sum += network.train(List.of(example), 0, 1, 0).loss();
    }
    assertEquals(sum, network.train(examples, 0, 1, 0).loss(), 1e-9 * sum);
    assertNotEquals(sum, network.train(examples, 0, 1, 1).loss(), 1e-3 * sum);
  }

  /** Windows of long sequences cut between words, never within, and masks stay what they are. */
  @Test
  void windowsGiveTheGradientOfTheWhole() {
    LayerConfig dropping = Models.cells(5, true, 0.4).get("gru reset AFTER");
    LayerConfig above = Models.cells(4, false, 0).get(ABOVE);
    for (Topology topology : Configs.topologies()) {
      ModelConfig model =
          Models.spelt(Models.model(topology, 3, List.of(above), List.of()), 2, dropping, dropping);
      List<Example> examples = words(model, 5, TestBlocks.ragged(12, 23, 9));
      TestNetwork network = TestNetwork.initial(model, INPUT, CLASSES, 3, new EjmlKernels());
      TestNetwork.Result whole = network.train(examples, 0, 1, 0);
      for (int steps : new int[] {1, 4, 30}) {
        TestNetwork.Result windows = network.trainInWindows(examples, steps, 0, 1, 0);
        Tensors.assertClose("loss", windows.loss(), whole.loss(), 1e-6);
        Tensors.assertClose(
            "gradient in windows of " + steps,
            Tensors.toMap(windows.gradient()),
            Tensors.toMap(whole.gradient()),
            1e-5);
      }
    }
  }

  @Test
  void charactersWithoutLayersAreRefused() {
    ModelConfig model =
        Models.model(
            Topology.MANY_TO_ONE, 3, List.of(Models.cells(4, false, 0).get(ABOVE)), List.of());
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Network(model, INPUT, SoftmaxSpec.of(CLASSES), new EjmlKernels()));
    assertTrue(refused.getMessage().contains("model.characters"), refused.getMessage());
  }
}
