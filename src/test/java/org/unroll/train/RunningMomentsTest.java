package org.unroll.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.Rounds;
import org.unroll.batch.Shard;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.TestKernels;

/** How the driver keeps the running moments of batch normalisation. */
class RunningMomentsTest {
  private static final String ONE_HOT =
      "layers = [ { cell = rnn, units = 6, normalization = batch, normalization-momentum = %s } ]";

  static Stream<String> kernels() {
    return TestKernels.all().stream().map(Kernels::name);
  }

  /** One update per epoch, with all that pulls at parameters. */
  private static SmallProblem fullBatch(String model, String kernels, int epochs) {
    return SmallProblem.ofModel("topology = many-to-one, " + model, kernels)
        .with(
            "training.batch-size=",
            "training.epochs=" + epochs,
            "training.optimizer.kind=adamw",
            "training.optimizer.weight-decay=0.5",
            "training.optimizer.weight-decay-on=all",
            "training.optimizer.schedule=constant",
            "training.optimizer.warm-up-rounds=0");
  }

  /** Parameters before each update and after the last. */
  private static List<Parameters> way(SmallProblem problem) {
    TrainingState state = problem.begin();
    List<Parameters> way = new ArrayList<>(List.of(state.parameters().copy()));
    TrainingListener watch =
        new TrainingListener() {
          @Override
          public void round(RoundReport report) {
            way.add(state.parameters().copy());
          }
        };
    try (GradientSource source = problem.source(2)) {
      problem.trainer(source, watch).run(state, () -> false);
    }
    return way;
  }

  /** What the first layer's products with all symbols of the training data have in common. */
  private static double[][] pooled(SmallProblem problem, Parameters parameters) {
    FMatrixRMaj weight = parameters.get("layers.0.weight_ih");
    double[][] moments = new double[2][weight.numRows];
    for (int r = 0; r < weight.numRows; r++) {
      int row = r;
      double[] values =
          problem.train().stream()
              .flatMapToInt(RunningMomentsTest::symbols)
              .mapToDouble(symbol -> weight.get(row, symbol))
              .toArray();
      double mean = Arrays.stream(values).average().orElseThrow();
      moments[0][r] = mean;
      double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
      moments[1][r] = squares / (values.length - 1);
    }
    return moments;
  }

  private static IntStream symbols(Shard shard) {
    return IntStream.range(0, shard.size())
        .flatMap(s -> IntStream.range(0, shard.length(s)).map(t -> shard.input(s, t)));
  }

  private static void assertMoved(
      Parameters before, Parameters after, double[][] pooled, double weight) {
    String[] names = {"layers.0.running_mean", "layers.0.running_var"};
    for (int m = 0; m < names.length; m++) {
      for (int r = 0; r < pooled[m].length; r++) {
        double expected = (1 - weight) * before.get(names[m]).data[r] + weight * pooled[m][r];
        assertEquals(expected, after.get(names[m]).data[r], 2e-6, names[m] + "[" + r + "]");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aRoundMovesThemToTheMomentsOfAllItsSteps(String kernels) {
    SmallProblem problem = fullBatch(ONE_HOT.formatted("0.3"), kernels, 6);
    List<Parameters> way = way(problem);
    assertEquals(7, way.size());
    for (int update = 1; update < way.size(); update++) {
      Parameters before = way.get(update - 1);
      double weight = Math.max(0.3, 1.0 / update);
      assertMoved(before, way.get(update), pooled(problem, before), weight);
    }
  }

  @Test
  void frozenOnesStay() {
    String frozen = ONE_HOT.formatted("0.3") + ", freeze = [ \"layers.0\" ]";
    List<Parameters> way = way(fullBatch(frozen, "ejml", 3));
    Parameters first = way.get(0);
    Parameters last = way.get(3);
    for (String name : first.names()) {
      if (name.startsWith("layers.0")) {
        assertArrayEquals(first.get(name).data, last.get(name).data, name);
      }
    }
    assertNotEquals(first.get("output.weight").data[0], last.get("output.weight").data[0]);
  }

  /** An average of parameters is validated with the present moments. */
  @Test
  void areNotAveraged() {
    SmallProblem problem =
        SmallProblem.batchNormalized("ejml", 4)
            .with("data.valid=unused", "training.average-rounds=5");
    TrainingState state = problem.begin();
    int[] averages = new int[1];
    try (GradientSource source = problem.source(1)) {
      GradientSource watched =
          new Watched(
              source,
              validated -> {
                if (state.average() != null && state.average().count() > 1) {
                  averages[0]++;
                  assertOnlyMomentsArePresent(state.parameters(), validated);
                }
              });
      problem.trainer(watched).run(state, () -> false);
    }
    assertTrue(averages[0] > 0, "an average was validated");
  }

  private static void assertOnlyMomentsArePresent(Parameters present, Parameters validated) {
    for (int p = 0; p < present.count(); p++) {
      String name = present.names().get(p);
      boolean same = Arrays.equals(present.get(p).data, validated.get(name).data);
      boolean second = present.specs().get(p).role() == ParameterRole.SECOND_BIAS;
      assertEquals(present.isMoment(p) || second, same, name);
    }
  }

  /** Another source, with an eye on what is validated. */
  private record Watched(GradientSource source, Consumer<Parameters> validates)
      implements GradientSource {
    @Override
    public Rounds rounds() {
      return source.rounds();
    }

    @Override
    public GradientSum gradient(Parameters parameters, RoundRequest request) {
      return source.gradient(parameters, request);
    }

    @Override
    public boolean canValidate() {
      return true;
    }

    @Override
    public Evaluation validate(Parameters parameters) {
      validates.accept(parameters);
      return source.validate(parameters);
    }
  }

  @Test
  void aValueBeyondAllBoundsNamesBlockAndParameter() {
    SmallProblem problem =
        SmallProblem.ofModel("topology = many-to-one, " + ONE_HOT.formatted("0.1"), "ejml");
    Parameters theta = problem.initial();
    Arrays.fill(theta.get("layers.0.weight_ih").data, 0, 11, 0x1p40f);
    try (GradientSource source = problem.source(2)) {
      String problemText = source.gradient(theta, new RoundRequest(0, 0, 0)).notFinite();
      assertTrue(
          problemText.matches("what layers.0.running_mean is a mean of .* in block .*"),
          problemText);
    }
  }
}
