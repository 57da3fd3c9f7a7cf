package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import org.unroll.config.DenseConfig;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.TargetType;
import org.unroll.config.Topology;
import org.unroll.data.InputShape;
import org.unroll.nn.head.TargetWeights;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.TestKernels;
import org.unroll.twin.Configs;
import org.unroll.twin.RandomCase;
import org.unroll.twin.Tensors;
import org.unroll.twin.TwinModel;
import org.unroll.twin.TwinOptions;
import org.unroll.twin.TwinResult;

/**
 * The network in single precision against its double twin: loss and the gradient of every
 * parameter, for every registered piece and in combinations.
 *
 * <p>Each test has {@link Models#cases}: by default every cell with its own options is seen with
 * either kernels and with every normalisation, direction, topology, pooling, input, dropout and
 * place in a stack, but not with every two of them at once, and not over every other cell: those
 * some 2,700 further cases run with {@code -Psoak}.
 */
class NetworkTwinTest {
  private static final double LIMIT = 1e-4;
  private static final int SYMBOLS = 6;
  private static final int FEATURES = 5;
  private static final int CLASSES = 4;
  private static final long SEED = 11;
  private static final int EPOCH = 2;
  private static final double DROPOUT = 0.3;
  private static final int ENOUGH_STEPS = 40;

  /** Block sizes around the multiples that lanes are rounded up to. */
  private static final int[] SIZES = {1, 15, 16, 17, 33};

  static Stream<Arguments> singleLayers() {
    return Models.cases(Models.singleLayers());
  }

  static Stream<Arguments> twoLayers() {
    return Models.cases(Models.twoLayers(0));
  }

  static Stream<Arguments> threeLayers() {
    return Models.cases(Models.threeLayers(0));
  }

  static Stream<Arguments> poolings() {
    return Models.cases(Models.poolings(0));
  }

  static Stream<Arguments> residuals() {
    return Models.cases(Models.residuals(0));
  }

  static Stream<Arguments> withDropout() {
    Map<String, ModelConfig> models = Models.twoLayers(DROPOUT);
    models.putAll(Models.poolings(DROPOUT));
    models.putAll(Models.residuals(DROPOUT));
    models.putAll(Models.variational(DROPOUT));
    models.putAll(Models.recurrentDropout(DROPOUT));
    return Models.cases(models);
  }

  static Stream<Arguments> forwardOnly() {
    Map<String, ModelConfig> models = new LinkedHashMap<>(Models.singleLayers());
    models.putAll(Models.twoLayers(0));
    models.putAll(Models.threeLayers(0));
    models.putAll(Models.residuals(0));
    models.values().removeIf(model -> !Models.forwardOnly(model));
    return Models.cases(models);
  }

  @ParameterizedTest
  @MethodSource("singleLayers")
  void aLayerAgreesInBlocksOfEverySize(Kernels kernels, ModelConfig model) {
    for (int size : SIZES) {
      assertAgrees(kernels, model, 0, TestBlocks.ragged(size, 6, size));
    }
  }

  @ParameterizedTest
  @MethodSource("singleLayers")
  void aLayerAgreesOnSingleSteps(Kernels kernels, ModelConfig model) {
    assertAgrees(kernels, model, 0, 1);
    assertAgrees(kernels, model, 0, 1, 1, 1);
  }

  @ParameterizedTest
  @MethodSource("twoLayers")
  void twoLayersAgree(Kernels kernels, ModelConfig model) {
    assertAgrees(kernels, model, 0, TestBlocks.ragged(5, 7, 7));
    assertAgrees(kernels, model, 0, TestBlocks.ragged(17, 5, 7));
  }

  @ParameterizedTest
  @MethodSource("threeLayers")
  void threeLayersAgree(Kernels kernels, ModelConfig model) {
    assertAgrees(kernels, model, 0, TestBlocks.ragged(4, 6, 7));
    assertAgrees(kernels, model, 0, 1, 1);
  }

  @ParameterizedTest
  @MethodSource("poolings")
  void poolingsAgree(Kernels kernels, ModelConfig model) {
    for (int size : SIZES) {
      assertAgrees(kernels, model, 0, TestBlocks.ragged(size, 6, size));
    }
    assertAgrees(kernels, model, 0, 1);
    assertAgrees(kernels, model, 0, 90, 1, 40);
  }

  @ParameterizedTest
  @MethodSource("residuals")
  void residualConnectionsAgree(Kernels kernels, ModelConfig model) {
    assertAgrees(kernels, model, 0, TestBlocks.ragged(17, 6, 7));
    assertAgrees(kernels, model, 0, 1);
  }

