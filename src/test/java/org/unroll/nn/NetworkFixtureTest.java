package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.OptimizerConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.data.InputShape;
import org.unroll.optim.Optimizer;
import org.unroll.optim.OptimizerState;
import org.unroll.optim.Update;
import org.unroll.optim.Updates;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.TestKernels;
import org.unroll.train.GradientSum;
import org.unroll.twin.Configs;
import org.unroll.twin.Fixture;
import org.unroll.twin.Tensors;

/** The network and the optimiser in single precision against PyTorch in double. */
class NetworkFixtureTest {
  private static final double LIMIT = 1e-5;

  /** Beside a tensor's norm of 1, single precision does not resolve what is smaller. */
  private static final double RESOLUTION = 0x1p-23;

  static Stream<Arguments> fixtures() {
    List<Arguments> arguments = new ArrayList<>();
    for (Named<Kernels> kernels : TestKernels.named()) {
      for (Fixture fixture : Fixture.all()) {
        arguments.add(arguments(kernels, Named.of(fixture.name(), fixture)));
      }
    }
    return arguments.stream();
  }

  @Test
  void everyCellHasAFixture() {
    List<LayerConfig.Cell> cells =
        Fixture.all().stream()
            .flatMap(fixture -> Configs.of(fixture.model()).layers().stream())
            .map(LayerConfig::cell)
            .distinct()
            .toList();
    assertEquals(LayerConfig.Cell.values().length, cells.size(), () -> "only " + cells);
  }

