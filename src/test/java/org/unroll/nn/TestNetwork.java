package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.unroll.batch.Block;
import org.unroll.batch.TestBlocks;
import org.unroll.batch.Windows;
import org.unroll.config.ModelConfig;
import org.unroll.data.Example;
import org.unroll.data.FeatureScaler;
import org.unroll.data.InputShape;
import org.unroll.metric.ClassNames;
import org.unroll.metric.Measures;
import org.unroll.metric.Metric;
import org.unroll.nn.head.AdaptiveSoftmaxSpec;
import org.unroll.nn.head.CrfSpec;
import org.unroll.nn.head.CtcSpec;
import org.unroll.nn.head.GaussianSpec;
import org.unroll.nn.head.HeadSpec;
import org.unroll.nn.head.LinearSpec;
import org.unroll.nn.head.QuantileSpec;
import org.unroll.nn.head.SigmoidSpec;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.nn.head.Tally;
import org.unroll.nn.head.TargetWeights;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.twin.RandomCase;
import org.unroll.twin.Tensors;
import org.unroll.twin.TwinModel;
import org.unroll.twin.TwinOptions;
import org.unroll.twin.TwinResult;

/** A network with its parameters, driven by lists of sequences instead of blocks. */
final class TestNetwork {
  private final Network network;
  private final HeadSpec output;
  private Measures measures;
  private final Pass pass = new Pass();
  private final Block block = new Block();
  private final Tally tally = new Tally();

  /**
   * What training on a block yields.
   *
   * @param loss summed over the targets
   * @param weight number of targets
   * @param gradient of the summed loss; a copy
   */
  record Result(double loss, double weight, Parameters gradient) {}

  TestNetwork(
      ModelConfig model, InputShape input, int classes, Parameters parameters, Kernels kernels) {
    this(model, input, classes, parameters, kernels, Architecture.foldsByDefault(input));
  }

  /** As a network built with or without the table of an embedding and the first projection. */
  TestNetwork(
      ModelConfig model,
      InputShape input,
      int classes,
      Parameters parameters,
      Kernels kernels,
      boolean table) {
    this(model, input, classes, parameters, kernels, table, TargetWeights.PLAIN);
  }

  /** As a network whose targets count as these weights say. */
  TestNetwork(
      ModelConfig model,
      InputShape input,
      int classes,
      Parameters parameters,
      Kernels kernels,
      boolean table,
      TargetWeights weights) {
    this(model, input, output(model, classes, weights), parameters, kernels, table);
  }

  /** With this output layer. */
  TestNetwork(
      ModelConfig model,
      InputShape input,
      HeadSpec output,
      Parameters parameters,
      Kernels kernels,
      boolean table) {
    this.output = output;
    network = new Network(model, input, output, kernels, table);
    network.bind(parameters);
  }

  private static HeadSpec output(ModelConfig model, int classes, TargetWeights weights) {
    HeadSpec plain =
        switch (model.output()) {
          case SOFTMAX -> SoftmaxSpec.of(classes);
          case CRF -> CrfSpec.of(classes);
          case SIGMOID -> SigmoidSpec.of(classes);
          case CTC -> new CtcSpec(classes, 1);
          case ADAPTIVE_SOFTMAX ->
              new AdaptiveSoftmaxSpec(
                  classes,
                  ClassNames.NONE,
                  model.adaptiveSoftmax().cutoffs(),
                  model.adaptiveSoftmax().factor());
          case LINEAR -> new LinearSpec(FeatureScaler.none(classes));
          case QUANTILE -> {
            List<Double> quantiles = model.quantile().levels();
            yield new QuantileSpec(FeatureScaler.none(classes / quantiles.size()), quantiles);
          }
          case GAUSSIAN -> new GaussianSpec(FeatureScaler.none(classes / 2));
        };
    return plain.weighing(weights);
  }

  /** Share of the targets of the last evaluation that were predicted right. */
  double accuracy() {
    return measures.value(Metric.ACCURACY, 0);
  }

  /** With the parameters that a seed gives. */
  static TestNetwork initial(
      ModelConfig model, int symbols, int classes, long seed, Kernels kernels) {
    return initial(model, InputShape.ofSymbols(symbols), classes, seed, kernels);
  }

