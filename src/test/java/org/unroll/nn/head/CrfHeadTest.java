package org.unroll.nn.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.Block;
import org.unroll.batch.TestBlocks;
import org.unroll.config.CrfConfig.Constrain;
import org.unroll.config.JobException;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.data.DataException;
import org.unroll.data.Example;
import org.unroll.metric.ClassMeasures;
import org.unroll.metric.ClassNames;
import org.unroll.metric.Metric;
import org.unroll.nn.Pass;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.TestKernels;

/** The chain against all sequences of tags, one by one, in double precision. */
class CrfHeadTest {
  private static final List<String> BIO = List.of("I-b", "O", "B-a", "I-a", "B-b");
  private static final List<String> IOBES = List.of("O", "B-a", "I-a", "E-a", "S-a");
  private static final int TAGS = 5;

  /** Orders of tags that both schemes allow, the longest first. */
  private static final int[][] RIGHT_BIO = {{1, 2, 3, 4}, {2, 3, 3}, {4, 0}, {1}, {2}};

  private static final int[][] RIGHT_IOBES = {{1, 2, 3, 4}, {0, 1, 3}, {4, 4}, {0}, {4}};

  /** A head whose emissions are its input, and the input. */
  private static final class Case {
    final Constrain constrain;
    final List<String> names;
    final CrfHead head;
    final Block block;
    final Steps input = new Steps();
    final Parameters values;
    final Parameters gradient;

    Case(Kernels kernels, List<String> names, Constrain constrain, double spread, Block block) {
      this.names = names;
      this.constrain = constrain;
      this.block = block;
      CrfSpec spec = new CrfSpec(TAGS, new ClassNames(ClassNames.Kind.TAGS, names), constrain);
      head = (CrfHead) spec.create(new HeadSpec.Place(TAGS, Initialization.GLOROT, null));
      values = Parameters.initial(head.parameters(), 1);
      gradient = Parameters.zeros(head.parameters());
      Random random = new Random(3);
      for (String name : values.names()) {
        float[] data = values.get(name).data;
        for (int i = 0; i < data.length; i++) {
          data[i] = (float) (spread * random.nextGaussian());
        }
      }
      values.get("output.bias").zero();
      FMatrixRMaj weight = values.get("output.weight");
      weight.zero();
      for (int k = 0; k < TAGS; k++) {
        weight.set(k, k, 1);
      }
      head.bind(kernels, values, gradient);
      input.reshape(block.timeline(), TAGS);
      input.clear();
      for (int t = 0; t < block.timeline().steps(); t++) {
        for (int k = 0; k < TAGS; k++) {
          for (int lane = 0; lane < block.timeline().active(t); lane++) {
            input.data()[at(t, k, lane)] = (float) (spread * random.nextGaussian());
          }
        }
      }
    }

    int at(int t, int k, int lane) {
      return input.offset(t) + k * block.timeline().lanes() + lane;
    }

    Pass training() {
      return new Pass().training(block, 0, 1, 0);
    }

    double score(int lane, int[] tags) {
      double score =
          values.get("output.transitions_start").data[tags[0]]
              + values.get("output.transitions_end").data[tags[tags.length - 1]];
      for (int t = 0; t < tags.length; t++) {
        score += input.data()[at(t, tags[t], lane)];
        score += t > 0 ? values.get("output.transitions").get(tags[t - 1], tags[t]) : 0;
      }
      return score;
    }

    int[] right(int lane) {
      int[] tags = new int[block.length(lane)];
      Arrays.setAll(tags, t -> block.targets()[t * block.timeline().lanes() + lane]);
      return tags;
    }

