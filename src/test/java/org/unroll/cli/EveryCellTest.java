package org.unroll.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.Pairwise;
import org.unroll.config.LayerConfig;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.TestKernels;
import org.unroll.train.SmallProblem;
import org.unroll.twin.Configs;
import org.unroll.twin.ModelViews;

/**
 * Every cell and option in a run: threads, checkpoints and model files change no bit. By default
 * each cell with every normalisation, direction and kernels, but not with all of these at once: all
 * 132 combinations with {@code -Psoak}.
 */
class EveryCellTest {
  @TempDir Path directory;

  /** A layer and the kernels it is computed with. */
  private record Case(String kernels, LayerConfig layer) {}

  static Stream<Arguments> layers() {
    List<Case> cases = new ArrayList<>();
    for (Kernels kernels : TestKernels.all()) {
      for (LayerConfig.Cell cell : LayerConfig.Cell.values()) {
        for (boolean both : new boolean[] {false, true}) {
          Configs.layers(cell, 4, both)
              .forEach(layer -> cases.add(new Case(kernels.name(), layer)));
        }
      }
    }
    return Pairwise.cases(cases, each -> ModelViews.of(each.layer(), each.kernels())).stream()
        .map(each -> Arguments.of(each.kernels(), each.layer()));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aRunStoppedSavedAndResumedEndsInTheSameBits(String kernels, LayerConfig layer) {
    SavedRun.assertEndsInTheSameBits(SmallProblem.of(layer, kernels), directory);
  }
}
