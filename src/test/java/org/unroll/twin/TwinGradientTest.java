package org.unroll.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.Pairwise;
import org.unroll.data.Example;
import org.unroll.hash.Hash;
import org.unroll.nn.head.TargetWeights;

/**
 * The tape against finite differences, in a random direction of every parameter, of some networks.
 * That each operation has the right derivative is for {@link TapeTest}; here, that the equations
 * put together of them pass on what they should: running values are taken as constants in places.
 *
 * <p>By default networks are {@link Pairwise chosen} from {@link RandomCase#all}: each cell with
 * its own options is seen with every normalisation, direction, topology, kind of input and way of
 * reading it, plain, under dropout, truncated and weighted; every pooling, tied embeddings and
 * every cell over characters, too. All some 1,500 combinations run with {@code -Psoak}.
 */
class TwinGradientTest {
  private static final double LIMIT = 1e-6;
  private static final double RATE = 0.25;

  /** Inverted dropout by a hash of the place. */
  private static final TwinOptions.Dropout DROPOUT =
      new TwinOptions.Dropout() {
        @Override
        public double factor(int layer, long id, int step, int unit) {
          return Hash.unit(Hash.of(layer, id, step, unit)) < RATE ? 0 : 1 / (1 - RATE);
        }

        @Override
        public double recurrent(int layer, boolean reverse, long id, int unit) {
          return factor(reverse ? 71 : 72, id, layer, unit);
        }
      };

  /** What is done to a network, beside its options: dropout and weights want a stack. */
  private enum How {
    PLAIN,
    DROPOUT,
    TRUNCATED,
    WEIGHTED
  }

  private record Way(How how, RandomCase network) {
    List<Map<String, Object>> views() {
      List<Map<String, Object>> views = network.views();
      views.forEach(view -> view.put("how", how));
      return views;
    }
  }

  private static final List<Way> WAYS =
      Pairwise.cases(
          Stream.of(How.values())
              .flatMap(how -> candidates(how).map(network -> new Way(how, network)))
              .toList(),
          Way::views);

  private static Stream<RandomCase> candidates(How how) {
    return switch (how) {
      case PLAIN -> RandomCase.all().stream();
      case TRUNCATED -> RandomCase.all().stream().filter(RandomCase::oneWay);
      case DROPOUT, WEIGHTED -> RandomCase.stacks().stream();
    };
  }

  private static Stream<RandomCase> chosen(How how) {
    return WAYS.stream().filter(way -> way.how() == how).map(Way::network);
  }

  static Stream<RandomCase> plain() {
    return chosen(How.PLAIN);
  }

  static Stream<RandomCase> dropout() {
    return chosen(How.DROPOUT);
  }

  static Stream<RandomCase> truncated() {
    return chosen(How.TRUNCATED);
  }

  static Stream<RandomCase> weighted() {
    return chosen(How.WEIGHTED);
  }

  @ParameterizedTest
  @MethodSource("plain")
  void gradientIsTheSlopeOfTheLoss(RandomCase network) {
    assertSlopes(network, TwinOptions.PLAIN);
  }

  @ParameterizedTest
  @MethodSource("dropout")
  void gradientIsTheSlopeUnderDropout(RandomCase network) {
    TwinOptions options = TwinOptions.dropout(DROPOUT);
    assertNotEquals(network.run(TwinOptions.PLAIN).loss(), network.run(options).loss());
    // In some deep stacks little of the loss reaches the bottom past the masks.
    assertSlopes(network, options, 1e-5);
  }

