package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.Pairwise;
import org.unroll.config.Job;
import org.unroll.config.ModelConfig;
import org.unroll.config.OptimizerConfig;
import org.unroll.config.OptimizerConfig.Kind;
import org.unroll.optim.Optimizer;
import org.unroll.optim.OptimizerState;
import org.unroll.optim.Update;
import org.unroll.optim.Updates;
import org.unroll.store.Directory;
import org.unroll.tensor.Allocations;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.train.Bits;
import org.unroll.train.GradientSource;
import org.unroll.train.SmallProblem;
import org.unroll.train.Trainer.Outcome;
import org.unroll.train.TrainingState;

/**
 * What every optimiser must keep, and every schedule: a run goes on from a checkpoint as if nothing
 * had been, threads change no bit, and an update allocates nothing that grows with the parameters.
 */
class LearningContractTest {
  @TempDir Path directory;

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Each optimiser bare and with all it can do, and each schedule. */
  static Stream<List<String>> ways() {
    List<List<String>> ways = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      // Steps so long that the loss rises, which iRprop⁺ alone looks at.
      String rate = kind.fullBatch() ? "0.5" : "";
      ways.add(
          List.of(
              "training.optimizer.kind=" + text(kind), "training.optimizer.learning-rate=" + rate));
    }
    ways.add(
        List.of(
            "training.optimizer.kind=sgd",
            "training.optimizer.momentum=0.9",
            "training.optimizer.nesterov=true",
            "training.optimizer.weight-decay=0.01"));
    ways.add(
        List.of(
            "training.optimizer.kind=rmsprop",
            "training.optimizer.momentum=0.5",
            "training.optimizer.weight-decay-on=all",
            "training.optimizer.weight-decay=0.01"));
    ways.add(List.of("training.optimizer.kind=rmsprop", "training.optimizer.centered=true"));
    ways.add(List.of("training.optimizer.kind=adam", "training.optimizer.weight-decay=0.01"));
    for (OptimizerConfig.Schedule schedule : OptimizerConfig.Schedule.values()) {
      List<String> way = new ArrayList<>();
      way.add("training.optimizer.schedule=" + text(schedule));
      if (schedule.drops()) {
        way.add("training.optimizer.drop-after=1");
        way.add("training.optimizer.drop-factor=0.5");
        // Long enough for the validation loss to stop falling.
        way.add("training.epochs=8");
      }
      ways.add(way);
    }
    ways.add(List.of("training.average-rounds=4", "validation.every-rounds=2"));
    return ways.stream();
  }

  private static SmallProblem problem(List<String> way) {
    List<String> settings = new ArrayList<>(List.of("data.valid=unused"));
    boolean fullBatch = way.get(0).contains("irprop");
    if (fullBatch) {
      settings.addAll(
          List.of(
              "training.batch-size=",
              "training.clip-norm=0",
              "training.epochs=7",
              "training.optimizer.warm-up-rounds=0"));
    }
    if (way.stream().noneMatch(setting -> setting.contains("schedule"))) {
      settings.add("training.optimizer.schedule=constant");
    }
    // The problem's rate is Adam's; each goes on with its own.
    settings.add("training.optimizer.learning-rate=");
    settings.add("training.optimizer.beta1=");
    settings.add("training.optimizer.beta2=");
    settings.add("training.optimizer.epsilon=");
    settings.add("training.optimizer.weight-decay=");
    settings.add("training.optimizer.weight-decay-on=");
    settings.addAll(way);
    return SmallProblem.manyToOne("ejml", 5).with(settings.toArray(String[]::new));
  }

  /** How a training ended, and how often it was asked whether to go on. */
  private record Trained(Outcome outcome, int places) {}

  private static Trained train(
      SmallProblem problem, TrainingState state, int threads, int asks, Checkpoints checkpoints) {
    AtomicInteger asked = new AtomicInteger();
    try (GradientSource source = problem.source(threads)) {
      Outcome outcome =
          (checkpoints == null ? problem.trainer(source) : problem.trainer(source, checkpoints))
              .run(state, () -> asked.getAndIncrement() == asks);
      return new Trained(outcome, asked.get());
    }
  }

  /**
   * Interrupted at places where a run can be, saved, read back and ended with more threads. By
   * default each way is interrupted at every fourth place, from one way to the next at others, so
   * that each place has its turn; with {@code -Psoak} each way at every place.
   */
  @ParameterizedTest
  @MethodSource("ways")
  void goesOnFromACheckpointAsIfNothingHadBeen(List<String> way) {
    assertGoesOn(problem(way), ways().toList().indexOf(way));
  }

  @ParameterizedTest
  @EnumSource(ModelConfig.Output.class)
  void everyOutputGoesOnFromACheckpoint(ModelConfig.Output output) {
    assertGoesOn(SmallProblem.of(output, "ejml", 5).with("data.valid=unused"), output.ordinal());
  }

  /** At every fourth place, from the one of this number on. */
  private void assertGoesOn(SmallProblem problem, int first) {
    TrainingState undisturbed = problem.begin();
    int places = train(problem, undisturbed, 1, Integer.MAX_VALUE, null).places();
    Map<String, String> expected = Bits.of(undisturbed);
    assertNotEquals(Bits.of(problem.initial()), Bits.of(undisturbed.parameters()), "it learns");
    assertTrue(places > 6, "can be stopped at many places");
    int stride = Pairwise.isEveryCase() ? 1 : 4;
    for (int stop = 1 + first % stride; stop < places; stop += stride) {
      assertGoesOn(problem, stop, expected);
    }
    TrainingState withTwoThreads = problem.begin();
    train(problem, withTwoThreads, 2, Integer.MAX_VALUE, null);
    assertEquals(expected, Bits.of(withTwoThreads), "with two threads");
  }

  private void assertGoesOn(SmallProblem problem, int stop, Map<String, String> expected) {
    Directory place = Directory.at(directory.resolve("at-" + stop).toString(), new Configuration());
    TrainingState stopped = problem.begin();
    Checkpoints checkpoints =
        new Checkpoints(problem.job(), place, problem.rounds().rounds(), "data");
    checkpoints.watch(stopped);
    assertEquals(
        Outcome.INTERRUPTED, train(problem, stopped, 2, stop, checkpoints).outcome(), "at " + stop);
    checkpoints.save();
    Optional<TrainingState> found = checkpoints.newest(problem.initial()).state();
    assertEquals(Bits.of(stopped), Bits.of(found.orElseThrow()));
    train(problem, found.get(), 3, Integer.MAX_VALUE, null);
    assertEquals(expected, Bits.of(found.get()), "stopped at " + stop);
  }

  /** No two ways lead to the same parameters, so each of them does something. */
  @Test
  void everyWayIsAnother() {
    Set<String> results = new LinkedHashSet<>();
    List<List<String>> ways = ways().toList();
    for (List<String> way : ways) {
      SmallProblem problem = problem(way);
      TrainingState state = problem.begin();
      train(problem, state, 2, Integer.MAX_VALUE, null);
      results.add(Bits.of(state).toString());
    }
    // Adam without decay is also the one with a constant rate.
    assertEquals(ways.size() - 1, results.size());
  }

  private static final List<ParameterSpec> LARGE =
      List.of(
          new ParameterSpec("output.weight", ParameterRole.WEIGHT, 300, 401, (matrix, seed) -> {}),
          new ParameterSpec("output.bias", ParameterRole.BIAS, 17, 1, (matrix, seed) -> {}));

  private static Parameters random(int seed, double scale) {
    Random random = new Random(seed);
    Parameters parameters = Parameters.zeros(LARGE);
    for (int p = 0; p < parameters.count(); p++) {
      for (int i = 0; i < parameters.size(p); i++) {
        parameters.get(p).data[i] = (float) (scale * random.nextGaussian());
      }
    }
    return parameters;
  }

  private static List<Object> updated(Job config, int threads) throws Exception {
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      return pool.submit(
              () -> {
                Kernels kernels = Kernels.choose().create();
                Parameters theta = random(1, 1);
                Optimizer optimizer = Optimizer.of(config.training().optimizer());
                OptimizerState state = OptimizerState.initial(optimizer, theta);
                Update update = Update.of(config, kernels.updates(), theta, true);
                List<Object> bits = new ArrayList<>();
                for (int t = 0; t < 4; t++) {
                  double rate = config.training().optimizer().learningRate();
                  bits.add(
                      update.apply(Updates.given(random(2 + t, .1)), theta, state, rate, t % 3));
                }
                bits.add(Bits.of(theta));
                state.slots().values().forEach(slot -> bits.add(Bits.of(slot)));
                return bits;
              })
          .get();
    } finally {
      pool.shutdown();
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void threadsOfTheDriverChangeNothing(List<String> way) throws Exception {
    Job config = problem(way).job();
    List<Object> one = updated(config, 1);
    assertEquals(one, updated(config, 3));
    assertEquals(one, updated(config, 8));
  }

  @Test
  void anUpdateAllocatesNextToNothing() throws Exception {
    Allocations.checkInAFreshProcess(LearningContractTest.class);
  }

  /** Measures what updates allocate, in a process of its own. */
  public static void main(String[] args) {
    Allocations.check(
        () -> {
          Kernels kernels = Kernels.choose().create();
          Allocations.compile(kernels);
          ways().forEach(way -> measureUpdates(way, kernels));
        });
  }

  private static void measureUpdates(List<String> way, Kernels kernels) {
    Job config = problem(way).job();
    // Three slices: shared with other threads, their allocations would not be seen.
    ParameterSpec spec =
        new ParameterSpec("output.weight", ParameterRole.WEIGHT, 160, 256, (matrix, seed) -> {});
    Parameters theta = Parameters.zeros(List.of(spec));
    Parameters gradient = theta.copy();
    Arrays.fill(gradient.get(0).data, .01f);
    Optimizer optimizer = Optimizer.of(config.training().optimizer());
    OptimizerState state = OptimizerState.initial(optimizer, theta);
    Update update = Update.of(config, kernels.updates(), theta, true);
    Update.Mean mean = Updates.given(gradient);
    // Boxed vectors would be a megabyte in each.
    int updates = 20;
    Allocations.assertAtMost(
        updates * 8192L,
        way.toString(),
        () -> {
          for (int t = 0; t < updates; t++) {
            update.apply(mean, theta, state, 1e-3, t % 2);
          }
        });
  }

  @Test
  void everyOptimizerIsHere() {
    Set<String> kinds = new TreeSet<>();
    ways().forEach(way -> way.stream().filter(s -> s.contains(".kind=")).forEach(kinds::add));
    assertEquals(Kind.values().length, kinds.size());
  }
}
