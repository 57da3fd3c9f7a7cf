package org.unroll.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.config.ModelConfig;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.TestKernels;
import org.unroll.train.SmallProblem;

/** What stands around the cells, in a run: threads, checkpoints and model files change no bit. */
class EveryLayerTest {
  @TempDir Path directory;

  static Stream<Arguments> models() {
    List<String> models = new ArrayList<>();
    for (ModelConfig.Pooling pooling : ModelConfig.Pooling.values()) {
      for (boolean both : new boolean[] {false, true}) {
        models.add(
            """
            topology = many-to-one, embedding = 5, pooling = %s
            layers = [ { cell = gru, units = 4, bidirectional = %b } ]
            """
                .formatted(pooling.name().toLowerCase(Locale.ROOT), both));
      }
    }
    models.add(
        """
        topology = many-to-many, embedding = 4
        layers = [
          { cell = gru, units = 4, residual = true, dropout = 0.3 }
          { cell = lstm, units = 4, residual = true }
        ]
        """);
    models.add(
        """
        topology = many-to-many, embedding = 4, tie-embeddings = true
        layers = [ { cell = gru, units = 4, dropout = 0.2 } ]
        """);
    models.add(
        """
        topology = many-to-many, embedding = 3, tie-embeddings = true, freeze = [ embedding ]
        layers = [ { cell = lstm, units = 4 } ], dense = [ { units = 3 } ]
        """);
    models.add(
        """
        topology = many-to-many, embedding = 4, embedding-dropout = 0.3, dropout-mask = sequence
        layers = [ { cell = gru, units = 5, dropout = 0.3 }, { cell = rnn, units = 3 } ]
        """);
    for (String cell : List.of("rnn", "gru", "gru, reset = after", "lstm, gates-read = cell")) {
      models.add(
          """
          topology = many-to-one, embedding = 4
          layers = [ { cell = %s, units = 5, recurrent-dropout = 0.3, bidirectional = true } ]
          """
              .formatted(cell));
    }
    models.add(
        """
        topology = many-to-many, embedding = 4, output = adaptive-softmax
        layers = [ { cell = gru, units = 8, dropout = 0.3 } ]
        """);
    models.add(
        """
        topology = many-to-one, embedding = 4, output = adaptive-softmax
        adaptive-softmax { cutoffs = [1], factor = 2 }
        layers = [ { cell = lstm, units = 5, bidirectional = true } ]
        """);
    for (String topology : List.of("many-to-one", "many-to-many")) {
      models.add(
          "topology = %s, output = linear, embedding = 4, layers = [ { cell = gru, units = 5 } ]"
              .formatted(topology));
    }
    List<Arguments> arguments = new ArrayList<>();
    for (Kernels kernels : TestKernels.all()) {
      models.forEach(model -> arguments.add(Arguments.of(kernels.name(), model)));
    }
    return arguments.stream();
  }

  @ParameterizedTest
  @MethodSource("models")
  void aRunStoppedSavedAndResumedEndsInTheSameBits(String kernels, String model) {
    SavedRun.assertEndsInTheSameBits(SmallProblem.ofModel(model, kernels), directory);
  }
}
