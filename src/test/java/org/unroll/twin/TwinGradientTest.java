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
import org.unroll.data.Example;
import org.unroll.hash.Hash;
import org.unroll.nn.head.TargetWeights;

/** The tape against finite differences: every parameter of every kind of network. */
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

  static List<RandomCase> all() {
    return RandomCase.all();
  }

  static List<RandomCase> stacks() {
    return RandomCase.stacks();
  }

  static Stream<RandomCase> oneWay() {
    return RandomCase.all().stream().filter(RandomCase::oneWay);
  }

  @ParameterizedTest
  @MethodSource("all")
  void gradientIsTheSlopeOfTheLoss(RandomCase network) {
    assertSlopes(network, TwinOptions.PLAIN);
  }

  @ParameterizedTest
  @MethodSource("stacks")
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
  @MethodSource("oneWay")
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
    Tensors.assertClose("truncated gradient", cut.gradients(), slopes(network, replaying), LIMIT);
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
  @MethodSource("stacks")
  void gradientIsTheSlopeOfAWeightedLoss(RandomCase network) {
    RandomCase weighted = network.weighted();
    TwinOptions options = TwinOptions.weighing(new TargetWeights(0.2, List.of(0.5, 2.0, 1.0, 0.0)));
    assertNotEquals(network.run(TwinOptions.PLAIN).loss(), weighted.run(options).loss());
    // Weights and smoothing flatten the loss: in some deep stacks little of it reaches the bottom.
    assertSlopes(weighted, options, 1e-5);
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
    assertEquals(network.examples().stream().mapToInt(e -> e.targets().length).sum(), all.weight());
  }

  private static void assertSlopes(RandomCase network, TwinOptions options) {
    assertSlopes(network, options, 1e-3);
  }

  private static void assertSlopes(RandomCase network, TwinOptions options, double least) {
    Map<String, double[][]> gradients = network.run(options).gradients();
    Tensors.assertClose("gradient", gradients, slopes(network, options), LIMIT);
    assertTrue(
        Tensors.norm(gradients.get("layers.0.weight_ih")) > least,
        "a gradient that does not reach the first layer would prove nothing");
  }

  private static Map<String, double[][]> slopes(RandomCase network, TwinOptions options) {
    return FiniteDifferences.of(
        network.parameters(), p -> Twin.loss(network.model(), p, network.examples(), options));
  }
}