  /** Around the first layer, on real values and on more than an embedding. */
  @ParameterizedTest
  @MethodSource("kernels")
  void residualConnectionsOnOtherInputsAgree(Kernels kernels) {
    for (LayerConfig layer : Models.cells(FEATURES, false, 0).values()) {
      List<LayerConfig> layers = List.of(Configs.with(layer, true), Configs.with(layer, true));
      ModelConfig model = Models.model(Topology.MANY_TO_MANY, 0, layers, List.of());
      TwinModel twin = TwinModel.of(model).onFeatures(FEATURES);
      assertAgrees(
          kernels,
          model,
          RandomCase.sized("", twin, SYMBOLS, CLASSES, 5, 4, 1, 6),
          TwinOptions.PLAIN);
      ModelConfig beside = Models.model(Topology.MANY_TO_ONE, 1, layers, List.of());
      TwinModel mixed = TwinModel.of(beside).beside(List.of(2), FEATURES - 3);
      assertAgrees(
          kernels,
          beside,
          RandomCase.sized("", mixed, SYMBOLS, CLASSES, 5, 4, 1, 6),
          TwinOptions.PLAIN);
    }
  }

  @ParameterizedTest
  @MethodSource("withDropout")
  void dropoutAgrees(Kernels kernels, ModelConfig model) {
    RandomCase numbers = numbers(model, TestBlocks.ragged(5, 5, 3));
    TwinOptions options = TwinOptions.dropout(new DropoutMask(model, SEED, EPOCH));
    assertNotEquals(numbers.run(TwinOptions.PLAIN).loss(), numbers.run(options).loss());
    assertAgrees(kernels, model, numbers, options);
    if (model.embedding() > 0 && !model.layers().get(0).residual()) {
      RandomCase mixed =
          RandomCase.sized("", onOther(model), SYMBOLS, CLASSES, 5, TestBlocks.ragged(5, 5, 3));
      assertAgrees(kernels, model, mixed, options);
    }
  }

  @ParameterizedTest
  @MethodSource("forwardOnly")
  void truncatedGradientAgrees(Kernels kernels, ModelConfig model) {
    for (int truncate : new int[] {1, 2, 3}) {
      assertAgrees(kernels, model, truncate, 7, 1, 3, 6, 2);
    }
  }

  static Stream<Arguments> kernels() {
    return TestKernels.named().stream().map(Arguments::of);
  }

  /** Truncation and dropout together, which the other tests keep apart. */
  @ParameterizedTest
  @MethodSource("kernels")
  void truncatedGradientAgreesUnderDropout(Kernels kernels) {
    Models.twoLayers(DROPOUT).values().stream()
        .filter(Models::forwardOnly)
        .limit(8)
        .forEach(
            model ->
                assertAgrees(
                    kernels,
                    model,
                    numbers(model, 6, 4, 5, 1),
                    new TwinOptions(
                        2, new DropoutMask(model, SEED, EPOCH), TwinOptions.Carry.AS_IS)));
  }

  static Stream<Arguments> tagged() {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    Models.twoLayers(0)
        .forEach(
            (name, model) -> {
              if (model.topology() == Topology.MANY_TO_MANY && models.size() < 6) {
                models.put("crf " + name, Models.crf(model));
              }
            });
    return Models.cases(models);
  }

  @ParameterizedTest
  @MethodSource("tagged")
  void chainsOfTagsAgree(Kernels kernels, ModelConfig model) {
    for (int size : SIZES) {
      assertAgrees(kernels, model, 0, TestBlocks.ragged(size, 6, size));
    }
    assertAgrees(kernels, model, 0, 1);
    assertAgrees(kernels, model, 0, 90, 1, 40);
    assertAgrees(
        kernels, model, numbers(model, TestBlocks.ragged(17, 6, 3)).weighted(), TwinOptions.PLAIN);
    if (Models.forwardOnly(model)) {
      assertAgrees(kernels, model, 2, 7, 1, 3, 6, 2);
    }
  }

  static final List<TargetWeights> WEIGHTS =
      List.of(
          new TargetWeights(0.1, List.of()),
          new TargetWeights(0, List.of(0.5, 3.0, 0.0, 1.0)),
          new TargetWeights(0.3, List.of(0.5, 3.0, 0.0, 1.0)));

  /** Weights of sequences alone, and with weights of classes and smoothing. */
  @ParameterizedTest
  @MethodSource("kernels")
  void weightedAndSmoothedLossesAgree(Kernels kernels) {
    int[] lengths = TestBlocks.ragged(17, 6, 3);
    for (ModelConfig model : Models.twoLayers(0).values().stream().limit(12).toList()) {
      RandomCase numbers = numbers(model, lengths);
      assertAgrees(kernels, model, numbers.weighted(), TwinOptions.PLAIN);
      for (TargetWeights weights : WEIGHTS) {
        assertAgrees(kernels, model, numbers, TwinOptions.weighing(weights));
        assertAgrees(kernels, model, numbers.weighted(), TwinOptions.weighing(weights));
      }
    }
  }

