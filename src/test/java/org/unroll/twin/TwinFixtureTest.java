package org.unroll.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The twin against PyTorch, both in double precision. */
class TwinFixtureTest {
  private static final double LIMIT = 1e-9;

  /**
   * PyTorch divides by norm + 1e-6 when it clips, and Adam divides by the square root of values
   * that this scales.
   */
  private static final double ADAM_LIMIT = 1e-7;

  static List<Fixture> all() {
    return Fixture.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void agreesWithPyTorch(Fixture fixture) {
    TwinResult result =
        Twin.run(fixture.model(), fixture.parameters(), fixture.examples(), TwinOptions.PLAIN);
    TwinResult evaluated =
        Twin.run(fixture.model(), fixture.parameters(), fixture.examples(), TwinOptions.EVALUATION);
    Tensors.assertClose("logits", evaluated.logits(), fixture.logits(), LIMIT);
    Tensors.assertClose("loss", result.loss(), fixture.loss(), LIMIT);
    assertEquals(fixture.weight(), result.weight());
    Map<String, double[][]> mean =
        Tensors.scaled(Tensors.trained(fixture.model(), result.gradients()), 1 / fixture.weight());
    Tensors.assertClose("gradient", mean, fixture.gradients(), LIMIT);
  }

  @ParameterizedTest
  @MethodSource("all")
  void takesTheSameAdamSteps(Fixture fixture) {
    Map<String, double[][]> trained =
        TwinAdam.train(fixture.model(), fixture.parameters(), fixture.examples(), fixture.adam());
    Tensors.assertClose("parameters after Adam", trained, fixture.trained(), ADAM_LIMIT);
  }

  @ParameterizedTest
  @MethodSource("all")
  void hasTheNamesAndShapesOfTheLayout(Fixture fixture) {
    int symbols =
        fixture.model().embedding() > 0
            ? fixture.parameters().get("embedding.weight").length
            : fixture.parameters().get("layers.0.weight_ih")[0].length;
    Map<String, List<Integer>> expected = new TreeMap<>();
    fixture
        .model()
        .shapes(symbols, fixture.logits().get(0)[0].length)
        .forEach((name, shape) -> expected.put(name, List.of(shape[0], shape[1])));
    Map<String, List<Integer>> actual = new TreeMap<>();
    fixture
        .parameters()
        .forEach((name, rows) -> actual.put(name, List.of(rows.length, rows[0].length)));
    assertEquals(expected, actual);
  }

  @ParameterizedTest
  @MethodSource("all")
  void startsFromNumbersOfSinglePrecision(Fixture fixture) {
    assertTrue(
        fixture.parameters().values().stream()
            .flatMap(Arrays::stream)
            .flatMapToDouble(Arrays::stream)
            .allMatch(v -> v == (float) v));
  }

  @Test
  void everyCellWithEveryOptionAndNormalizationHasAFixtureInBothDirections() {
    Set<TwinModel.Layer> fixtures = new HashSet<>();
    for (Fixture fixture : Fixture.all()) {
      for (TwinModel.Layer layer : fixture.model().layers()) {
        fixtures.add(new TwinModel.Layer(layer.cell(), 1, layer.bidirectional(), layer.norm()));
      }
    }
    for (boolean both : new boolean[] {false, true}) {
      RandomCase.layers(1, both)
          .forEach((name, layer) -> assertTrue(fixtures.contains(layer), name + ", " + both));
    }
  }
}
