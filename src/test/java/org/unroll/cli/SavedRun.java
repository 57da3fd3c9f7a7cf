package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.unroll.config.TargetType;
import org.unroll.data.InputCoding;
import org.unroll.data.TargetCoding;
import org.unroll.data.Vocabulary;
import org.unroll.store.Directory;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;
import org.unroll.train.Bits;
import org.unroll.train.GradientSource;
import org.unroll.train.SmallProblem;
import org.unroll.train.TrainingState;

/** A run that is stopped, saved and resumed, and the model that comes of it, written and read. */
final class SavedRun {
  private static final int STOP = 4;

  private SavedRun() {}

  /** The state after training with so many threads, stopped when asked for the n-th time. */
  private static TrainingState train(
      SmallProblem problem, TrainingState state, int threads, int asks) {
    AtomicInteger asked = new AtomicInteger();
    try (GradientSource source = problem.source(threads)) {
      problem.trainer(source).run(state, () -> asked.getAndIncrement() == asks);
    }
    return state;
  }

  /** Fails where threads, a checkpoint or the model's files change a bit. */
  static void assertEndsInTheSameBits(SmallProblem problem, Path directory) {
    TrainingState undisturbed = train(problem, problem.begin(), 1, Integer.MAX_VALUE);
    Map<String, String> expected = Bits.of(undisturbed);

    TrainingState stopped = train(problem, problem.begin(), 3, STOP);
    assertTrue(stopped.epoch() < problem.job().training().epochs(), "stopped in the midst");
    Directory checkpoints = Directory.at(directory.resolve("checkpoints"));
    Checkpoints saved =
        new Checkpoints(problem.job(), checkpoints, problem.rounds().rounds(), "data");
    saved.watch(stopped);
    saved.save();
    TrainingState resumed = saved.newest(problem.initial()).state().orElseThrow();
    assertEquals(Bits.of(stopped), Bits.of(resumed));
    assertEquals(expected, Bits.of(train(problem, resumed, 2, Integer.MAX_VALUE)));

    Directory model = Directory.at(directory.resolve("model"));
    ModelDirectory.write(model, model(problem, undisturbed));
    Model read = ModelDirectory.read(model);
    assertEquals(problem.job(), read.job());
    assertEquals(Bits.of(undisturbed.best()), Bits.of(read.parameters()));
  }

  /** With vocabularies of the sizes that the problem has. */
  static Model model(SmallProblem problem, TrainingState state) {
    boolean framed = Model.isLanguageModel(problem.job());
    Vocabulary.Kind kind = framed ? Vocabulary.Kind.FRAMED : Vocabulary.Kind.SYMBOLS;
    Vocabulary inputs = vocabulary(kind, problem.setup().input().symbols());
    return new Model(
        problem.job(),
        InputCoding.of(inputs),
        framed ? TargetCoding.of(inputs) : targets(problem),
        state.best(),
        Map.of());
  }

  private static TargetCoding targets(SmallProblem problem) {
    return problem.job().model().output().targets() == TargetType.VALUES
        ? TargetCoding.ofValues(SmallProblem.VALUES)
        : TargetCoding.of(vocabulary(Vocabulary.Kind.LABELS, problem.setup().output().outputs()));
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
