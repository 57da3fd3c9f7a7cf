package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.Pairwise;
import org.unroll.batch.Shard;
import org.unroll.data.Example;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Parameters;
import org.unroll.train.Bits;
import org.unroll.train.GradientSource;
import org.unroll.train.GradientSum;
import org.unroll.train.RoundRequest;
import org.unroll.train.SmallProblem;
import org.unroll.train.Trainer;
import org.unroll.train.TrainingException;
import org.unroll.train.TrainingState;

/** Spark and a plain loop are the same function. */
class SparkGradientSourceTest {
  private static final int SHARDS = 13;

  /** Each problem in two numbers of partitions, each number for two problems; all by -Psoak. */
  static Stream<Arguments> cases() {
    List<SmallProblem> problems =
        List.of(
            SmallProblem.manyToOne(KernelChoice.EJML, SHARDS),
            SmallProblem.manyToMany(KernelChoice.EJML, SHARDS),
            SmallProblem.batchNormalized(KernelChoice.EJML, SHARDS),
            SmallProblem.frames(KernelChoice.EJML, SHARDS));
    int[] partitions = {1, 16, 3, 7};
    List<Arguments> cases = new ArrayList<>();
    for (int p = 0; p < problems.size(); p++) {
      for (int n = 0; n < partitions.length; n++) {
        if (n / 2 == p % 2 || Pairwise.isEveryCase()) {
          cases.add(Arguments.of(problems.get(p), partitions[n]));
        }
      }
    }
    return cases.stream();
  }

  private static SparkGradientSource spark(SmallProblem problem, int partitions) {
    JavaSparkContext context = SparkForTests.context();
    return new SparkGradientSource(
        context,
        problem.setup(),
        context.parallelize(problem.train(), partitions).cache(),
        context.parallelize(problem.valid(), partitions).cache(),
        problem.rounds(),
        problem.weightBound());
  }

  private static List<Map<String, String>> answers(GradientSource source, Parameters theta) {
    List<Map<String, String>> answers = new ArrayList<>();
    for (int round = 0; round < source.rounds().rounds(); round++) {
      answers.add(Bits.of(source.gradient(theta, new RoundRequest(1, round, 0)), theta));
    }
    answers.add(Bits.of(source.gradient(theta, new RoundRequest(0, 0, 2)), theta));
    answers.add(Bits.of(source.validate(theta)));
    return answers;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAsALoopDoes(SmallProblem problem, int partitions) {
    Parameters theta = problem.initial();
    try (GradientSource local = problem.source(1);
        GradientSource spark = spark(problem, partitions)) {
      assertTrue(spark.rounds().rounds() >= 3, "several rounds");
      assertEquals(answers(local, theta), answers(spark, theta));
    }
  }

  static Stream<SmallProblem> trained() {
    return Stream.of(
        SmallProblem.manyToOne(KernelChoice.EJML, SHARDS),
        SmallProblem.batchNormalized(KernelChoice.EJML, SHARDS));
  }

  @ParameterizedTest
  @MethodSource("trained")
  void trainsToTheSameBits(SmallProblem problem) {
    TrainingState local = problem.begin();
    try (GradientSource source = problem.source(2)) {
      assertEquals(Trainer.Outcome.FINISHED, problem.trainer(source).run(local, () -> false));
    }
    TrainingState spark = problem.begin();
    try (GradientSource source = spark(problem, 5)) {
      problem.trainer(source).run(spark, () -> false);
    }
    assertEquals(Bits.of(local), Bits.of(spark));
  }

  /** Workers are kept from round to round; the parameters they are bound to must not be. */
  @Test
  void everyRoundIsComputedWithThePresentParameters() {
    SmallProblem problem = SmallProblem.manyToOne(KernelChoice.EJML, SHARDS);
    Parameters theta = problem.initial();
    RoundRequest request = new RoundRequest(0, 0, 0);
    try (GradientSource spark = spark(problem, 3);
        GradientSource local = problem.source(1)) {
      Map<String, String> first = Bits.of(spark.gradient(theta, request), theta);
      theta.get(0).data[0] += 1;
      theta.get("output.weight").data[0] += 1;
      Map<String, String> second = Bits.of(spark.gradient(theta, request), theta);
      assertFalse(first.equals(second));
      assertEquals(Bits.of(local.gradient(theta, request), theta), second);
    }
  }

  /** After rounds in the driver's threads the group of the job is that of reading. */
  @Test
  void otherDataAreMeasuredInAJobThatCancellingEnds() {
    SmallProblem problem = SmallProblem.manyToOne(KernelChoice.EJML, SHARDS);
    JavaSparkContext context = SparkForTests.context();
    try (SparkGradientSource source = spark(problem, 2)) {
      source.validate(problem.initial());
      String group = context.getLocalProperty("spark.jobGroup.id");
      context.setJobGroup("reading", "another job", true);
      source.evaluate("test", problem.initial(), context.parallelize(problem.valid(), 2));
      assertEquals(group, context.getLocalProperty("spark.jobGroup.id"));
    } finally {
      context.clearJobGroup();
    }
  }

  @Test
  void whatIsNotFiniteIsNamedAsInALoop() {
    SmallProblem problem = SmallProblem.manyToMany(KernelChoice.EJML, SHARDS);
    Parameters theta = problem.initial();
    theta.get("output.weight").data[3] = Float.NaN;
    RoundRequest request = new RoundRequest(0, 1, 0);
    try (GradientSource spark = spark(problem, 7);
        GradientSource local = problem.source(1)) {
      GradientSum sum = spark.gradient(theta, request);
      assertTrue(sum.notFinite().matches("the .* is not finite in block .*"), sum.notFinite());
      assertEquals(local.gradient(theta, request).notFinite(), sum.notFinite());
    }
  }

  @Test
  void aTaskThatFailsForGoodEndsTraining() {
    SmallProblem problem = SmallProblem.manyToOne(KernelChoice.EJML, 2);
    Shard bad = Shard.of(0, List.of(new Example(1, new int[] {99}, new int[] {0})));
    JavaSparkContext context = SparkForTests.context();
    JavaRDD<Shard> shards = context.parallelize(List.of(bad), 1);
    try (SparkGradientSource source =
        new SparkGradientSource(context, problem.setup(), shards, null, problem.rounds(), 10)) {
      Parameters theta = problem.initial();
      var e =
          assertThrows(
              TrainingException.class, () -> source.gradient(theta, new RoundRequest(0, 0, 0)));
      assertTrue(e.getMessage().contains("a Spark job failed for good"), e.getMessage());
      assertFalse(source.canValidate());
    }
  }
}