    /** All sequences of tags that are allowed, the most probable first. */
    List<TagPath> all(int lane) {
      List<TagPath> all = new ArrayList<>();
      int length = block.length(lane);
      for (int code = 0; code < Math.pow(TAGS, length); code++) {
        int[] tags = new int[length];
        for (int t = 0, rest = code; t < length; t++, rest /= TAGS) {
          tags[t] = rest % TAGS;
        }
        if (constrain == Constrain.NONE || isWhole(tags)) {
          all.add(new TagPath(tags, score(lane, tags)));
        }
      }
      double max = all.stream().mapToDouble(TagPath::logProbability).max().orElseThrow();
      double z =
          max
              + Math.log(
                  all.stream().mapToDouble(path -> Math.exp(path.logProbability() - max)).sum());
      return all.stream()
          .map(path -> new TagPath(path.tags(), path.logProbability() - z))
          .sorted(Comparator.comparingDouble(path -> -path.logProbability()))
          .toList();
    }

    /** Said by regular expression, not by pairs. */
    boolean isWhole(int[] tags) {
      StringBuilder text = new StringBuilder();
      for (int tag : tags) {
        text.append(names.get(tag).replace("-", "")).append(' ');
      }
      return text.toString()
          .matches(names.equals(BIO) ? "(O |Ba (Ia )*|Bb (Ib )*)*" : "(O |Sa |Ba (Ia )*Ea )*");
    }
  }

  private static Block block(int[]... right) {
    List<Example> examples = new ArrayList<>();
    for (int[] tags : right) {
      float weight = 1 + examples.size() / 2f;
      examples.add(
          new Example(
              examples.size(), tags.length, new int[tags.length], new float[0], tags, weight));
    }
    return TestBlocks.of(examples);
  }

