package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.TestBlocks;
import org.unroll.config.ModelConfig;
import org.unroll.data.Example;
import org.unroll.data.InputShape;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.nn.head.TargetWeights;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.TestKernels;
import org.unroll.twin.RandomCase;
import org.unroll.twin.Tensors;
import org.unroll.twin.TwinModel;
import org.unroll.twin.TwinOptions;
import org.unroll.twin.TwinResult;

/** The embedding as the output's weight: one parameter with the gradients of both its uses. */
class TiedEmbeddingsTest {
  private static final int SYMBOLS = 7;
  private static final double LIMIT = 1e-4;
  private static final double DROPOUT = 0.3;

  static Stream<Arguments> models() {
    List<Arguments> arguments = new ArrayList<>();
    for (Named<Kernels> kernels : TestKernels.named()) {
      for (double dropout : new double[] {0, DROPOUT}) {
        Models.tied(dropout)
            .forEach((name, model) -> arguments.add(arguments(kernels, Named.of(name, model))));
      }
    }
    return arguments.stream();
  }

  @ParameterizedTest
  @MethodSource("models")
  void agreesWithItsTwin(Kernels kernels, ModelConfig model) {
    int[] lengths = TestBlocks.ragged(17, 6, 7);
    RandomCase numbers = RandomCase.sized("", TwinModel.of(model), SYMBOLS, SYMBOLS, 5, lengths);
    for (int truncate : new int[] {0, 2}) {
      TwinOptions options =
          new TwinOptions(truncate, new DropoutMask(model, 11, 2), TwinOptions.Carry.AS_IS);
      TwinResult twin = numbers.run(options);
      for (boolean table : new boolean[] {false, true}) {
        TestNetwork network =
            new TestNetwork(
                model,
                InputShape.ofSymbols(SYMBOLS),
                SYMBOLS,
                Tensors.toParameters(numbers.parameters()),
                kernels,
                table,
                TargetWeights.PLAIN);
        TestNetwork.Result result = network.train(numbers.examples(), truncate, 11, 2);
        Tensors.assertClose("loss", result.loss(), twin.loss(), LIMIT);
        Tensors.assertClose(
            "gradient",
            Tensors.toMap(result.gradient()),
            Tensors.trained(numbers.model(), twin.gradients()),
            LIMIT);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void probabilitiesAreTheSameBitsInAnyCompany(Kernels kernels, ModelConfig model) {
    TestNetwork network = TestNetwork.initial(model, SYMBOLS, SYMBOLS, 3, kernels);
    List<Example> examples =
        TestBlocks.sequences(6, SYMBOLS, SYMBOLS, true, TestBlocks.ragged(20, 7, 9));
    Map<Long, float[][]> together = network.predict(examples);
    for (Example example : examples) {
      float[][] expected = network.predict(List.of(example)).get(example.id());
      assertArrayEquals(expected, together.get(example.id()));
      assertArrayEquals(
          expected, network.predictAlone(List.of(example)).values().iterator().next());
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void isOneParameterAndMayBeFrozen(Kernels kernels, ModelConfig model) {
    List<Example> examples = TestBlocks.sequences(6, SYMBOLS, SYMBOLS, true, 5, 3, 1);
    Parameters whole =
        TestNetwork.initial(model, SYMBOLS, SYMBOLS, 3, kernels).train(examples).gradient();
    assertFalse(whole.names().contains("output.weight"));
    assertTrue(whole.names().contains("output.bias"));
    Parameters gradient =
        TestNetwork.initial(Models.freeze(model, "embedding"), SYMBOLS, SYMBOLS, 3, kernels)
            .train(examples)
            .gradient();
    for (int p = 0; p < whole.count(); p++) {
      boolean frozen = whole.names().get(p).equals("embedding.weight");
      float[] expected = frozen ? new float[whole.size(p)] : whole.get(p).data;
      assertArrayEquals(expected, gradient.get(p).data, whole.names().get(p));
    }
  }

  @Test
  void otherShapesAreRefused() {
    ModelConfig model = Models.tied(0).values().iterator().next();
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Network(
                    model, InputShape.ofSymbols(SYMBOLS), SoftmaxSpec.of(4), new EjmlKernels()));
    int width = model.embedding();
    assertEquals(
        "model.tie-embeddings needs an output weight of the embedding's shape, 7 × "
            + width
            + ", got 4 × "
            + width,
        refused.getMessage());
  }
}
