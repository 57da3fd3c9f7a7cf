package org.unroll.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.Pairwise;
import org.unroll.batch.Block;
import org.unroll.batch.Shard;
import org.unroll.check.GradientCheck.Finding;
import org.unroll.check.GradientCheck.Verdict;
import org.unroll.config.LayerConfig;
import org.unroll.nn.Network;
import org.unroll.nn.Pass;
import org.unroll.nn.head.Tally;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.TestKernels;
import org.unroll.train.SmallProblem;
import org.unroll.twin.Configs;

/** Finite differences in single precision: right gradients pass, broken ones do not. */
class GradientCheckTest {
  /**
   * One kind of kernels: that their gradients are right, others test. By default each cell with its
   * options once, and each kind of cell with every normalisation; all with {@code -Psoak}.
   */
  static Stream<Arguments> layers() {
    List<LayerConfig> layers = new ArrayList<>();
    for (LayerConfig.Cell cell : LayerConfig.Cell.values()) {
      layers.addAll(Configs.layers(cell, 12, cell != LayerConfig.Cell.LSTM));
    }
    String kernels = Kernels.choose().name();
    return Pairwise.cases(layers, GradientCheckTest::views).stream()
        .map(layer -> Arguments.of(kernels, layer));
  }

  private static List<Map<String, Object>> views(LayerConfig layer) {
    return List.of(
        Pairwise.view("kind", layer.cell(), "normalization", layer.normalization()),
        Pairwise.view("activation", layer.activation(), "reset", layer.reset()),
        Pairwise.view("reads", layer.gatesRead(), "output", layer.outputActivation()));
  }

  /** A network over the first sequences of a problem, its gradient perhaps broken. */
  private static Map<String, Finding> check(SmallProblem problem, Consumer<Parameters> broken) {
    Shard shard = problem.train().get(0);
    Network network =
        new Network(
            problem.setup().model(),
            problem.setup().input(),
            problem.setup().output(),
            problem.kernels());
    int[] order =
        IntStream.range(0, shard.size())
            .boxed()
            .sorted((a, b) -> shard.length(b) - shard.length(a))
            .mapToInt(i -> i)
            .toArray();
    Block block = new Block();
    block.fill(shard, order, 0, order.length, problem.setup().targetPerStep());
    Pass pass = new Pass().training(block, 0, 1, 0);
    Tally tally = new Tally();
    Parameters theta = problem.initial();
    Parameters before = theta.copy();
    List<Finding> findings =
        GradientCheck.of(
            theta,
            new GradientCheck.Objective() {
              @Override
              public double loss(Parameters at) {
                network.bind(at);
                network.trainingLoss(pass, tally);
                return tally.loss();
              }

              @Override
              public Parameters gradient(Parameters at) {
                network.bind(at);
                Parameters gradient = network.train(pass, tally);
                broken.accept(gradient);
                return gradient;
              }
            },
            problem.job().model()::isFrozen,
            tolerance(problem),
            true);
    for (int p = 0; p < theta.count(); p++) {
      assertArrayEquals(before.get(p).data, theta.get(p).data, "put back");
    }
    Map<String, Finding> byName = new TreeMap<>();
    findings.forEach(finding -> byName.put(finding.parameter(), finding));
    return byName;
  }

  private static double tolerance(SmallProblem problem) {
    boolean rectifies =
        problem.job().model().layers().stream()
            .anyMatch(layer -> layer.activation() == LayerConfig.Activation.RELU);
    return rectifies ? GradientCheck.KINKED : GradientCheck.SMOOTH;
  }

  @ParameterizedTest
  @MethodSource("layers")
  void everyCellIsRight(String kernels, LayerConfig layer) {
    SmallProblem problem = SmallProblem.of(layer, kernels);
    Map<String, Finding> findings = check(problem, gradient -> {});
    int flat = 0;
    for (Finding finding : findings.values()) {
      assertNotEquals(Verdict.WRONG, finding.verdict(), finding.toString());
      flat += finding.verdict() == Verdict.TOO_FLAT ? 1 : 0;
      if (finding.verdict() == Verdict.RIGHT) {
        double allowed = tolerance(problem) * finding.backPropagated();
        assertEquals(finding.backPropagated(), finding.measured(), allowed);
      }
    }
    assertTrue(flat <= 2, flat + " of " + findings.size() + " are too flat");
    boolean after =
        layer.cell() == LayerConfig.Cell.GRU && layer.reset() == LayerConfig.Reset.AFTER;
    assertEquals(after ? Verdict.RIGHT : Verdict.KEPT, findings.get("layers.0.bias_hh").verdict());
  }

