package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.config.CheckpointConfig;
import org.unroll.config.LayerConfig;
import org.unroll.data.InputCoding;
import org.unroll.data.Vocabulary;
import org.unroll.optim.Optimizer;
import org.unroll.store.Directory;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.TestKernels;
import org.unroll.train.Bits;
import org.unroll.train.GradientSource;
import org.unroll.train.SmallProblem;
import org.unroll.train.TrainingState;
import org.unroll.twin.Configs;

/** Every cell and option in a run: threads, checkpoints and model files change no bit. */
class EveryCellTest {
  private static final int STOP = 4;

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

  /** The state after training with so many threads, stopped when asked for the n-th time. */
  private static TrainingState train(
      SmallProblem problem, TrainingState state, int threads, int asks) {
    AtomicInteger asked = new AtomicInteger();
    try (GradientSource source = problem.source(threads)) {
      problem.trainer(source).run(state, () -> asked.getAndIncrement() == asks);
    }
    return state;
  }

  @ParameterizedTest
  @MethodSource("layers")
  void aRunStoppedSavedAndResumedEndsInTheSameBits(String kernels, LayerConfig layer) {
    SmallProblem problem = SmallProblem.of(layer, kernels);
    TrainingState undisturbed = train(problem, problem.begin(), 1, Integer.MAX_VALUE);
    Map<String, String> expected = Bits.of(undisturbed);

    TrainingState stopped = train(problem, problem.begin(), 3, STOP);
    assertTrue(stopped.epoch() < problem.job().training().epochs(), "stopped in the midst");
    CheckpointConfig config = problem.job().checkpoint();
    Directory checkpoints = Directory.at(directory.resolve("checkpoints"));
    Checkpoints saved = new Checkpoints(config, checkpoints, problem.rounds().rounds());
    saved.watch(stopped);
    saved.save();
    Optimizer optimizer = Optimizer.of(problem.job().training().optimizer());
    TrainingState resumed =
        Checkpoints.newest(checkpoints, config, problem.initial(), optimizer, AssertionError::new)
            .orElseThrow();
    assertEquals(Bits.of(stopped), Bits.of(resumed));
    assertEquals(expected, Bits.of(train(problem, resumed, 2, Integer.MAX_VALUE)));

    Directory model = Directory.at(directory.resolve("model"));
    ModelDirectory.write(model, model(problem, undisturbed));
    Model read = ModelDirectory.read(model);
    assertEquals(problem.job(), read.job());
    assertEquals(Bits.of(undisturbed.best()), Bits.of(read.parameters()));
  }

  /** With vocabularies of the sizes that the problem has. */
  private static Model model(SmallProblem problem, TrainingState state) {
    Vocabulary inputs =
        vocabulary(Vocabulary.Kind.SYMBOLS, problem.initial().get("embedding.weight").numRows);
    Vocabulary targets = vocabulary(Vocabulary.Kind.LABELS, problem.setup().classes());
    return new Model(problem.job(), InputCoding.of(inputs), targets, state.best(), Map.of());
  }

  private static Vocabulary vocabulary(Vocabulary.Kind kind, int size) {
    Map<String, Long> counts = new java.util.LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      counts.put("symbol " + i, 10L + i);
      if (Vocabulary.build(kind, counts, 1, 100).size() == size) {
        break;
      }
    }
    return Vocabulary.build(kind, counts, 1, 100);
  }
}