  private static Case chain(
      Kernels kernels, List<String> names, Constrain constrain, double spread) {
    return new Case(
        kernels, names, constrain, spread, block(names.equals(BIO) ? RIGHT_BIO : RIGHT_IOBES));
  }

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Kernels kernels : TestKernels.all()) {
      for (Constrain constrain : Constrain.values()) {
        for (double spread : new double[] {1, 60}) {
          cases.add(Arguments.of(kernels, BIO, constrain, spread));
          cases.add(Arguments.of(kernels, IOBES, constrain, spread));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossAndGradientAreThoseOfAllSequences(
      Kernels kernels, List<String> names, Constrain constrain, double spread) {
    Case chain = chain(kernels, names, constrain, spread);
    Tally tally = new Tally();
    Steps gradient = chain.head.train(chain.training(), chain.input, tally);
    double loss = 0;
    double weight = 0;
    double[][] transitions = new double[TAGS][TAGS];
    double[] start = new double[TAGS];
    double[] end = new double[TAGS];
    for (int lane = 0; lane < chain.block.size(); lane++) {
      double w = chain.block.weight(lane);
      int[] right = chain.right(lane);
      double[][] emissions = new double[right.length][TAGS];
      for (TagPath path : chain.all(lane)) {
        boolean isRight = Arrays.equals(path.tags(), right);
        loss -= isRight ? w * path.logProbability() : 0;
        double p = w * (Math.exp(path.logProbability()) - (isRight ? 1 : 0));
        int last = right.length - 1;
        start[path.tags()[0]] += p;
        end[path.tags()[last]] += p;
        for (int t = 0; t <= last; t++) {
          emissions[t][path.tags()[t]] += p;
          if (t > 0) {
            transitions[path.tags()[t - 1]][path.tags()[t]] += p;
          }
        }
      }
      weight += w * right.length;
      for (int t = 0; t < right.length; t++) {
        for (int k = 0; k < TAGS; k++) {
          assertEquals(emissions[t][k], gradient.data()[chain.at(t, k, lane)], 2e-5, "emission");
        }
      }
    }
    assertEquals(loss, tally.loss(), 1e-5 * Math.max(1, loss));
    assertEquals(weight, tally.weight(), 1e-6);
    for (int i = 0; i < TAGS; i++) {
      assertEquals(start[i], chain.gradient.get("output.transitions_start").data[i], 2e-5);
      assertEquals(end[i], chain.gradient.get("output.transitions_end").data[i], 2e-5);
      for (int j = 0; j < TAGS; j++) {
        assertEquals(transitions[i][j], chain.gradient.get("output.transitions").get(i, j), 5e-5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void marginalsAreThoseOfAllSequences(
      Kernels kernels, List<String> names, Constrain constrain, double spread) {
    Case chain = chain(kernels, names, constrain, spread);
    Steps marginals = chain.head.predict(chain.input);
    for (int lane = 0; lane < chain.block.size(); lane++) {
      double[][] expected = new double[chain.block.length(lane)][TAGS];
      boolean[][] possible = new boolean[expected.length][TAGS];
      for (TagPath path : chain.all(lane)) {
        for (int t = 0; t < expected.length; t++) {
          expected[t][path.tags()[t]] += Math.exp(path.logProbability());
          possible[t][path.tags()[t]] = true;
        }
      }
      for (int t = 0; t < expected.length; t++) {
        for (int k = 0; k < TAGS; k++) {
          float actual = marginals.data()[chain.at(t, k, lane)];
          assertEquals(expected[t][k], actual, 1e-5);
          assertTrue(possible[t][k] || actual == 0, () -> "what is forbidden has no probability");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theBestPathsAreThoseOfAllSequences(
      Kernels kernels, List<String> names, Constrain constrain, double spread) {
    Case chain = chain(kernels, names, constrain, spread);
    int lanes = chain.block.timeline().lanes();
    int[] best = chain.head.best(chain.input).clone();
    for (int lane = 0; lane < chain.block.size(); lane++) {
      List<TagPath> all = chain.all(lane);
      for (int t = 0; t < chain.block.length(lane); t++) {
        assertEquals(all.get(0).tags()[t], best[t * lanes + lane]);
      }
      for (int n : new int[] {1, 3, 1000}) {
        List<TagPath> paths = chain.head.best(chain.input, lane, n);
        assertEquals(Math.min(n, all.size()), paths.size());
        for (int i = 0; i < paths.size(); i++) {
          assertArrayEquals(all.get(i).tags(), paths.get(i).tags());
          double expected = all.get(i).logProbability();
          assertEquals(expected, paths.get(i).logProbability(), 1e-4);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void evaluationMeasuresTheBestPathAndTheLoss(
      Kernels kernels, List<String> names, Constrain constrain, double spread) {
    Case chain = chain(kernels, names, constrain, spread);
    Tally tally = new Tally();
    ClassMeasures measures = new ClassMeasures(new ClassNames(ClassNames.Kind.TAGS, names));
    chain.head.evaluate(new Pass().evaluation(chain.block, false), chain.input, tally, measures);
    double loss = 0;
    long right = 0;
    long steps = 0;
    for (int lane = 0; lane < chain.block.size(); lane++) {
      int[] wanted = chain.right(lane);
      List<TagPath> all = chain.all(lane);
      loss -=
          all.stream()
              .filter(path -> Arrays.equals(path.tags(), wanted))
              .findFirst()
              .orElseThrow()
              .logProbability();
      for (int t = 0; t < wanted.length; t++) {
        right += all.get(0).tags()[t] == wanted[t] ? 1 : 0;
      }
      steps += wanted.length;
    }
    assertEquals(loss, tally.loss(), 1e-5 * Math.max(1, loss));
    assertEquals(steps, tally.weight());
    assertEquals((double) right / steps, measures.value(Metric.ACCURACY, loss));
  }

  private static Tally evaluate(Case chain) {
    Tally tally = new Tally();
    chain.head.evaluate(
        new Pass().evaluation(chain.block, false),
        chain.input,
        tally,
        new ClassMeasures(new ClassNames(ClassNames.Kind.TAGS, chain.names)));
    return tally;
  }

  @Test
  void aSequenceWithATagThatTrainingNeverSawHasNoLoss() {
    int[] unknown = {1, Example.UNKNOWN_TARGET, 2};
    Case chain = new Case(new EjmlKernels(), BIO, Constrain.NONE, 1, block(unknown, new int[] {1}));
    Tally tally = evaluate(chain);
    assertEquals(1, tally.weight());
    assertEquals(1, tally.unknown());
    assertEquals(2, tally.lossless());
    Tally training = new Tally();
    Steps gradient = chain.head.train(chain.training(), chain.input, training);
    assertEquals(1.5, training.weight());
    for (int t = 0; t < 3; t++) {
      for (int k = 0; k < TAGS; k++) {
        assertEquals(0, gradient.data()[chain.at(t, k, 0)]);
      }
    }
  }

  /** Training refuses what has probability 0; validation judges the prediction alone. */
  @Test
  void tagsThatBreakTheSchemeAreRefusedInTraining() {
    int[][] broken = {{1, 3}, {0}, {2, 0, 0}};
    String[] said = {"\"I-a\" after \"O\"", "\"I-b\" as the first", "\"I-b\" after \"B-a\""};
    for (int i = 0; i < broken.length; i++) {
      Case chain =
          new Case(new EjmlKernels(), BIO, Constrain.ENTITIES, 1, block(broken[i], new int[] {1}));
      Tally tally = evaluate(chain);
      assertEquals(1, tally.weight());
      assertEquals(0, tally.unknown());
      assertEquals(broken[i].length, tally.lossless());
      DataException refused =
          assertThrows(
              DataException.class,
              () -> chain.head.train(chain.training(), chain.input, new Tally()));
      assertTrue(refused.getMessage().contains(said[i]), refused::getMessage);
      assertTrue(refused.getMessage().contains("constrain = none"), refused::getMessage);
    }
    Case open = new Case(new EjmlKernels(), IOBES, Constrain.ENTITIES, 1, block(new int[] {0, 1}));
    DataException refused =
        assertThrows(
            DataException.class, () -> open.head.train(open.training(), open.input, new Tally()));
    assertTrue(refused.getMessage().contains("\"B-a\" as the last of 2"), refused::getMessage);
  }

  @Test
  void tagsOfNoSchemeCannotBeConstrained() {
    ClassNames nouns = new ClassNames(ClassNames.Kind.TAGS, List.of("O", "NOUN"));
    JobException refused =
        assertThrows(JobException.class, () -> new CrfSpec(2, nouns, Constrain.ENTITIES));
    assertTrue(refused.getMessage().contains("\"NOUN\""), refused::getMessage);
  }

  /** A sequence has the same bits whatever stands beside it, and alone in its block. */
  @ParameterizedTest
  @MethodSource("kernels")
  void marginalsDependOnTheSequenceAlone(Kernels kernels) {
    Case together = chain(kernels, BIO, Constrain.ENTITIES, 1);
    Steps all = together.head.predict(together.input);
    for (int lane = 0; lane < together.block.size(); lane++) {
      Case alone = new Case(kernels, BIO, Constrain.ENTITIES, 1, block(together.right(lane)));
      for (int t = 0; t < alone.block.length(0); t++) {
        for (int k = 0; k < TAGS; k++) {
          alone.input.data()[alone.at(t, k, 0)] = together.input.data()[together.at(t, k, lane)];
        }
      }
      Steps one = alone.head.predict(alone.input);
      for (int t = 0; t < alone.block.length(0); t++) {
        for (int k = 0; k < TAGS; k++) {
          assertEquals(all.data()[together.at(t, k, lane)], one.data()[alone.at(t, k, 0)], 0f);
        }
      }
    }
  }

  static Stream<Kernels> kernels() {
    return TestKernels.all().stream();
  }

  @Test
  void needsWholeSequences() {
    assertFalse(CrfSpec.of(3).worksInWindows());
    assertEquals(3 * 7 + 3 + 3 * 3 + 2 * 3, CrfSpec.of(3).parameters(7, false));
    assertNotEquals(CrfSpec.of(3), CrfSpec.of(4));
    assertThrows(
        IllegalArgumentException.class,
        () -> CrfSpec.of(3).weighing(new TargetWeights(0.1, List.of())));
  }
}
