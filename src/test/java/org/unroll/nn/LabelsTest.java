package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.unroll.config.DenseConfig;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.data.InputShape;
import org.unroll.data.Targets;
import org.unroll.metric.LabelNames;
import org.unroll.nn.head.HeadSpec;
import org.unroll.nn.head.SigmoidSpec;
import org.unroll.nn.head.Tally;
import org.unroll.store.Json;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.TestKernels;
import org.unroll.twin.Configs;

/** The output layer of independent labels: extremes, two classes, and what training never saw. */
class LabelsTest {
  private static final int UNKNOWN = Example.UNKNOWN_TARGET;
  private static final LayerConfig LSTM = Configs.layers(LayerConfig.Cell.LSTM, 4, false).get(0);

  private static TestNetwork network(Topology topology, HeadSpec output) {
    ModelConfig model = Models.model(topology, 3, List.of(LSTM), List.of());
    InputShape input = InputShape.ofSymbols(7);
    Kernels kernels = new EjmlKernels();
    Parameters initial =
        Parameters.initial(new Network(model, input, output, kernels).parameters(), 5);
    return new TestNetwork(model, input, output, initial, kernels, false);
  }

  private static Example row(long id, int[] inputs, int... labels) {
    return new Example(id, inputs, new int[] {0})
        .withTargets(new Targets.Labels(labels, new int[] {labels.length}));
  }

  private static SigmoidSpec ofTwo(int positive) {
    return new SigmoidSpec(
        new LabelNames(List.of("pos"), true, false), positive, List.of(0.5), false);
  }

  private static double[] numbers(Object list) {
    return ((List<?>) list).stream().mapToDouble(each -> ((Number) each).doubleValue()).toArray();
  }

  /** A layer that passes its input on: loss and gradient of given logits, extreme ones, too. */
  @Test
  void lossAndGradientAreThoseOfPyTorch() throws IOException {
    Map<String, Object> file;
    try (InputStream in = LabelsTest.class.getResourceAsStream("/learning/label-losses.json")) {
      file = Json.parseObject(new String(in.readAllBytes(), StandardCharsets.UTF_8), "losses");
    }
    List<?> logits = (List<?>) file.get("logits");
    double[] weights = numbers(file.get("weights"));
    int labels = numbers(logits.get(0)).length;
    for (Kernels kernels : TestKernels.all()) {
      SigmoidSpec output = SigmoidSpec.of(labels);
      ModelConfig model =
          Models.model(
              Topology.MANY_TO_ONE,
              0,
              List.of(Configs.layers(LayerConfig.Cell.LSTM, labels, false).get(0)),
              List.of(new DenseConfig(labels, DenseConfig.Activation.LINEAR, 0)));
      InputShape input = InputShape.ofFeatures(1);
      double loss = 0;
      for (int i = 0; i < logits.size(); i++) {
        Parameters parameters =
            Parameters.zeros(new Network(model, input, output, kernels).parameters());
        double[] z = numbers(logits.get(i));
        for (int k = 0; k < labels; k++) {
          parameters.get("output.bias").data[k] = (float) z[k];
        }
        double[] truth = numbers(((List<?>) file.get("truth")).get(i));
        int[] own = IntStream.range(0, labels).filter(k -> truth[k] == 1).toArray();
        Example example =
            new Example(1, 1, new int[0], new float[] {1}, new int[] {0}, (float) weights[i])
                .withTargets(new Targets.Labels(own, new int[] {own.length}));
        TestNetwork network = new TestNetwork(model, input, output, parameters, kernels, false);
        TestNetwork.Result result = network.train(List.of(example));
        double[] expected = numbers(((List<?>) file.get("gradient")).get(i));
        for (int k = 0; k < labels; k++) {
          float found = result.gradient().get("output.bias").data[k];
          double limit = 1e-6 * Math.abs(expected[k]) + 1e-7;
          assertEquals(expected[k], found, limit, kernels.name());
        }
        loss += result.loss();
      }
      double expected = ((Number) file.get("loss")).doubleValue();
      assertEquals(expected, loss, 1e-6 * expected, kernels.name());
    }
  }

  /** One of two classes is a single label that is there or not. */
  @Test
  void twoClassesAreOneLabel() {
    int[] inputs = {1, 2, 3};
    List<Example> classes =
        List.of(
            new Example(1, inputs, new int[] {1}),
            new Example(2, inputs, new int[] {0}),
            new Example(3, inputs, new int[] {UNKNOWN}));
    List<Example> sets = List.of(row(1, inputs, 0), row(2, inputs));
    TestNetwork ofClasses = network(Topology.MANY_TO_ONE, ofTwo(1));
    TestNetwork ofSets = network(Topology.MANY_TO_ONE, SigmoidSpec.of(1));
    TestNetwork.Result one = ofClasses.train(classes);
    TestNetwork.Result many = ofSets.train(sets);
    assertEquals(many.loss(), one.loss());
    assertEquals(2, one.weight());
    for (int p = 0; p < one.gradient().count(); p++) {
      assertArrayEquals(many.gradient().get(p).data, one.gradient().get(p).data);
    }
    Tally tally = ofClasses.evaluate(classes);
    assertEquals(1, tally.unknown());
    assertEquals(0, tally.unknownLabels());
    assertEquals(2, tally.weight());
    assertEquals(1.0 / 3, ofClasses.accuracy());
    float probability = ofClasses.predict(classes).get(1L)[0][0];
    assertEquals(
        -Math.log(probability),
        network(Topology.MANY_TO_ONE, ofTwo(1)).evaluate(List.of(classes.get(0))).loss(),
        1e-6);
    assertEquals(
        -Math.log(probability),
        network(Topology.MANY_TO_ONE, ofTwo(0)).evaluate(List.of(classes.get(1))).loss(),
        1e-6);
  }

  /** Labels that training never saw leave loss and gradient as they are, and are counted. */
  @Test
  void labelsThatTrainingNeverSawAreCounted() {
    int[] inputs = {1, 2, 3};
    TestNetwork network = network(Topology.MANY_TO_ONE, SigmoidSpec.of(4));
    TestNetwork.Result without = network.train(List.of(row(1, inputs, 0, 3)));
    TestNetwork.Result with = network.train(List.of(row(1, inputs, UNKNOWN, 0, UNKNOWN, 3)));
    assertEquals(without.loss(), with.loss());
    Tally tally = network.evaluate(List.of(row(1, inputs, UNKNOWN, 0, UNKNOWN, 3)));
    assertEquals(2, tally.unknownLabels());
    assertEquals(0, tally.unknown());
    assertEquals(1, tally.weight());
  }

  /** More labels than a product of factors holds, in steps of several pieces. */
  @Test
  void manyLabelsNeedNoDenseTargets() {
    int labels = 10_000;
    TestNetwork network = network(Topology.MANY_TO_MANY, SigmoidSpec.of(labels));
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      int[] symbols = {i % 7, 2, 3};
      examples.add(
          new Example(i, symbols, symbols)
              .withTargets(new Targets.Labels(new int[] {9_999, i}, new int[] {1, 1, 2})));
    }
    TestNetwork.Result result = network.train(examples);
    double perStep = result.loss() / result.weight();
    assertEquals(labels * Math.log(2), perStep, 0.05 * perStep);
    double alone = 0;
    for (Example example : examples) {
      alone += network.train(List.of(example)).loss();
    }
    assertEquals(alone, result.loss(), 1e-9 * alone);
    assertTrue(network.evaluate(examples).weight() == 51);
  }
}
