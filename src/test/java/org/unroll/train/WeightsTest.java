package org.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.batch.Shard;
import org.unroll.data.Example;
import org.unroll.nn.head.TargetWeights;
import org.unroll.tensor.Parameters;

/** Weights of sequences and classes in the sum of a round. */
class WeightsTest {
  private static List<Shard> weighing(List<Shard> shards, LongFunction<Float> weight) {
    List<Shard> result = new ArrayList<>();
    for (Shard shard : shards) {
      List<Example> examples = new ArrayList<>();
      for (int s = 0; s < shard.size(); s++) {
        int[] inputs = new int[shard.length(s)];
        for (int t = 0; t < inputs.length; t++) {
          inputs[t] = shard.input(s, t);
        }
        int[] targets = new int[shard.targets(s)];
        for (int t = 0; t < targets.length; t++) {
          targets[t] = shard.target(s, t);
        }
        float each = weight.apply(shard.id(s));
        examples.add(new Example(shard.id(s), inputs.length, inputs, new float[0], targets, each));
      }
      result.add(Shard.of(shard.index(), examples));
    }
    return result;
  }

  private static GradientSum gradient(
      SmallProblem problem, TargetWeights weights, double bound, LongFunction<Float> weight) {
    List<Shard> shards = weighing(problem.train(), weight);
    try (LocalGradientSource source =
        new LocalGradientSource(
            problem.setup().weighing(weights),
            shards,
            weighing(problem.valid(), weight),
            problem.rounds(),
            problem.weightBound() * bound,
            2)) {
      return source.gradient(problem.initial(), new RoundRequest(0, 0, 0));
    }
  }

  private static Map<String, String> mean(GradientSum sum, Parameters like) {
    assertFalse(sum.overflown());
    Parameters mean = like.like();
    Bits.mean(sum, mean);
    return Bits.of(mean);
  }

  /** Only the shares count: with all weights four times as large the mean has the same bits. */
  @ParameterizedTest
  @ValueSource(floats = {4f, 0x1p-20f, 0x1p30f})
  void commonFactorsChangeNothing(float factor) {
    SmallProblem problem = SmallProblem.manyToMany("ejml", 4);
    Parameters like = problem.initial();
    LongFunction<Float> some = id -> 1f + (id & 3);
    GradientSum once = gradient(problem, TargetWeights.PLAIN, 4, some);
    GradientSum scaled =
        gradient(problem, TargetWeights.PLAIN, 4 * factor, id -> factor * some.apply(id));
    assertEquals(factor * once.weight().value(), scaled.weight().value());
    assertEquals(mean(once, like), mean(scaled, like));
    TargetWeights classes = new TargetWeights(0, List.of(2.0 * factor, 1.0 * factor, 4.0 * factor));
    SmallProblem labels = SmallProblem.manyToOne("ejml", 5);
    assertEquals(
        mean(
            gradient(labels, new TargetWeights(0, List.of(2.0, 1.0, 4.0)), 4, id -> 1f),
            labels.initial()),
        mean(gradient(labels, classes, 4 * factor, id -> 1f), labels.initial()));
  }

  @Test
  void weightsChangeTheMeanAndItsWeight() {
    SmallProblem problem = SmallProblem.manyToMany("ejml", 4);
    Parameters like = problem.initial();
    GradientSum plain = gradient(problem, TargetWeights.PLAIN, 1, id -> 1f);
    GradientSum weighted = gradient(problem, TargetWeights.PLAIN, 3, id -> 3f * (id & 1));
    assertNotEquals(mean(plain, like), mean(weighted, like));
    GradientSum smoothed = gradient(problem, new TargetWeights(.3, List.of()), 1, id -> 1f);
    assertNotEquals(mean(plain, like), mean(smoothed, like));
    assertEquals(plain.weight().value(), smoothed.weight().value());
  }

  /** A rare class may weigh a million times as much: the bound is that of the heaviest. */
  @Test
  void veryDifferentWeightsStayWithinTheBound() {
    SmallProblem problem = SmallProblem.manyToOne("ejml", 5);
    TargetWeights weights = new TargetWeights(.1, List.of(1e-6, 1.0, 1e3));
    mean(gradient(problem, weights, 1e3, id -> 1f), problem.initial());
  }

  @Test
  void withoutAnyWeightThereIsNone() {
    SmallProblem problem = SmallProblem.manyToMany("ejml", 4);
    GradientSum none = gradient(problem, TargetWeights.PLAIN, 0, id -> 0f);
    assertEquals(0, none.weight().value());
    assertFalse(none.overflown());
  }

  @Test
  void validationWeighsAllAlike() {
    SmallProblem problem = SmallProblem.manyToMany("ejml", 4);
    List<Map<String, String>> found = new ArrayList<>();
    for (float weight : new float[] {1f, 7f}) {
      try (LocalGradientSource source =
          new LocalGradientSource(
              problem.setup().weighing(new TargetWeights(weight == 1f ? 0 : .5, List.of())),
              problem.train(),
              weighing(problem.valid(), id -> weight),
              problem.rounds(),
              1000,
              2)) {
        found.add(Bits.of(source.validate(problem.initial())));
      }
    }
    assertEquals(found.get(0), found.get(1));
  }
}