  @Test
  void everyPoolingHasAFixture() {
    List<ModelConfig.Pooling> poolings =
        Fixture.all().stream()
            .map(fixture -> Configs.of(fixture.model()))
            .filter(model -> model.topology() == Topology.MANY_TO_ONE)
            .map(ModelConfig::pooling)
            .distinct()
            .toList();
    assertEquals(ModelConfig.Pooling.values().length, poolings.size(), () -> "only " + poolings);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void probabilitiesAgree(Kernels kernels, Fixture fixture) {
    Map<Long, float[][]> predicted =
        network(kernels, fixture, start(fixture)).predict(fixture.examples());
    List<double[][]> actual = new ArrayList<>();
    List<double[][]> expected = new ArrayList<>();
    for (int i = 0; i < fixture.examples().size(); i++) {
      Example example = fixture.examples().get(i);
      actual.add(logarithms(predicted.get(example.id())));
      expected.add(logSoftmax(fixture.logits().get(i)));
    }
    Tensors.assertClose("log probabilities", actual, expected, LIMIT);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void lossAndGradientAgree(Kernels kernels, Fixture fixture) {
    TestNetwork.Result result = network(kernels, fixture, start(fixture)).train(fixture.examples());
    assertEquals(fixture.weight(), result.weight(), "weight");
    Tensors.assertClose("loss", result.loss(), fixture.loss(), LIMIT);
    Tensors.assertClose(
        "gradient",
        Tensors.scaled(Tensors.toMap(result.gradient()), 1 / result.weight()),
        fixture.gradients(),
        LIMIT);
  }

  /**
   * Adam divides each value of the gradient by its own size, so it moves a parameter by a full
   * learning rate a step even where the gradient has vanished in saturated gates. There {@code 1 −
   * tanh²} is a difference of nearly equal numbers and single precision has no correct digit left:
   * a value whose first gradient is below {@link #RESOLUTION} of its tensor's norm is held to
   * Adam's own bound on its way, all others to the limit. It matters in two fixtures of stacked
   * layers, for one row of the embedding each.
   */
  @ParameterizedTest
  @MethodSource("fixtures")
  void parametersAfterTenStepsOfAdamAgree(Kernels kernels, Fixture fixture) {
    Parameters parameters = start(fixture);
    TestNetwork network = network(kernels, fixture, parameters);
    Optimizer optimizer = Optimizer.of(adam(fixture.adam()));
    OptimizerState state = OptimizerState.initial(optimizer, parameters);
    double clipNorm = fixture.adam().clipNorm();
    Update update = Updates.clipped(kernels, clipNorm, optimizer, parameters);
    boolean clipped = false;
    for (int step = 0; step < fixture.adam().steps(); step++) {
      network.network().bind(parameters);
      TestNetwork.Result result = network.train(fixture.examples());
      scale(result.gradient(), (float) (1 / result.weight()));
      double norm =
          update.apply(
              Updates.given(result.gradient()),
              parameters,
              state,
              fixture.adam().learningRate(),
              result.loss());
      clipped |= norm > clipNorm && clipNorm > 0;
      moveMoments(network, parameters, state.updates());
    }
    assertEquals(fixture.adam().clipNorm() > 0, clipped, "whether the norm was ever clipped");
    Map<String, double[][]> trained = Tensors.toMap(parameters);
    int vanished = 0;
    for (String name : trained.keySet()) {
      vanished += settleVanished(fixture, name, trained.get(name));
    }
    assertTrue(vanished <= 8, "too many gradients have vanished: " + vanished);
    Tensors.assertClose("parameters", trained, fixture.trained(), LIMIT);
  }

  /** As the driver does it after each round. */
  private static void moveMoments(TestNetwork network, Parameters parameters, long updates) {
    GradientSum sum = new GradientSum(parameters, 1, 0);
    sum.addMoments(network.network().runningMoments(), "the only block");
    sum.moments().update(parameters, updates);
  }

  /** Checks values whose gradient has vanished, and puts what is expected in their place. */
  private static int settleVanished(Fixture fixture, String name, double[][] trained) {
    double[][] gradient = fixture.gradients().get(name);
    double[][] expected = fixture.trained().get(name);
    double smallest = RESOLUTION * Tensors.norm(gradient);
    double way = fixture.adam().learningRate() * fixture.adam().steps();
    int vanished = 0;
    for (int i = 0; i < gradient.length; i++) {
      for (int j = 0; j < gradient[i].length; j++) {
        if (gradient[i][j] != 0 && Math.abs(gradient[i][j]) < smallest) {
          assertEquals(expected[i][j], trained[i][j], way, name);
          trained[i][j] = expected[i][j];
          vanished++;
        }
      }
    }
    return vanished;
  }

  @Test
  void fixturesCoverClippingAndItsAbsence() {
    assertFalse(Fixture.all().stream().allMatch(f -> f.adam().clipNorm() > 0));
    assertFalse(Fixture.all().stream().allMatch(f -> f.adam().clipNorm() == 0));
  }

  private static Parameters start(Fixture fixture) {
    return Tensors.toParameters(fixture.parameters());
  }

  private static TestNetwork network(Kernels kernels, Fixture fixture, Parameters parameters) {
    ModelConfig model = Configs.of(fixture.model());
    return new TestNetwork(
        model, input(fixture), fixture.logits().get(0)[0].length, parameters, kernels);
  }

  private static InputShape input(Fixture fixture) {
    return fixture
        .model()
        .input(
            fixture.model().embedding() > 0
                ? fixture.parameters().get("embedding.weight").length
                : fixture.parameters().get("layers.0.weight_ih")[0].length);
  }

  private static OptimizerConfig adam(Fixture.Adam adam) {
    return Updates.config("learning-rate=" + adam.learningRate());
  }

  private static void scale(Parameters gradient, float factor) {
    for (int p = 0; p < gradient.count(); p++) {
      FMatrixRMaj matrix = gradient.get(p);
      for (int i = 0; i < gradient.size(p); i++) {
        matrix.data[i] *= factor;
      }
    }
  }

  private static double[][] logarithms(float[][] probabilities) {
    double[][] logs = new double[probabilities.length][];
    for (int t = 0; t < logs.length; t++) {
      logs[t] = new double[probabilities[t].length];
      for (int k = 0; k < logs[t].length; k++) {
        logs[t][k] = Math.log(probabilities[t][k]);
      }
    }
    return logs;
  }

  private static double[][] logSoftmax(double[][] logits) {
    return Arrays.stream(logits)
        .map(
            z -> {
              double sum = Arrays.stream(z).map(Math::exp).sum();
              return Arrays.stream(z).map(v -> v - Math.log(sum)).toArray();
            })
        .toArray(double[][]::new);
  }
}
