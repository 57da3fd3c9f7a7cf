package org.unroll.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;

/**
 * Walks what a job file can say: a cell or an option that has no twin, or whose twin is in no case,
 * fails here, so that nothing is trained unchecked.
 */
class TwinRegistryTest {
  static List<RandomCase> all() {
    return RandomCase.all();
  }

  @ParameterizedTest
  @EnumSource(LayerConfig.Cell.class)
  void everyCellAndOptionHasATwinInTheCases(LayerConfig.Cell kind) {
    Set<TwinCell> cases = new HashSet<>(RandomCase.cells().values());
    for (LayerConfig.Reset reset : LayerConfig.Reset.values()) {
      for (LayerConfig.Activation activation : LayerConfig.Activation.values()) {
        TwinCell cell = TwinCell.of(new LayerConfig(kind, 3, false, 0, reset, activation, 1));
        assertTrue(cases.contains(cell), () -> cell + " must be among the cases");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void recordsOfACaseMeanTheCase(RandomCase network) {
    Configs.of(network.model())
        .ifPresent(config -> assertEquals(withoutInput(network.model()), TwinModel.of(config)));
  }

  /** What a step gives besides the first field stands in the data, not in the model's records. */
  private static TwinModel withoutInput(TwinModel model) {
    return new TwinModel(
        model.topology(), model.embedding(), List.of(), 0, model.layers(), model.dense());
  }

  @Test
  void everyCellOfAJobFileIsInSomeRecords() {
    Set<LayerConfig.Cell> reached = new HashSet<>();
    for (RandomCase network : RandomCase.all()) {
      Configs.of(network.model()).map(ModelConfig::layers).orElse(List.of()).stream()
          .map(LayerConfig::cell)
          .forEach(reached::add);
    }
    assertEquals(Set.of(LayerConfig.Cell.values()), reached);
  }
}
