package org.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.batch.Block;
import org.unroll.batch.Shard;
import org.unroll.batch.ShardOrder;
import org.unroll.data.Example;
import org.unroll.metric.ClassMeasures;
import org.unroll.metric.ClassNames;
import org.unroll.metric.Metric;
import org.unroll.nn.Network;
import org.unroll.nn.Pass;
import org.unroll.nn.head.Tally;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;

/** How many threads there are changes no bit. */
class LocalGradientSourceTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  static Stream<SmallProblem> problems() {
    return Stream.of(KernelChoice.EJML, KernelChoice.VECTOR)
        .flatMap(
            kernels ->
                Stream.of(
                    SmallProblem.manyToOne(kernels, 7),
                    SmallProblem.manyToMany(kernels, 4),
                    SmallProblem.batchNormalized(kernels, 6),
                    SmallProblem.frames(kernels, 5)));
  }

  private static void assumeKernels(SmallProblem problem) {
    boolean wanted = problem.setup().kernels().equals(KernelChoice.VECTOR);
    assumeTrue(
        !wanted || Kernels.choose().name().equals(KernelChoice.VECTOR), "no vector kernels here");
  }

  private static List<Map<String, String>> answers(SmallProblem problem, int threads) {
    List<Map<String, String>> answers = new ArrayList<>();
    Parameters theta = problem.initial();
    try (LocalGradientSource source = problem.source(threads)) {
      for (int epoch = 0; epoch < 2; epoch++) {
        for (int round = 0; round < source.rounds().rounds(); round++) {
          answers.add(Bits.of(source.gradient(theta, new RoundRequest(epoch, round, 0)), theta));
        }
      }
      answers.add(Bits.of(source.validate(theta)));
    }
    return answers;
  }

  @ParameterizedTest
  @MethodSource("problems")
  void threadsChangeNothing(SmallProblem problem) {
    assumeKernels(problem);
    List<Map<String, String>> one = answers(problem, 1);
    assertEquals(one, answers(problem, 2));
    assertEquals(one, answers(problem, 3));
    assertEquals(one, answers(problem, 16));
    assertTrue(one.stream().distinct().count() == one.size(), "every answer is another");
  }

  /** Wide enough that threads without a block take parts of the others' products. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "topology = many-to-many, embedding = 5, layers = [ { cell = lstm, units = 160 } ]",
        "topology = many-to-one, embedding = 150, layers = [ { cell = gru, units = 161,"
            + " bidirectional = true }, { cell = gru, units = 130, reset = after } ]"
      })
  void helpersChangeNothing(String model) {
    SmallProblem problem = SmallProblem.ofModel(model, KernelChoice.VECTOR);
    assumeKernels(problem);
    List<Map<String, String>> alone = answers(problem, 1);
    for (int threads : new int[] {2, 3, 5}) {
      assertEquals(alone, answers(problem, threads));
    }
  }

  /** A long sequence is evaluated window by window; that must be what one pass would find. */
  @ParameterizedTest
  @ValueSource(ints = {255, 256, 257, 700})
  void windowsOfAnEvaluationCarryTheState(int longest) {
    SmallProblem problem = SmallProblem.manyToMany(KernelChoice.EJML, 2);
    TrainingSetup setup = problem.setup();
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int steps = i == 0 ? longest : i == 1 ? 300 : 5;
      int[] inputs = new int[steps];
      for (int t = 0; t < steps; t++) {
        inputs[t] = (t * t + i) % 11;
      }
      examples.add(new Example(i, inputs, inputs.clone()));
    }
    Shard shard = Shard.of(0, examples);
    Parameters theta = problem.initial();
    Evaluation found;
    try (LocalGradientSource source =
        new LocalGradientSource(
            setup, problem.train(), List.of(shard), problem.rounds(), 1000, 1)) {
      found = source.validate(theta);
    }
    Network network = new Network(setup.model(), setup.input(), setup.output(), problem.kernels());
    network.bind(theta);
    Block block = new Block();
    ShardOrder.evaluation(shard, 4).fill(shard, 0, block, true);
    Tally tally = new Tally();
    ClassMeasures measures = new ClassMeasures(ClassNames.NONE);
    network.evaluate(new Pass().evaluation(block, false), tally, measures);
    assertEquals(longest + 305, found.weight());
    assertEquals(longest + 305, found.tokens());
    assertEquals(tally.loss() / tally.weight(), found.loss(), 1e-9);
    assertEquals(measures.value(Metric.ACCURACY, 0), found.value(Metric.ACCURACY));
  }

  @ParameterizedTest
  @CsvSource({"ejml,2", "vector,2", "vector,3", "vector,5"})
  void aWorkersFailureComesOutAsItself(String kernels, int threads) {
    SmallProblem problem = SmallProblem.manyToOne(kernels, 3);
    assumeKernels(problem);
    Shard bad = Shard.of(0, List.of(new Example(1, new int[] {99}, new int[] {0})));
    List<Shard> shards = new ArrayList<>(problem.train());
    shards.set(0, bad);
    assertTimeoutPreemptively(
        LIMIT,
        () -> {
          try (LocalGradientSource source =
              new LocalGradientSource(
                  problem.setup(), shards, List.of(bad), problem.rounds(), 100, threads)) {
            assertThrows(IndexOutOfBoundsException.class, () -> source.validate(problem.initial()));
          }
        });
  }

  /** Threads that help wait for others; once nobody works any more, they must not. */
  @ParameterizedTest
  @CsvSource({"ejml,3", "vector,3"})
  void helpersDoNotOutliveACancelledRoundNorTheSource(String kernels, int threads) {
    SmallProblem problem = SmallProblem.manyToOne(kernels, 3);
    assumeKernels(problem);
    Parameters theta = problem.initial();
    assertTimeoutPreemptively(
        LIMIT,
        () -> {
          try (LocalGradientSource source = problem.source(threads)) {
            source.validate(theta);
            source.cancel();
            assertThrows(CancelledException.class, () -> source.validate(theta));
          }
          LocalGradientSource closed = problem.source(threads);
          closed.validate(theta);
          // The caller is interrupted at once, so that the source is closed under its workers.
          Thread.currentThread().interrupt();
          assertThrows(TrainingException.class, () -> closed.validate(theta));
          closed.close();
          assertTrue(Thread.interrupted());
          while (workersRun()) {
            Thread.sleep(10);
          }
        });
  }

  private static boolean workersRun() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("unroll-worker"));
  }

  @Test
  void withoutValidationDataThereIsNoValidation() {
    SmallProblem problem = SmallProblem.manyToOne(KernelChoice.EJML, 3);
    try (LocalGradientSource source =
        new LocalGradientSource(
            problem.setup(), problem.train(), List.of(), problem.rounds(), 100, 2)) {
      assertFalse(source.canValidate());
    }
  }
}
