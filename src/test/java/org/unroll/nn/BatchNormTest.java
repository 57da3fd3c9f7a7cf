package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.TestBlocks;
import org.unroll.config.LayerConfig;
import org.unroll.config.LayerConfig.Normalization;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.data.InputShape;
import org.unroll.nn.norm.BatchNorm;
import org.unroll.nn.norm.RunningMoments;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.TestKernels;
import org.unroll.tensor.Timeline;
import org.unroll.twin.RandomCase;
import org.unroll.twin.Tensors;
import org.unroll.twin.TwinModel;
import org.unroll.twin.TwinOptions;
import org.unroll.twin.TwinResult;

/** What sets batch normalisation apart: a block's sequences know of each other. */
class BatchNormTest {
  private static final int SYMBOLS = 6;
  private static final int CLASSES = 4;

  static Stream<Arguments> kernels() {
    return TestKernels.named().stream().map(Arguments::of);
  }

  /** One layer of every cell with batch normalisation, in both directions. */
  static Stream<Arguments> models() {
    List<Arguments> arguments = new ArrayList<>();
    for (Named<Kernels> kernels : TestKernels.named()) {
      for (boolean both : new boolean[] {false, true}) {
        Models.cells(5, both, 0)
            .forEach(
                (name, layer) -> {
                  if (layer.normalization() == Normalization.BATCH) {
                    ModelConfig model =
                        Models.model(Topology.MANY_TO_MANY, 3, List.of(layer, layer), List.of());
                    arguments.add(arguments(kernels, Named.of(name + ", " + both, model)));
                  }
                });
      }
    }
    return arguments.stream();
  }

  private static RandomCase numbers(ModelConfig model, int... lengths) {
    return RandomCase.sized("", TwinModel.of(model), SYMBOLS, CLASSES, 5, lengths);
  }

  private static TestNetwork network(Kernels kernels, ModelConfig model, RandomCase numbers) {
    Parameters parameters = Tensors.toParameters(numbers.parameters());
    InputShape input = InputShape.ofSymbols(SYMBOLS);
    return new TestNetwork(model, input, CLASSES, parameters, kernels);
  }

