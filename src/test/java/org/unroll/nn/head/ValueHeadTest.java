package org.unroll.nn.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.Block;
import org.unroll.batch.TestBlocks;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.data.Example;
import org.unroll.data.FeatureScaler;
import org.unroll.metric.Measures;
import org.unroll.metric.Metric;
import org.unroll.nn.Pass;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;

/** Output layers of real values against PyTorch, and what they measure. */
class ValueHeadTest {
  private static final double LIMIT = 1e-5;
  private static final ValueFixture FIXTURE = ValueFixture.read();
  private static final FeatureScaler PLAIN = FeatureScaler.none(ValueFixture.WIDTH);

  /** An output layer as a job file calls it. */
  record Kind(String name, HeadSpec spec) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        new Kind("linear", new LinearSpec(PLAIN)),
        new Kind("quantile", new QuantileSpec(PLAIN, List.of(0.1, 0.5, 0.9))),
        new Kind("gaussian", new GaussianSpec(PLAIN)));
  }

  /** A head with the fixture's parameters, on its sequences. */
  private static final class Setting {
    final Block block = TestBlocks.of(FIXTURE.examples());
    final Steps input = new Steps();
    final Head head;
    final Parameters gradient;
    final Tally tally = new Tally();

    Setting(HeadSpec spec, Map<?, ?> of) {
      double[][] rows = FIXTURE.inputs();
      head = spec.create(new HeadSpec.Place(rows[0].length, Initialization.GLOROT, null));
      Parameters values = Parameters.zeros(head.parameters());
      gradient = Parameters.zeros(head.parameters());
      double[][] weight = ValueFixture.matrix(of.get("weight"));
      double[] bias = ValueFixture.numbers(of.get("bias"));
      for (int r = 0; r < weight.length; r++) {
        for (int c = 0; c < weight[r].length; c++) {
          values.get("output.weight").set(r, c, (float) weight[r][c]);
        }
        values.get("output.bias").set(r, 0, (float) bias[r]);
      }
      head.bind(new EjmlKernels(), values, gradient);
      input.reshape(block.timeline(), rows[0].length);
      input.clear();
      int row = 0;
      for (Example example : FIXTURE.examples()) {
        for (int t = 0; t < example.steps(); t++, row++) {
          for (int r = 0; r < rows[row].length; r++) {
            input.data()[at(input, example, t, r)] = (float) rows[row][r];
          }
        }
      }
    }

    int at(Steps steps, Example example, int t, int row) {
      int lane = 0;
      while (block.id(lane) != example.id()) {
        lane++;
      }
      return steps.offset(t) + row * steps.timeline().lanes() + lane;
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void lossAndGradientsAreThoseOfPyTorch(Kind kind) {
    Map<?, ?> expected = FIXTURE.of(kind.name());
    Setting setting = new Setting(kind.spec(), expected);
    Pass pass = new Pass().training(setting.block, 0, 1, 0);
    Steps inputGradient = setting.head.train(pass, setting.input, setting.tally);
    double loss = ((Number) expected.get("loss")).doubleValue();
    assertEquals(loss, setting.tally.loss(), LIMIT * loss);
    assertEquals(FIXTURE.weight(), setting.tally.weight());
    assertEquals(FIXTURE.weight(), setting.tally.bound());
    double[][] weight = ValueFixture.matrix(expected.get("weight-gradient"));
    double[] bias = ValueFixture.numbers(expected.get("bias-gradient"));
    for (int r = 0; r < weight.length; r++) {
      for (int c = 0; c < weight[r].length; c++) {
        assertEquals(weight[r][c], setting.gradient.get("output.weight").get(r, c), LIMIT * 10);
      }
      assertEquals(bias[r], setting.gradient.get("output.bias").get(r, 0), LIMIT * 10);
    }
    double[][] input = ValueFixture.matrix(expected.get("input-gradient"));
    int row = 0;
    for (Example example : FIXTURE.examples()) {
      for (int t = 0; t < example.steps(); t++, row++) {
        for (int r = 0; r < input[row].length; r++) {
          float found = inputGradient.data()[setting.at(inputGradient, example, t, r)];
          assertEquals(input[row][r], found, LIMIT);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void evaluationIgnoresWeightsAndCountsWhatIsMissing(Kind kind) {
    Setting setting = new Setting(kind.spec(), FIXTURE.of(kind.name()));
    Measures measures = kind.spec().measures();
    Pass pass = new Pass().evaluation(setting.block, false);
    setting.head.evaluate(pass, setting.input, setting.tally, measures);
    assertEquals(9, setting.tally.weight());
    assertEquals(1, setting.tally.unknown());
    for (Metric metric : measures.metrics()) {
      assertTrue(Double.isFinite(measures.value(metric, 1)), metric.name());
    }
  }

  @Test
  void quantilesNeverCrossAndTheLikelihoodIsThatOfTheData() {
    FeatureScaler scaler = new FeatureScaler(new double[] {10, 20}, new double[] {2, 4});
    HeadSpec quantiles = new QuantileSpec(scaler, List.of(0.1, 0.5, 0.9));
    Setting setting = new Setting(quantiles, FIXTURE.of("quantile"));
    Steps answers = setting.head.predict(setting.input);
    for (Example example : FIXTURE.examples()) {
      for (int t = 0; t < example.steps(); t++) {
        for (int row : new int[] {0, 1, 3, 4}) {
          float low = answers.data()[setting.at(answers, example, t, row)];
          assertTrue(low <= answers.data()[setting.at(answers, example, t, row + 1)]);
        }
      }
    }
    Measures plain = new GaussianSpec(PLAIN).measures();
    Measures scaled = new GaussianSpec(scaler).measures();
    for (Measures each : List.of(plain, scaled)) {
      HeadSpec spec = new GaussianSpec(each == plain ? PLAIN : scaler);
      Setting own = new Setting(spec, FIXTURE.of("gaussian"));
      own.head.evaluate(new Pass().evaluation(own.block, false), own.input, own.tally, each);
    }
    Metric nll = plain.metrics().get(0);
    // Eight of each value are there.
    double shift = (Math.log(2) + Math.log(4)) / 2;
    assertEquals(plain.value(nll, 1) + shift, scaled.value(nll, 1), 1e-9);
  }

  /** Answers and measures are in the unit of the data: those of targets that are not scaled. */
  @Test
  void errorsAreInTheUnitOfTheData() {
    FeatureScaler scaler = new FeatureScaler(new double[] {1e6, -3}, new double[] {100, 0.01});
    HeadSpec spec = new LinearSpec(scaler);
    Setting setting = new Setting(spec, FIXTURE.of("linear"));
    Measures measures = spec.measures();
    Pass pass = new Pass().evaluation(setting.block, false);
    setting.head.evaluate(pass, setting.input, setting.tally, measures);
    Steps answers = setting.head.predict(setting.input);
    double squares = 0;
    double absolutes = 0;
    int count = 0;
    for (Example example : FIXTURE.examples()) {
      float[] values = example.targets().values();
      for (int i = 0; i < values.length; i++) {
        if (!Float.isNaN(values[i])) {
          int v = i % 2;
          double y = scaler.mean(v) + scaler.deviation(v) * values[i];
          double error = answers.data()[setting.at(answers, example, i / 2, v)] - y;
          squares += error * error;
          absolutes += Math.abs(error);
          count++;
        }
      }
    }
    List<Metric> metrics = measures.metrics();
    double[] expected = {Math.sqrt(squares / count), absolutes / count, squares / count};
    double[] found = metrics.stream().mapToDouble(each -> measures.value(each, 1)).toArray();
    assertArrayEquals(expected, found, 1e-3 * expected[2]);
    assertEquals(expected[0], found[0], 1e-3 * expected[0]);
  }
}
