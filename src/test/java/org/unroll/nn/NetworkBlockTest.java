package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.TestBlocks;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.data.InputShape;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.twin.Tensors;

/**
 * A block is a matter of speed: who shares it with a sequence does not change what is computed,
 * batch normalisation in training excepted.
 *
 * <p>By default in networks with every pair of options ({@link Models#cases}) among single layers,
 * stacks, poolings, residual connections and all kinds of dropout; with {@code -Psoak} in all of
 * some 1,300 for each test.
 */
class NetworkBlockTest {
  private static final int SYMBOLS = 12;
  private static final int FEATURES = 7;
  private static final int CLASSES = 5;
  private static final double DROPOUT = 0.25;
  private static final double LIMIT = 1e-6;

  /** One layer of each kind, and stacks with dropout everywhere. */
  private static Stream<Arguments> all() {
    Map<String, ModelConfig> models = new LinkedHashMap<>(Models.singleLayers());
    models.putAll(Models.twoLayers(DROPOUT));
    models.putAll(Models.threeLayers(DROPOUT));
    models.putAll(Models.poolings(DROPOUT));
    models.putAll(Models.residuals(DROPOUT));
    models.putAll(Models.variational(DROPOUT));
    models.putAll(Models.recurrentDropout(DROPOUT));
    return Models.all(models);
  }

  static Stream<Arguments> models() {
    return Models.cases(all());
  }

  /**
   * Those whose training does not look at a block as a whole. Batch normalisation does: see {@link
   * BatchNormTest}. In evaluation it, too, takes each sequence by itself.
   */
  static Stream<Arguments> modelsThatTrainEachSequenceByItself() {
    return Models.cases(all().filter(each -> !Models.config(each).hasBatchNormalization()));
  }

  static Stream<Arguments> modelsWithOutputsAtEachStep() {
    return Models.cases(
        all().filter(each -> Models.config(each).topology() == Topology.MANY_TO_MANY));
  }

  @ParameterizedTest
  @MethodSource("models")
  void probabilitiesAreTheSameBitsInAnyCompany(Kernels kernels, ModelConfig model) {
    int[] lengths = TestBlocks.ragged(33, 7, 9);
    assertSameInAnyCompany(
        TestNetwork.initial(model, SYMBOLS, CLASSES, 3, kernels),
        sequences(model, SYMBOLS, lengths));
    if (model.embedding() == 0) {
      assertSameInAnyCompany(
          TestNetwork.initial(model, InputShape.ofFeatures(FEATURES), CLASSES, 3, kernels),
          frames(model, lengths));
    }
  }

  private static void assertSameInAnyCompany(TestNetwork network, List<Example> examples) {
    Map<Long, float[][]> alone = new LinkedHashMap<>();
    examples.forEach(example -> alone.putAll(network.predict(List.of(example))));
    for (int size : new int[] {2, 15, 16, 17, 33}) {
      List<Example> shuffled = new ArrayList<>(examples);
      Collections.shuffle(shuffled, new Random(size));
      for (int from = 0; from < shuffled.size(); from += size) {
        List<Example> block = shuffled.subList(from, Math.min(shuffled.size(), from + size));
        network
            .predict(block)
            .forEach(
                (id, probabilities) ->
                    assertArrayEquals(
                        alone.get(id), probabilities, "in a block of " + block.size()));
      }
    }
  }

  /** A whole file or a text that is being written is computed without lanes beside it. */
  @ParameterizedTest
  @MethodSource("modelsWithOutputsAtEachStep")
  void aLoneSequenceNeedsNoLanesBesideIt(Kernels kernels, ModelConfig model) {
    TestNetwork network = TestNetwork.initial(model, SYMBOLS, CLASSES, 3, kernels);
    for (int length : new int[] {1, 2, 7, 40}) {
      List<Example> alone = sequences(model, SYMBOLS, length);
      float[][] expected = network.predict(alone).values().iterator().next();
      assertArrayEquals(expected, network.predictAlone(alone).values().iterator().next());
    }
  }

  /**
   * The sequence looked at has symbols of its own, each once. So the gradient of what the first
   * layer has for a symbol is that of the sequence's input at one step, and nobody else adds to it.
   */
  @ParameterizedTest
  @MethodSource("modelsThatTrainEachSequenceByItself")
  void inputGradientsAreTheSameBitsInAnyCompany(Kernels kernels, ModelConfig model) {
    int own = 5;
    Example example = new Example(77, IntStream.range(0, own).toArray(), targets(model, own));
    TestNetwork network = alive(kernels, model, example, own);
    float[] alone = inputGradient(network, model, List.of(example), own);
    assertTrue(isAlive(alone), "some gradient");
    for (int size : new int[] {2, 16, 17, 33}) {
      for (int place : new int[] {0, size / 2, size - 1}) {
        List<Example> block = others(model, own, size - 1, size + place);
        block.add(place, example);
        assertArrayEquals(
            alone, inputGradient(network, model, block, own), "as number " + place + " of " + size);
      }
    }
  }

  /**
   * The first of some networks in which a gradient reaches the input: rectifiers may all be off.
   */
  private static TestNetwork alive(Kernels kernels, ModelConfig model, Example example, int own) {
    TestNetwork network = null;
    for (int seed = 3; seed < 9; seed++) {
      network = TestNetwork.initial(model, own + SYMBOLS, CLASSES, seed, kernels);
      if (isAlive(inputGradient(network, model, List.of(example), own))) {
        break;
      }
    }
    return network;
  }

