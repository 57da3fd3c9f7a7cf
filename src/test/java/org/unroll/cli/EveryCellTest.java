package org.unroll.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.config.LayerConfig;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.TestKernels;
import org.unroll.train.SmallProblem;
import org.unroll.twin.Configs;

/** Every cell and option in a run: threads, checkpoints and model files change no bit. */
class EveryCellTest {
  @TempDir Path directory;

  static Stream<Arguments> layers() {
    List<Arguments> arguments = new ArrayList<>();
    for (Kernels kernels : TestKernels.all()) {
      for (LayerConfig.Cell cell : LayerConfig.Cell.values()) {
        for (boolean both : new boolean[] {false, true}) {
          for (LayerConfig layer : Configs.layers(cell, 4, both)) {
            arguments.add(Arguments.of(kernels.name(), layer));
          }
        }
      }
    }
    return arguments.stream();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aRunStoppedSavedAndResumedEndsInTheSameBits(String kernels, LayerConfig layer) {
    SavedRun.assertEndsInTheSameBits(SmallProblem.of(layer, kernels), directory);
  }
}