  /** Sets of labels, with weights of sequences and without. */
  @ParameterizedTest
  @MethodSource("kernels")
  void lossesOfLabelsAgree(Kernels kernels) {
    List<ModelConfig> models =
        new ArrayList<>(Models.twoLayers(0).values().stream().limit(12).toList());
    models.addAll(Models.poolings(0).values().stream().limit(3).toList());
    for (ModelConfig plain : models) {
      ModelConfig model = Models.sigmoid(plain);
      for (int size : new int[] {1, 16, 17}) {
        int[] lengths = TestBlocks.ragged(size, 6, 3);
        int[] enough = model.hasBatchNormalization() ? enough(lengths) : lengths;
        RandomCase numbers = numbers(model, enough).labelled();
        assertAgrees(kernels, model, numbers, TwinOptions.PLAIN);
        if (size > 1) {
          // The first sequence weighs nothing.
          assertAgrees(kernels, model, numbers.weighted(), TwinOptions.PLAIN);
        }
      }
    }
  }

  /** Validation neither weighs nor smooths. */
  @ParameterizedTest
  @MethodSource("kernels")
  void evaluationCountsEveryTargetOnce(Kernels kernels) {
    ModelConfig model = Models.singleLayers().values().iterator().next();
    RandomCase numbers = numbers(model, 5, 4, 3);
    Parameters parameters = Tensors.toParameters(numbers.parameters());
    InputShape input = numbers.model().input(SYMBOLS);
    TestNetwork plain = new TestNetwork(model, input, CLASSES, parameters, kernels);
    TestNetwork weighing =
        new TestNetwork(model, input, CLASSES, parameters, kernels, true, WEIGHTS.get(2));
    double loss = plain.evaluate(numbers.examples()).loss();
    assertEquals(loss, weighing.evaluate(numbers.weighted().examples()).loss());
    assertEquals(
        numbers.run(TwinOptions.PLAIN).weight(),
        weighing.evaluate(numbers.weighted().examples()).weight());
    assertNotEquals(loss, weighing.train(numbers.weighted().examples()).loss());
  }

  /**
   * The head works in pieces of a bounded number of logits: several steps, and one step in each.
   */
  @ParameterizedTest
  @MethodSource("kernels")
  void manyClassesAgree(Kernels kernels) {
    for (int[] form : new int[][] {{2000, 20, 3}, {17000, 2, 1}}) {
      ModelConfig model =
          Models.model(
              Topology.MANY_TO_MANY,
              2,
              List.of(Models.cells(2, false, 0).get("lstm ACTIVATION TANH")),
              List.of(new DenseConfig(2, DenseConfig.Activation.TANH, 0)));
      RandomCase numbers =
          RandomCase.sized(
              "many classes", TwinModel.of(model), SYMBOLS, form[0], 5, form[1], form[2]);
      assertAgrees(kernels, model, numbers, TwinOptions.PLAIN);
    }
  }

  static Stream<Arguments> values() {
    return Models.cases(Models.values(0));
  }

  @ParameterizedTest
  @MethodSource("values")
  void realValuesAgree(Kernels kernels, ModelConfig model) {
    for (int size : SIZES) {
      assertAgrees(kernels, model, 0, TestBlocks.ragged(size, 6, size));
    }
    assertAgrees(kernels, model, 0, 90, 1, 40);
    RandomCase weighted = numbers(model, TestBlocks.ragged(17, 6, 3)).weighted();
    assertAgrees(kernels, model, weighted, TwinOptions.PLAIN);
    assertAgrees(kernels, model, 2, 7, 1, 3, 6, 2);
  }

  static Stream<Arguments> longSequences() {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    for (boolean both : new boolean[] {false, true}) {
      Models.cells(6, both, 0)
          .forEach(
              (name, layer) ->
                  models.put(
                      name + (both ? ", bidirectional" : ", forward"),
                      Models.model(Topology.MANY_TO_MANY, 3, List.of(layer), List.of())));
    }
    return Models.cases(models);
  }

  /** A long sequence: errors must not pile up over the steps. */
  @ParameterizedTest
  @MethodSource("longSequences")
  void longSequencesAgree(Kernels kernels, ModelConfig model) {
    assertAgrees(kernels, model, 0, 150, 1, 80);
  }

