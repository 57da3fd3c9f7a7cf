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
import org.unroll.config.Topology;

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
    Set<TwinModel.Layer> cases = new HashSet<>(RandomCase.layers(3, false).values());
    for (LayerConfig layer : Configs.layers(kind, 3, false)) {
      TwinModel.Layer twin = TwinModel.layer(layer);
      assertTrue(cases.contains(twin), () -> twin + " must be among the cases");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void recordsOfACaseMeanTheCase(RandomCase network) {
    // What a step reads beside symbols is not in the model's records.
    TwinModel model = network.model();
    TwinModel onSymbols =
        new TwinModel(model.topology(), model.embedding(), model.layers(), model.dense())
            .pooled(model.pooling())
            .tied(model.tied())
            .with(model.output())
            .spelt(model.characters());
    assertEquals(onSymbols, TwinModel.of(Configs.of(model)));
  }

  @ParameterizedTest
  @EnumSource(ModelConfig.Pooling.class)
  void everyPoolingIsAmongTheCasesInBothDirections(ModelConfig.Pooling pooling) {
    for (boolean both : new boolean[] {false, true}) {
      assertTrue(
          RandomCase.all().stream()
              .map(network -> Configs.of(network.model()))
              .anyMatch(
                  model ->
                      model.topology() == Topology.MANY_TO_ONE
                          && model.pooling() == pooling
                          && model.layers().get(0).bidirectional() == both),
          () -> pooling + " must be among the cases");
    }
  }

  @ParameterizedTest
  @EnumSource(ModelConfig.Output.class)
  void everyOutputIsAmongTheCasesOfItsTopologies(ModelConfig.Output output) {
    List<Topology> topologies =
        output == ModelConfig.Output.CRF || output == ModelConfig.Output.CTC
            ? List.of(Topology.MANY_TO_MANY)
            : List.of(Configs.topologies());
    for (Topology topology : topologies) {
      assertTrue(
          RandomCase.all().stream()
              .map(network -> Configs.of(network.model()))
              .anyMatch(model -> model.topology() == topology && model.output() == output),
          () -> output + " must be among the cases");
    }
  }

  @Test
  void everyCellAndOptionOfAJobFileIsInSomeCase() {
    Set<LayerConfig> reached = new HashSet<>();
    Set<LayerConfig> overCharacters = new HashSet<>();
    for (RandomCase network : RandomCase.all()) {
      reached.addAll(Configs.of(network.model()).layers());
      overCharacters.addAll(Configs.of(network.model()).characters().layers());
    }
    for (LayerConfig.Cell kind : LayerConfig.Cell.values()) {
      for (boolean both : new boolean[] {false, true}) {
        for (LayerConfig layer : Configs.layers(kind, 3, both)) {
          assertTrue(reached.contains(layer), () -> layer + " must be among the cases");
        }
        for (LayerConfig layer : Configs.layers(kind, 2, both)) {
          assertTrue(overCharacters.contains(layer), () -> layer + " must read some characters");
        }
      }
    }
  }
}