  @ParameterizedTest
  @MethodSource("models")
  void blocksMeasureTheirMoments(Kernels kernels, ModelConfig model) {
    RandomCase numbers = numbers(model, TestBlocks.ragged(19, 7, 3));
    TwinResult twin = numbers.run(TwinOptions.PLAIN);
    TestNetwork network = network(kernels, model, numbers);
    network.train(numbers.examples());
    int steps = numbers.examples().stream().mapToInt(Example::steps).sum();
    List<RunningMoments> moments = network.network().runningMoments();
    assertEquals(model.layers().get(0).bidirectional() ? 4 : 2, moments.size());
    for (RunningMoments each : moments) {
      BatchNorm norm = each.norm();
      assertEquals(steps, norm.count());
      double[][] mean = new double[norm.rows()][1];
      double[][] variance = new double[norm.rows()][1];
      for (int r = 0; r < mean.length; r++) {
        mean[r][0] = norm.sum(r) / steps;
        variance[r][0] = (norm.sumOfSquares(r) - norm.sum(r) * mean[r][0]) / (steps - 1);
      }
      Tensors.assertClose(
          "moments",
          Map.of("mean", mean, "variance", variance),
          Map.of(
              "mean",
              twin.moments().get(each.mean()),
              "variance",
              twin.moments().get(each.variance())),
          1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void evaluationTakesTheRunningMoments(Kernels kernels, ModelConfig model) {
    RandomCase numbers = numbers(model, 5, 1, 3, 7);
    TwinResult twin = numbers.run(TwinOptions.EVALUATION);
    TestNetwork network = network(kernels, model, numbers);
    assertEquals(
        twin.loss(), network.evaluate(numbers.examples()).loss(), 1e-4 * Math.abs(twin.loss()));
    assertNotEquals(twin.loss(), numbers.run(TwinOptions.PLAIN).loss());
    // What training has measured in between is the driver's business.
    float[][] before = network.predict(numbers.examples()).get(numbers.examples().get(0).id());
    network.train(numbers.examples());
    assertArrayEquals(
        before, network.predict(numbers.examples()).get(numbers.examples().get(0).id()));
  }

  /** The same gradient as in evaluation: running moments are constants. */
  @ParameterizedTest
  @MethodSource("models")
  void frozenMomentsAreTakenInTrainingToo(Kernels kernels, ModelConfig model) {
    RandomCase numbers = numbers(model, 5, 1, 3, 7);
    List<String> frozen =
        network(kernels, model, numbers).network().parameters().stream()
            .filter(spec -> spec.role() == ParameterRole.MOMENT)
            .map(ParameterSpec::name)
            .toList();
    ModelConfig still = Models.freeze(model, frozen.toArray(String[]::new));
    TwinResult twin = numbers.run(TwinOptions.EVALUATION);
    TestNetwork network = network(kernels, still, numbers);
    TestNetwork.Result result = network.train(numbers.examples());
    Tensors.assertClose("loss", result.loss(), twin.loss(), 1e-4);
    Tensors.assertClose(
        "gradient",
        Tensors.toMap(result.gradient()),
        Tensors.trained(numbers.model(), twin.gradients()),
        1e-4);
    network
        .network()
        .runningMoments()
        .forEach(each -> assertEquals(0, each.norm().count(), "nothing is measured"));
  }

  /** A single value is its own mean, and two have hardly anything to say but which is larger. */
  @ParameterizedTest
  @MethodSource("models")
  void aFewStepsAreNormalisedToo(Kernels kernels, ModelConfig model) {
    for (int[] lengths : new int[][] {{1}, {2}, {1, 1}, {1, 1, 1}, {2, 1}}) {
      RandomCase numbers = numbers(model, lengths);
      TestNetwork.Result result = network(kernels, model, numbers).train(numbers.examples());
      Tensors.assertClose("loss", result.loss(), numbers.run(TwinOptions.PLAIN).loss(), 1e-3);
      for (int p = 0; p < result.gradient().count(); p++) {
        for (int i = 0; i < result.gradient().size(p); i++) {
          assertTrue(Float.isFinite(result.gradient().get(p).data[i]));
        }
      }
    }
  }

  /** The exception from what {@link NetworkBlockTest} says of everything else. */
  @ParameterizedTest
  @MethodSource("models")
  void trainingDependsOnWhoSharesTheBlock(Kernels kernels, ModelConfig model) {
    RandomCase numbers = numbers(model, 6, 6, 6);
    TestNetwork network = network(kernels, model, numbers);
    double loss = 0;
    for (Example example : numbers.examples()) {
      loss += network.train(List.of(example)).loss();
    }
    double together = network.train(numbers.examples()).loss();
    assertTrue(Math.abs(loss - together) > 1e-3, loss + " and " + together);
  }

  private static BatchNorm norm(Kernels kernels, int rows) {
    BatchNorm norm = new BatchNorm(rows, 0.1);
    FMatrixRMaj ones = new FMatrixRMaj(rows, 1);
    ones.fill(1);
    FMatrixRMaj zeros = new FMatrixRMaj(rows, 1);
    norm.bind(kernels, ones, zeros, zeros, ones, zeros.copy(), zeros.copy());
    return norm;
  }

  /** Σ v² − n μ² would have no correct digit left. */
  @ParameterizedTest
  @MethodSource("kernels")
  void aMeanFarFromZeroCostsNoDigits(Kernels kernels) {
    int[] lengths = {40, 40, 33, 20, 9, 9, 8, 7, 7, 7, 5, 4, 3, 3, 2, 2, 2, 1};
    Timeline timeline = new Timeline();
    timeline.reshape(lengths, lengths.length);
    Random random = new Random(1);
    Steps v = new Steps();
    v.reshape(timeline, 1);
    v.clear();
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int t = 0; t < timeline.steps(); t++) {
      for (int l = 0; l < timeline.active(t); l++, count++) {
        float value = 4096 + random.nextInt(16) / 8f;
        v.data()[v.offset(t) + l] = value;
        sum += value - 4096;
        squares += (value - 4096) * (value - 4096);
      }
    }
    double variance = squares / count - sum / count * sum / count;
    float first = v.data()[v.offset(0)];
    Steps y = new Steps();
    y.reshape(timeline, 1);
    BatchNorm norm = norm(kernels, 1);
    norm.forward(v, y, true);
    assertEquals(
        (first - 4096 - sum / count) / Math.sqrt(variance), y.data()[y.offset(0)], 1e-3, "y");
    double mean = norm.sum(0) / count;
    assertEquals(4096 + sum / count, mean, 1e-3);
    assertEquals(variance, norm.sumOfSquares(0) / count - mean * mean, 1e-4 * variance);
  }

  /** A row that is always the same is its own mean; nothing is divided by zero. */
  @ParameterizedTest
  @MethodSource("kernels")
  void aConstantRowIsItsShift(Kernels kernels) {
    Timeline timeline = new Timeline();
    timeline.reshape(new int[] {3, 3, 1}, 3);
    Steps v = new Steps();
    v.reshape(timeline, 2);
    Arrays.fill(v.data(), 0);
    for (int t = 0; t < 3; t++) {
      Arrays.fill(v.data(), v.offset(t), v.offset(t) + timeline.active(t), 7);
    }
    Steps y = new Steps();
    y.reshape(timeline, 2);
    BatchNorm norm = norm(kernels, 2);
    norm.forward(v, y, true);
    Steps dy = new Steps();
    dy.reshape(timeline, 2);
    dy.clear();
    for (int t = 0; t < 3; t++) {
      Arrays.fill(dy.data(), dy.offset(t), dy.offset(t) + timeline.active(t), t + 1f);
    }
    norm.backward(dy, v);
    for (int t = 0; t < 3; t++) {
      for (int l = 0; l < timeline.active(t); l++) {
        assertEquals(0f, y.data()[y.offset(t) + l]);
        assertTrue(Float.isFinite(v.data()[v.offset(t) + l]));
      }
      for (int l = timeline.active(t); l < timeline.width(t); l++) {
        assertEquals(0f, v.data()[v.offset(t) + l], "the gradient of dead lanes is zero");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void onlyBatchNormalisationHasRunningMoments(Kernels kernels) {
    for (LayerConfig layer : Models.cells(3, true, 0).values()) {
      ModelConfig model = Models.model(Topology.MANY_TO_ONE, 2, List.of(layer), List.of());
      TestNetwork network = TestNetwork.initial(model, SYMBOLS, CLASSES, 1, kernels);
      boolean batch = layer.normalization() == Normalization.BATCH;
      assertEquals(batch, model.hasBatchNormalization());
      assertEquals(batch ? 2 : 0, network.network().runningMoments().size());
      assertEquals(
          batch ? 4 : 0,
          network.network().parameters().stream()
              .filter(spec -> spec.role() == ParameterRole.MOMENT)
              .count());
    }
  }
}