  /** With the parameters that a seed gives. */
  static TestNetwork initial(
      ModelConfig model, InputShape input, int classes, long seed, Kernels kernels) {
    List<ParameterSpec> specs =
        new Network(model, input, output(model, classes, TargetWeights.PLAIN), kernels)
            .parameters();
    return new TestNetwork(model, input, classes, Parameters.initial(specs, seed), kernels);
  }

  Network network() {
    return network;
  }

  /** Loss and gradient of the sequences as one block, without truncation, in epoch 0. */
  Result train(List<Example> examples) {
    return train(examples, 0, 1, 0);
  }

  /** Loss and gradient of the sequences as one block. */
  Result train(List<Example> examples, int truncate, long seed, int epoch) {
    TestBlocks.fill(block, examples);
    Parameters gradient = network.train(pass.training(block, truncate, seed, epoch), tally);
    return new Result(tally.loss(), tally.weight(), gradient.copy());
  }

  /** As {@link #train(List, int, long, int)}, computed in windows of so many steps. */
  Result trainInWindows(List<Example> examples, int steps, int truncate, long seed, int epoch) {
    Windows windows = TestBlocks.windows(block, examples, steps);
    pass.training(block, truncate, seed, epoch);
    Parameters gradient = network.train(pass, windows, tally);
    return new Result(tally.loss(), tally.weight(), gradient.copy());
  }

  /** The tally of an evaluation of the sequences as one block; valid until the next. */
  Tally evaluateInWindows(List<Example> examples, int steps) {
    Windows windows = TestBlocks.windows(block, examples, steps);
    measures = output.measures();
    network.evaluate(pass.evaluation(block, false), windows, tally, measures);
    return tally;
  }

  /** The tally of an evaluation of the sequences as one block; valid until the next. */
  Tally evaluate(List<Example> examples) {
    TestBlocks.fill(block, examples);
    measures = output.measures();
    network.evaluate(pass.evaluation(block, false), tally, measures);
    return tally;
  }

  /** Probabilities of the sequences as one block: by identity, {@code [output][class]}. */
  Map<Long, float[][]> predict(List<Example> examples) {
    return predict(examples, false);
  }

  /** As {@link #predict(List)}; {@code carry} goes on from the state of the block before. */
  Map<Long, float[][]> predict(List<Example> examples, boolean carry) {
    return predict(block, examples, carry);
  }

  /** As {@link #predict(List)}, in a block that is not trained on. */
  Map<Long, float[][]> predictAlone(List<Example> examples) {
    return predict(Block.forEvaluation(), examples, false);
  }

  private Map<Long, float[][]> predict(Block block, List<Example> examples, boolean carry) {
    TestBlocks.fill(block, examples);
    Steps probabilities = network.predict(pass.evaluation(block, carry));
    int lanes = probabilities.timeline().lanes();
    Map<Long, float[][]> byId = new LinkedHashMap<>();
    for (int lane = 0; lane < block.size(); lane++) {
      int outputs = Math.min(block.length(lane), probabilities.timeline().steps());
      float[][] values = new float[outputs][probabilities.rows()];
      for (int t = 0; t < outputs; t++) {
        for (int k = 0; k < probabilities.rows(); k++) {
          values[t][k] = probabilities.data()[probabilities.offset(t) + k * lanes + lane];
        }
      }
      byId.put(block.id(lane), values);
    }
    return byId;
  }

  /**
   * Loss, weight and gradient of sequences are those of the twin; several have different weights.
   *
   * @param lengths of the sequences
   */
  static void assertAgreesWithTwin(
      ModelConfig model, Kernels kernels, int symbols, int classes, int[] lengths, double limit) {
    RandomCase numbers = RandomCase.sized("", TwinModel.of(model), symbols, classes, 5, lengths);
    numbers = lengths.length == 1 ? numbers : numbers.weighted();
    TwinResult twin = numbers.run(TwinOptions.PLAIN);
    TestNetwork network =
        new TestNetwork(
            model,
            InputShape.ofSymbols(symbols),
            classes,
            Tensors.toParameters(numbers.parameters()),
            kernels,
            false);
    Result result = network.train(numbers.examples());
    Tensors.assertClose("loss", result.loss(), twin.loss(), limit);
    assertEquals(twin.weight(), result.weight());
    Tensors.assertClose(
        "gradient",
        Tensors.toMap(result.gradient()),
        Tensors.trained(numbers.model(), twin.gradients()),
        limit);
  }
}