  /** On real values, or with more beside the embedding. */
  private static TwinModel onOther(ModelConfig model) {
    TwinModel twin = TwinModel.of(model);
    return model.embedding() == 0
        ? twin.onFeatures(FEATURES)
        : twin.beside(List.of(3, 2), FEATURES);
  }

  /**
   * The same lengths over and over, and one step more in every second turn, until there are some
   * tens of steps. What batch normalisation makes of two or three values hardly depends on them,
   * and a shift of all steps not at all: of gradients only rounding would be left.
   */
  private static int[] enough(int... lengths) {
    int times = 1;
    while (times * Arrays.stream(lengths).sum() < ENOUGH_STEPS) {
      times++;
    }
    int[] more = new int[times * lengths.length];
    Arrays.setAll(more, i -> lengths[i % lengths.length] + i / lengths.length % 2);
    return more;
  }

  /** Of real values a multiple of what every kind has for each. */
  private static int outputs(ModelConfig model) {
    return model.output().targets() == TargetType.VALUES ? 6 : CLASSES;
  }

  private static RandomCase numbers(ModelConfig model, int... lengths) {
    return RandomCase.sized("", TwinModel.of(model), SYMBOLS, outputs(model), 5, lengths);
  }

  private static void assertAgrees(Kernels kernels, ModelConfig model, int truncate, int... given) {
    int[] lengths = model.hasBatchNormalization() ? enough(given) : given;
    assertAgrees(kernels, model, numbers(model, lengths), TwinOptions.truncated(truncate));
    if (model.layers().get(0).residual()) {
      // Other inputs are of another width.
      return;
    }
    RandomCase other = RandomCase.sized("", onOther(model), SYMBOLS, outputs(model), 5, lengths);
    assertAgrees(kernels, model, other, TwinOptions.truncated(truncate));
  }

  private static void assertAgrees(
      Kernels kernels, ModelConfig model, RandomCase numbers, TwinOptions options) {
    TwinResult twin = numbers.run(options);
    assertAgrees(kernels, model, numbers, options, twin, true);
    if (model.embedding() > 0 && !numbers.model().isMixed()) {
      assertAgrees(kernels, model, numbers, options, twin, false);
    }
  }

  private static void assertAgrees(
      Kernels kernels,
      ModelConfig model,
      RandomCase numbers,
      TwinOptions options,
      TwinResult twin,
      boolean table) {
    int classes = numbers.parameters().get("output.bias").length;
    Parameters parameters = Tensors.toParameters(numbers.parameters());
    InputShape input = numbers.model().input(SYMBOLS);
    TestNetwork network =
        new TestNetwork(model, input, classes, parameters, kernels, table, options.weights());
    assertEquals(
        List.copyOf(numbers.parameters().keySet()),
        network.network().parameters().stream().map(spec -> spec.name()).toList(),
        "names of the parameters");
    assertAgrees(
        twin,
        network.train(numbers.examples(), options.truncate(), SEED, EPOCH),
        numbers,
        model.layers() + ", " + numbers.examples().size() + " sequences, table " + table + ": ");
    if (network.network().worksInWindows()) {
      int steps = options.truncate() == 0 ? 2 : options.truncate();
      assertAgrees(
          twin,
          network.trainInWindows(numbers.examples(), steps, options.truncate(), SEED, EPOCH),
          numbers,
          model.layers() + ", in windows of " + steps + " steps, table " + table + ": ");
    }
  }

  private static void assertAgrees(
      TwinResult twin, TestNetwork.Result result, RandomCase numbers, String what) {
    assertEquals(twin.weight(), result.weight(), 1e-6 * twin.weight(), what + "weight");
    // A loss near 0 is a difference of logits that single precision hardly tells apart.
    double loss = Math.max(twin.loss(), 1e-3 * twin.weight());
    assertEquals(twin.loss(), result.loss(), LIMIT * loss, what + "loss");
    Map<String, double[][]> expected = Tensors.trained(numbers.model(), twin.gradients());
    Map<String, double[][]> actual = Tensors.toMap(result.gradient());
    settleVanished(what, actual, expected);
    Tensors.assertClose(what + "gradient", actual, expected, LIMIT);
  }

  /**
   * Gradients that are zero but for the rounding of doubles, such as that of a bias below batch
   * normalisation which nothing but the shift of a mean depends on: zero but for that of floats.
   */
  private static void settleVanished(
      String what, Map<String, double[][]> actual, Map<String, double[][]> expected) {
    double all = Tensors.norm(expected);
    expected.forEach(
        (name, gradient) -> {
          if (Tensors.norm(gradient) < 1e-14 * all) {
            assertTrue(Tensors.norm(actual.get(name)) < 1e-6 * all, what + name);
            actual.put(name, gradient);
          }
        });
  }
}