  private static boolean isAlive(float[] gradient) {
    return IntStream.range(0, gradient.length).anyMatch(i -> gradient[i] != 0);
  }

  /**
   * Relative to the sum's norm, or to the root of the summands' squared norms where these cancel:
   * rounding is a share of what is added, not of what is left.
   */
  @ParameterizedTest
  @MethodSource("modelsThatTrainEachSequenceByItself")
  void gradientOfABlockIsTheSumOfItsSequences(Kernels kernels, ModelConfig model) {
    int[] lengths = TestBlocks.ragged(33, 7, 4);
    assertSums(
        TestNetwork.initial(model, SYMBOLS, CLASSES, 3, kernels),
        sequences(model, SYMBOLS, lengths));
    if (model.embedding() == 0) {
      assertSums(
          TestNetwork.initial(model, InputShape.ofFeatures(FEATURES), CLASSES, 3, kernels),
          frames(model, lengths));
    }
  }

  private static void assertSums(TestNetwork network, List<Example> examples) {
    TestNetwork.Result whole = network.train(examples);
    Map<String, double[][]> sum = Tensors.scaled(Tensors.toMap(whole.gradient()), 0);
    Map<String, Double> squares = new HashMap<>();
    double loss = 0;
    double weight = 0;
    for (Example example : examples) {
      TestNetwork.Result one = network.train(List.of(example));
      loss += one.loss();
      weight += one.weight();
      Map<String, double[][]> gradient = Tensors.toMap(one.gradient());
      add(sum, gradient);
      gradient.forEach(
          (name, g) -> squares.merge(name, Tensors.norm(g) * Tensors.norm(g), Double::sum));
    }
    assertEquals(weight, whole.weight(), "weight");
    Tensors.assertClose("loss", whole.loss(), loss, 1e-12);
    Tensors.toMap(whole.gradient())
        .forEach(
            (name, gradient) -> {
              double size = Math.sqrt(squares.get(name));
              double error = Tensors.relativeError(gradient, sum.get(name), size);
              // Gradients of the scores of a sequence add up to 0: what they leave of a bias is
              // much less than what was added.
              double limit = name.equals("pooling.bias") ? 50 * LIMIT : LIMIT;
              assertTrue(error <= limit, () -> name + ": relative error " + error);
            });
  }

  @ParameterizedTest
  @MethodSource("models")
  void blocksBeforeLeaveNoTrace(Kernels kernels, ModelConfig model) {
    List<Example> examples = sequences(model, SYMBOLS, 4, 1, 3);
    TestNetwork fresh = TestNetwork.initial(model, SYMBOLS, CLASSES, 3, kernels);
    Parameters expected = fresh.train(examples).gradient();
    TestNetwork used = TestNetwork.initial(model, SYMBOLS, CLASSES, 3, kernels);
    used.train(sequences(model, SYMBOLS, TestBlocks.ragged(33, 9, 8)), 0, 5, 1);
    used.predict(sequences(model, SYMBOLS, TestBlocks.ragged(20, 6, 2)));
    used.evaluate(sequences(model, SYMBOLS, 2, 2));
    Parameters actual = used.train(examples).gradient();
    for (int p = 0; p < expected.count(); p++) {
      assertArrayEquals(expected.get(p).data, actual.get(p).data, expected.names().get(p));
    }
  }

  /** Gradients of everything the first layer has for the symbols below {@code own}. */
  private static float[] inputGradient(
      TestNetwork network, ModelConfig model, List<Example> block, int own) {
    Parameters gradient = network.train(block).gradient();
    if (model.embedding() > 0) {
      FMatrixRMaj table = gradient.get("embedding.weight");
      return Arrays.copyOf(table.data, own * table.numCols);
    }
    FMatrixRMaj weight = gradient.get("layers.0.weight_ih");
    float[] columns = new float[weight.numRows * own];
    for (int r = 0; r < weight.numRows; r++) {
      System.arraycopy(weight.data, r * weight.numCols, columns, r * own, own);
    }
    return columns;
  }

  /** Sequences without the symbols below {@code own}; as long, longer and shorter ones. */
  private static List<Example> others(ModelConfig model, int own, int size, long seed) {
    List<Example> others = new ArrayList<>();
    for (Example example : sequences(model, SYMBOLS, TestBlocks.ragged(size, 8, seed))) {
      others.add(
          new Example(
              example.id(),
              Arrays.stream(example.inputs()).map(symbol -> symbol + own).toArray(),
              example.targets().symbols()));
    }
    return others;
  }

  private static List<Example> sequences(ModelConfig model, int symbols, int... lengths) {
    boolean each = model.topology() == Topology.MANY_TO_MANY;
    return TestBlocks.sequences(6, symbols, CLASSES, each, lengths);
  }

  private static List<Example> frames(ModelConfig model, int... lengths) {
    boolean each = model.topology() == Topology.MANY_TO_MANY;
    return TestBlocks.frames(6, FEATURES, CLASSES, each, lengths);
  }

  private static int[] targets(ModelConfig model, int length) {
    return IntStream.range(0, model.topology() == Topology.MANY_TO_MANY ? length : 1)
        .map(t -> t % CLASSES)
        .toArray();
  }

  private static void add(Map<String, double[][]> sum, Map<String, double[][]> more) {
    sum.forEach(
        (name, rows) -> {
          for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
              rows[i][j] += more.get(name)[i][j];
            }
          }
        });
  }
}