  /**
   * What truncation means, said without it: the state at each cut is a number that was computed
   * once and no longer depends on the parameters.
   */
  @ParameterizedTest
  @MethodSource("truncated")
  void truncatedGradientIsTheSlopeWithTheCarriedStatesHeld(RandomCase network) {
    Map<List<Long>, double[]> held = new HashMap<>();
    TwinOptions.Carry record =
        (id, layer, step, state, values) -> {
          held.put(List.of(id, (long) layer, (long) step, (long) state), values.clone());
          return values;
        };
    TwinOptions.Carry replay =
        (id, layer, step, state, values) ->
            held.get(List.of(id, (long) layer, (long) step, (long) state));
    TwinOptions recording = new TwinOptions(2, TwinOptions.PLAIN.dropout(), record);
    TwinOptions replaying = new TwinOptions(2, TwinOptions.PLAIN.dropout(), replay);
    TwinResult full = network.run(TwinOptions.PLAIN);
    TwinResult cut = network.run(recording);
    assertEquals(full.loss(), cut.loss(), "the state is carried forward unchanged");
    assertTrue(
        held.keySet().stream().allMatch(key -> key.get(2) % 2 == 0) && !held.isEmpty(),
        "cuts come every 2 steps");
    assertSlopes(network, cut.gradients(), replaying);
    assertTrue(
        Tensors.relativeError(
                cut.gradients().get("layers.0.weight_hh"),
                full.gradients().get("layers.0.weight_hh"),
                0)
            > 1e-3,
        "truncation changes the recurrent gradient");
  }

  /** Weights of sequences and classes, and smoothing. */
  @ParameterizedTest
  @MethodSource("weighted")
  void gradientIsTheSlopeOfAWeightedLoss(RandomCase network) {
    RandomCase weighted = network.weighted();
    TwinOptions options = TwinOptions.weighing(new TargetWeights(0.2, List.of(0.5, 2.0, 1.0, 0.0)));
    assertNotEquals(network.run(TwinOptions.PLAIN).loss(), weighted.run(options).loss());
    // Weights and smoothing flatten the loss: in some deep stacks little of it reaches the bottom.
    assertSlopes(weighted, options, 1e-5);
  }

  /** Sets of labels with binary cross-entropy, with weights of sequences. */
  @ParameterizedTest
  @MethodSource("weighted")
  void gradientIsTheSlopeOfTheLossOfLabels(RandomCase network) {
    RandomCase labelled = network.labelled().weighted();
    assertNotEquals(
        network.weighted().run(TwinOptions.PLAIN).loss(), labelled.run(TwinOptions.PLAIN).loss());
    assertSlopes(labelled, TwinOptions.PLAIN, 1e-5);
  }

  @Test
  void truncationBeyondTheLengthChangesNothing() {
    RandomCase network = RandomCase.singleLayers().get(0);
    Tensors.assertClose(
        "gradient",
        network.run(TwinOptions.truncated(5)).gradients(),
        network.run(TwinOptions.PLAIN).gradients(),
        0);
  }

  @Test
  void everySequenceOfASumCountsOnce() {
    RandomCase network = RandomCase.stacks().get(0);
    double loss = 0;
    double weight = 0;
    for (Example example : network.examples()) {
      TwinResult one =
          Twin.run(network.model(), network.parameters(), List.of(example), TwinOptions.PLAIN);
      loss += one.loss();
      weight += one.weight();
    }
    TwinResult all = network.run(TwinOptions.PLAIN);
    assertEquals(loss, all.loss(), 1e-12);
    assertEquals(weight, all.weight());
    assertEquals(network.examples().stream().mapToInt(e -> e.targets().size()).sum(), all.weight());
  }

  private static void assertSlopes(RandomCase network, TwinOptions options) {
    assertSlopes(network, options, 1e-3);
  }

  private static void assertSlopes(RandomCase network, TwinOptions options, double least) {
    Map<String, double[][]> gradients = network.run(options).gradients();
    assertSlopes(network, gradients, options);
    assertTrue(
        Tensors.norm(gradients.get("layers.0.weight_ih")) > least,
        "a gradient that does not reach the first layer would prove nothing");
  }

  private static void assertSlopes(
      RandomCase network, Map<String, double[][]> gradients, TwinOptions options) {
    Map<String, double[][]> directions = FiniteDifferences.directions(network.parameters(), 1);
    assertEquals(directions.keySet(), gradients.keySet());
    double floor = 1e-4 * Tensors.norm(gradients);
    directions.forEach(
        (name, direction) -> {
          double slope =
              FiniteDifferences.slope(
                  network.parameters(),
                  name,
                  direction,
                  p -> Twin.loss(network.model(), p, network.examples(), options));
          double[][] gradient = gradients.get(name);
          double limit = LIMIT * Math.max(Tensors.norm(gradient), floor);
          assertEquals(slope, Tensors.dot(gradient, direction), limit, name);
        });
  }
}
