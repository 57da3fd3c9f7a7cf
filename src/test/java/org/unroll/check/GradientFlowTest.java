package org.unroll.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.unroll.batch.Shard;
import org.unroll.check.GradientFlow.Line;
import org.unroll.check.GradientFlow.OfLength;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.Example;
import org.unroll.data.InputShape;
import org.unroll.nn.Network;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Parameters;
import org.unroll.train.TrainingSetup;

/** On a recurrence whose flow is known: a rectifier that is always on, and halves its state. */
class GradientFlowTest {
  private static final int UNITS = 3;

  private static TrainingSetup setup(String topology, String layer) {
    Job job =
        JobReader.read(
            """
            data { format = delimited, train = unused, target.column = 1 }
            model { topology = %s, layers = [ { cell = rnn, activation = relu, units = 3 %s } ] }
            training.epochs = 1
            """
                .formatted(topology, layer),
            "test.conf",
            List.of());
    return new TrainingSetup(
        job.model(), InputShape.ofSymbols(2), SoftmaxSpec.of(2), 2, 0, 1, "ejml");
  }

  private static GradientFlow flow(TrainingSetup setup, int steps) {
    Network network =
        new Network(setup.model(), setup.input(), SoftmaxSpec.of(2), new EjmlKernels());
    Parameters parameters = Parameters.zeros(network.parameters());
    for (String name : parameters.names()) {
      for (int i = 0; i < UNITS && name.contains("weight_hh"); i++) {
        parameters.get(name).data[i * UNITS + i] = 0.5f;
      }
      if (name.contains("bias_ih")) {
        java.util.Arrays.fill(parameters.get(name).data, 1f);
      }
    }
    // Class 0 is always the likelier one.
    var output = parameters.get("output.weight");
    java.util.Arrays.fill(output.data, 0, output.numCols, 1f);
    return new GradientFlow(setup, network, parameters, steps);
  }

  private static Example example(long id, int length, int targets, int target) {
    int[] all = new int[targets];
    java.util.Arrays.fill(all, target);
    return new Example(id, new int[length], all);
  }

  private static void assertHalves(Line line, int reach) {
    assertEquals(reach, line.norms().length);
    for (int k = 1; k < reach; k++) {
      assertEquals(0.5, line.norms()[k] / line.norms()[k - 1], 1e-6, "k = " + k);
    }
  }

  @Test
  void halvesFromStepToStep() {
    GradientFlow flow = flow(setup("many-to-one", ""), 100);
    flow.add(Shard.of(0, List.of(example(1, 6, 1, 1), example(2, 6, 1, 1))), 10);
    Line line = flow.lines().get(0);
    assertEquals("layers.0", line.layer());
    assertTrue(line.forward());
    assertHalves(line, 6);
    // Softmax's gradient (ŷ, −ŷ) with ŷ near 1, through one row of ones: √3.
    assertEquals(Math.sqrt(3), line.norms()[0], 1e-2);
  }

  @Test
  void countsFromTheEndOfEachSequenceAndTakesTheMean() {
    GradientFlow flow = flow(setup("many-to-one", ""), 100);
    List<Example> examples =
        List.of(example(1, 2, 1, 1), example(2, 7, 1, 1), example(3, 4, 1, 0), example(4, 1, 1, 1));
    flow.add(Shard.of(0, examples.subList(0, 2)), 10);
    flow.add(Shard.of(1, examples.subList(2, 4)), 10);
    assertEquals(4, flow.sequences());
    Line line = flow.lines().get(0);
    assertArrayEquals(new long[] {4, 3, 2, 2, 1, 1, 1}, line.sequences());
    assertEquals(
        List.of(
            new OfLength(1, 1, 0),
            new OfLength(2, 1, 0),
            new OfLength(4, 1, 1),
            new OfLength(7, 1, 0)),
        flow.accuracies());
  }

  @Test
  void onlyTheLastTargetCountsWhereThereIsOneAtEachStep() {
    GradientFlow flow = flow(setup("many-to-many", ""), 100);
    flow.add(Shard.of(0, List.of(example(1, 6, 6, 1), example(2, 6, 6, 1))), 10);
    assertHalves(flow.lines().get(0), 6);
    assertEquals(List.of(), flow.accuracies());
  }

  @Test
  void whatReadsBackwardsEndsAtTheFirstStep() {
    for (String topology : List.of("many-to-one", "many-to-many")) {
      GradientFlow flow = flow(setup(topology, ", bidirectional = true"), 100);
      int targets = topology.equals("many-to-one") ? 1 : 6;
      flow.add(Shard.of(0, List.of(example(1, 6, targets, 1))), 10);
      List<Line> lines = flow.lines();
      assertEquals(2, lines.size());
      assertEquals(List.of(true, false), lines.stream().map(Line::forward).toList());
      lines.forEach(line -> assertHalves(line, 6));
    }
  }

  /** An answer that nothing was learned of is wrong, and no loss flows back from it. */
  @Test
  void unknownTargetsAreCountedAndDoNotFlow() {
    int unknown = Example.UNKNOWN_TARGET;
    GradientFlow flow = flow(setup("many-to-one", ""), 100);
    flow.add(Shard.of(0, List.of(example(1, 6, 1, 1), example(2, 6, 1, unknown))), 10);
    assertHalves(flow.lines().get(0), 6);
    assertEquals(1, flow.lines().get(0).sequences()[0]);
    assertEquals(List.of(new OfLength(6, 2, 0)), flow.accuracies());
    GradientFlow tags = flow(setup("many-to-many", ""), 100);
    Example last = new Example(3, new int[2], new int[] {1, unknown});
    tags.add(Shard.of(0, List.of(example(1, 6, 6, 1), last)), 10);
    assertEquals(1, tags.lines().get(0).sequences()[0]);
  }

  @Test
  void stepsAndSequencesAreLimited() {
    GradientFlow flow = flow(setup("many-to-many", ""), 4);
    flow.add(Shard.of(0, List.of(example(1, 6, 6, 1), example(2, 9, 9, 1))), 1);
    assertEquals(1, flow.sequences());
    assertHalves(flow.lines().get(0), 4);
  }

  @Test
  void layersComeInTheirOrder() {
    Job job =
        JobReader.read(
            "data { format = delimited, train = unused, target.column = 1 }, training.epochs = 1,"
                + " model { topology = many-to-one, layers = ["
                + "{ cell = rnn, units = 3 }, ".repeat(11)
                + "] }",
            "test.conf",
            List.of());
    var setup =
        new TrainingSetup(job.model(), InputShape.ofSymbols(2), SoftmaxSpec.of(2), 2, 0, 1, "ejml");
    GradientFlow flow = flow(setup, 100);
    flow.add(Shard.of(0, List.of(example(1, 3, 1, 1))), 10);
    assertEquals(
        IntStream.range(0, 11).mapToObj(layer -> "layers." + layer).toList(),
        flow.lines().stream().map(Line::layer).toList());
  }
}
