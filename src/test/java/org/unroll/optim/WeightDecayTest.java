package org.unroll.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.unroll.config.AdaptiveSoftmaxConfig;
import org.unroll.config.CharactersConfig;
import org.unroll.config.CrfConfig;
import org.unroll.config.CtcConfig;
import org.unroll.config.DenseConfig;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.QuantileConfig;
import org.unroll.config.SigmoidConfig;
import org.unroll.config.Topology;
import org.unroll.data.InputShape;
import org.unroll.nn.Network;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.twin.Configs;

/** What decays, over every parameter of real networks. */
class WeightDecayTest {
  /** Sizes of vocabularies: no layer is as wide, so that a table is known by its rows. */
  private static final int WORDS = 11;

  private static final int KINDS = 13;
  private static final int CHARACTERS = 17;
  private static final int CLASSES = 7;

  private static final InputShape FIELDS =
      new InputShape(
          List.of(new InputShape.Symbols("", WORDS, 0), new InputShape.Symbols("norm", KINDS, 5)),
          2,
          CHARACTERS);

  private static ModelConfig model(
      Topology topology,
      int embedding,
      boolean tied,
      CharactersConfig spelling,
      LayerConfig layer) {
    return new ModelConfig(
        topology,
        embedding,
        "",
        0,
        ModelConfig.DropoutMask.STEP,
        tied,
        spelling,
        ModelConfig.Output.SOFTMAX,
        ModelConfig.Initialization.GLOROT,
        List.of(layer),
        ModelConfig.Pooling.ATTENTION,
        "",
        List.of(),
        tied ? List.of() : List.of(new DenseConfig(5, DenseConfig.Activation.TANH, 0)),
        new AdaptiveSoftmaxConfig(List.of(), 4),
        CrfConfig.FREE,
        SigmoidConfig.DEFAULT,
        CtcConfig.GREEDY,
        QuantileConfig.DEFAULT);
  }

  private static List<ParameterSpec> parameters(ModelConfig model, InputShape input, int classes) {
    return new Network(model, input, SoftmaxSpec.of(classes), new EjmlKernels()).parameters();
  }

  /**
   * The parameters of networks with every cell and normalisation, in both directions, over fields
   * with characters and over single symbols, with attention, a dense layer, and a tied embedding.
   */
  private static List<ParameterSpec> parameters() {
    List<ParameterSpec> all = new ArrayList<>();
    CharactersConfig none = new CharactersConfig(0, List.of());
    for (LayerConfig.Cell cell : LayerConfig.Cell.values()) {
      LayerConfig plain = Configs.layers(cell, 3, false).get(0);
      CharactersConfig spelling = new CharactersConfig(4, List.of(plain));
      for (LayerConfig layer : Configs.layers(cell, 3, true)) {
        all.addAll(
            parameters(model(Topology.MANY_TO_ONE, 4, false, spelling, layer), FIELDS, CLASSES));
      }
      InputShape symbols = InputShape.ofSymbols(WORDS);
      all.addAll(parameters(model(Topology.MANY_TO_ONE, 0, false, none, plain), symbols, CLASSES));
      all.addAll(parameters(model(Topology.MANY_TO_MANY, 3, true, none, plain), symbols, WORDS));
    }
    return all;
  }

  private static boolean isTable(ParameterSpec spec) {
    return spec.columns() > 1 && Set.of(WORDS, KINDS, CHARACTERS).contains(spec.rows());
  }

  @Test
  void matricesDecayUnlessTheyAreTablesOfSymbols() {
    WeightDecay weights =
        WeightDecay.of(Updates.config("kind=adamw", "weight-decay=0.1"), name -> false);
    List<ParameterSpec> specs = parameters();
    for (ParameterSpec spec : specs) {
      assertEquals(spec.columns() > 1 && !isTable(spec), weights.covers(spec), spec.name());
    }
    assertTrue(
        specs.stream()
            .filter(WeightDecayTest::isTable)
            .map(ParameterSpec::name)
            .toList()
            .containsAll(
                List.of(
                    "embedding.weight", "embedding.norm.weight", "characters.embedding.weight")));
    assertTrue(weights.decoupled());
  }

  @Test
  void everythingThatIsLearnedDecaysIfAsked() {
    WeightDecay all =
        WeightDecay.of(Updates.config("weight-decay=0.1", "weight-decay-on=all"), name -> false);
    for (ParameterSpec spec : parameters()) {
      boolean kept = spec.name().contains(".bias_hh") || spec.name().contains(".running_");
      assertEquals(!kept, all.covers(spec), spec.name());
    }
    assertFalse(all.decoupled());
  }

  @Test
  void nothingDecaysWithoutARateAndNoFrozenPartDoes() {
    WeightDecay none = WeightDecay.of(Updates.config(), name -> false);
    WeightDecay frozen =
        WeightDecay.of(Updates.config("weight-decay=0.1"), name -> name.startsWith("dense"));
    for (ParameterSpec spec : parameters()) {
      assertFalse(none.covers(spec), spec.name());
      assertFalse(frozen.covers(spec) && spec.name().startsWith("dense"), spec.name());
    }
  }
}