  /** Mistakes as they are made, by where they are made. */
  static Stream<Arguments> mistakes() {
    String hidden = "layers.0.weight_hh";
    String input = "layers.1.weight_ih";
    return Stream.of(
        Arguments.of("a factor of 1.05", hidden, change((i, g) -> 1.05f * g)),
        Arguments.of("the wrong sign", input, change((i, g) -> -g)),
        Arguments.of("a missing parameter", input, change((i, g) -> 0f)),
        Arguments.of("a missing gate", input, change((i, g) -> i < 6 * 7 ? 0f : g)),
        Arguments.of("one wrong unit", "layers.1.bias_ih", change((i, g) -> i == 14 ? -g : g)),
        Arguments.of("a missing embedding", "embedding.weight", change((i, g) -> 0f)),
        Arguments.of("twice counted", "output.bias", change((i, g) -> 2 * g)),
        Arguments.of("not a number", "output.weight", change((i, g) -> i == 1 ? Float.NaN : g)));
  }

  /** What becomes of the i-th value. */
  private interface Change {
    float of(int i, float g);
  }

  private static Change change(Change change) {
    return change;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void everyMistakeIsFound(String name, String parameter, Change change) {
    for (Kernels kernels : TestKernels.all()) {
      Map<String, Finding> findings =
          check(
              SmallProblem.manyToOne(kernels.name(), 1),
              gradient -> {
                float[] values = gradient.get(parameter).data;
                for (int i = 0; i < values.length; i++) {
                  values[i] = change.of(i, values[i]);
                }
              });
      findings.forEach(
          (each, finding) -> {
            if (each.equals(parameter)) {
              assertEquals(Verdict.WRONG, finding.verdict(), finding.toString());
            } else {
              assertNotEquals(Verdict.WRONG, finding.verdict(), finding.toString());
            }
          });
    }
  }

  @Test
  void frozenPartsAreLeftAlone() {
    String kernels = TestKernels.all().get(0).name();
    SmallProblem problem =
        SmallProblem.manyToOne(kernels, 1).with("model.freeze=[layers.0, output.bias]");
    Map<String, Finding> findings = check(problem, gradient -> {});
    assertEquals(Verdict.FROZEN, findings.get("layers.0.weight_ih").verdict());
    assertEquals(Verdict.FROZEN, findings.get("layers.0.bias_hh").verdict());
    assertEquals(Verdict.FROZEN, findings.get("output.bias").verdict());
    assertEquals(Verdict.RIGHT, findings.get("output.weight").verdict());
    assertEquals(Verdict.RIGHT, findings.get("embedding.weight").verdict());
  }

  /**
   * A loss of eight values: rectifiers at exactly 0, whose slopes partly cancel, and something
   * smooth.
   *
   * @param error by which the claimed gradient is too large
   */
  private static Finding atKink(double error, boolean kinked) {
    float[] scales = {1, -1, 2, -0.5f, 1, -1.5f, 0.25f, -0.25f};
    List<ParameterSpec> specs =
        List.of(new ParameterSpec("w", ParameterRole.BIAS, 8, 1, (matrix, seed) -> {}));
    Parameters theta = Parameters.zeros(specs);
    GradientCheck.Objective objective =
        new GradientCheck.Objective() {
          @Override
          public double loss(Parameters at) {
            double loss = 0;
            for (int i = 0; i < 8; i++) {
              double x = at.get(0).data[i];
              loss += scales[i] * Math.max(0, x) + 0.3 * Math.sin(x);
            }
            return loss;
          }

          @Override
          public Parameters gradient(Parameters at) {
            Parameters gradient = Parameters.zeros(specs);
            for (int i = 0; i < 8; i++) {
              double x = at.get(0).data[i];
              double slope = (x > 0 ? scales[i] : 0) + 0.3 * Math.cos(x);
              gradient.get(0).data[i] = (float) (slope * (1 + error));
            }
            return gradient;
          }
        };
    return GradientCheck.of(theta, objective, name -> false, GradientCheck.KINKED, kinked).get(0);
  }

  @Test
  void aKinkIsNoMistakeButAMistakeAtAKinkIsOne() {
    assertEquals(Verdict.KINK, atKink(0, true).verdict());
    assertEquals(Verdict.WRONG, atKink(0.3, true).verdict());
    // What has no kinks by design is not excused.
    assertEquals(Verdict.WRONG, atKink(0, false).verdict());
  }
}
