package org.unroll.twin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.unroll.config.AdaptiveSoftmaxConfig;
import org.unroll.config.CharactersConfig;
import org.unroll.config.CrfConfig;
import org.unroll.config.CtcConfig;
import org.unroll.config.LayerConfig;
import org.unroll.config.LayerConfig.Activation;
import org.unroll.config.LayerConfig.GatesRead;
import org.unroll.config.LayerConfig.Normalization;
import org.unroll.config.LayerConfig.OutputActivation;
import org.unroll.config.LayerConfig.Reset;
import org.unroll.config.ModelConfig;
import org.unroll.config.QuantileConfig;
import org.unroll.config.SigmoidConfig;
import org.unroll.config.Topology;

/** The job file's records for a twin's model: the one place in the tests that builds them. */
public final class Configs {
  private static final OutputActivation PLAIN_OUTPUT = OutputActivation.TANH;

  private Configs() {}

  /** Topologies that differ as networks: one-to-one is many-to-one with a single step. */
  public static Topology[] topologies() {
    return new Topology[] {Topology.MANY_TO_MANY, Topology.MANY_TO_ONE};
  }

  /** The records of a model. */
  public static ModelConfig of(TwinModel model) {
    return new ModelConfig(
        model.topology(),
        model.embedding(),
        "",
        0,
        ModelConfig.DropoutMask.STEP,
        model.tied(),
        of(model.characters()),
        model.output().kind(),
        ModelConfig.Initialization.GLOROT,
        model.layers().stream().map(Configs::of).toList(),
        ModelConfig.Pooling.valueOf(model.pooling().name()),
        "",
        List.of(),
        model.dense(),
        model.output() instanceof TwinAdaptiveSoftmax adaptive
            ? new AdaptiveSoftmaxConfig(adaptive.cutoffs(), adaptive.factor())
            : new AdaptiveSoftmaxConfig(List.of(), 4),
        CrfConfig.FREE,
        SigmoidConfig.DEFAULT,
        CtcConfig.GREEDY,
        QuantileConfig.DEFAULT);
  }

  private static CharactersConfig of(TwinModel.Characters words) {
    return words == null
        ? new CharactersConfig(0, List.of())
        : new CharactersConfig(
            words.embedding(), words.layers().stream().map(Configs::of).toList());
  }

  /** Every layer of a kind of cell: each combination of its options, without dropout. */
  public static List<LayerConfig> layers(LayerConfig.Cell cell, int units, boolean bidirectional) {
    LayerConfig plain = layer(cell, units, bidirectional);
    List<LayerConfig> layers = new ArrayList<>();
    switch (cell) {
      case RNN -> {
        for (Activation activation : Activation.values()) {
          layers.add(with(plain, plain.reset(), activation, plain.gatesRead(), PLAIN_OUTPUT));
        }
      }
      case GRU -> {
        for (Reset reset : Reset.values()) {
          layers.add(with(plain, reset, plain.activation(), plain.gatesRead(), PLAIN_OUTPUT));
        }
      }
      case LSTM -> {
        for (GatesRead read : GatesRead.values()) {
          for (OutputActivation output : OutputActivation.values()) {
            layers.add(with(plain, plain.reset(), plain.activation(), read, output));
          }
        }
      }
    }
    return layers.stream().flatMap(Configs::normalizations).toList();
  }

  private static Stream<LayerConfig> normalizations(LayerConfig layer) {
    return Stream.of(Normalization.values()).map(n -> with(layer, layer.dropout(), n));
  }

  private static LayerConfig layer(LayerConfig.Cell cell, int units, boolean bidirectional) {
    return new LayerConfig(
        cell,
        units,
        bidirectional,
        0,
        0,
        false,
        Normalization.NONE,
        0,
        Reset.BEFORE,
        Activation.TANH,
        GatesRead.ACTIVATION,
        PLAIN_OUTPUT,
        1);
  }

  private static LayerConfig with(
      LayerConfig layer,
      Reset reset,
      Activation activation,
      GatesRead gatesRead,
      OutputActivation output) {
    return new LayerConfig(
        layer.cell(),
        layer.units(),
        layer.bidirectional(),
        layer.dropout(),
        layer.recurrentDropout(),
        layer.residual(),
        layer.normalization(),
        layer.normalizationMomentum(),
        reset,
        activation,
        gatesRead,
        output,
        layer.forgetBias());
  }

  /** The same layer with another dropout and normalisation. */
  public static LayerConfig with(LayerConfig layer, double dropout, Normalization normalization) {
    return new LayerConfig(
        layer.cell(),
        layer.units(),
        layer.bidirectional(),
        dropout,
        layer.recurrentDropout(),
        layer.residual(),
        normalization,
        layer.normalizationMomentum(),
        layer.reset(),
        layer.activation(),
        layer.gatesRead(),
        layer.outputActivation(),
        layer.forgetBias());
  }

  /** The same layer with another recurrent dropout. */
  public static LayerConfig withRecurrent(LayerConfig layer, double dropout) {
    return new LayerConfig(
        layer.cell(),
        layer.units(),
        layer.bidirectional(),
        layer.dropout(),
        dropout,
        layer.residual(),
        layer.normalization(),
        layer.normalizationMomentum(),
        layer.reset(),
        layer.activation(),
        layer.gatesRead(),
        layer.outputActivation(),
        layer.forgetBias());
  }

  /** The same layer with its input added to its output, or not. */
  public static LayerConfig with(LayerConfig layer, boolean residual) {
    return new LayerConfig(
        layer.cell(),
        layer.units(),
        layer.bidirectional(),
        layer.dropout(),
        layer.recurrentDropout(),
        residual,
        layer.normalization(),
        layer.normalizationMomentum(),
        layer.reset(),
        layer.activation(),
        layer.gatesRead(),
        layer.outputActivation(),
        layer.forgetBias());
  }

  /** The layer as a job file has it; without dropout, which is not in {@link #layers}. */
  public static String text(LayerConfig layer) {
    String own =
        switch (layer.cell()) {
          case RNN -> "activation = " + layer.activation();
          case GRU -> "reset = " + layer.reset();
          case LSTM ->
              "gates-read = "
                  + layer.gatesRead()
                  + ", output-activation = "
                  + layer.outputActivation();
        };
    return ("{ cell = %s, units = %d, bidirectional = %b, normalization = %s, " + own + " }")
        .formatted(layer.cell(), layer.units(), layer.bidirectional(), layer.normalization())
        .toLowerCase(Locale.ROOT);
  }

  private static LayerConfig of(TwinModel.Layer layer) {
    Normalization normalization = Normalization.valueOf(layer.norm().name());
    Reset reset = Reset.BEFORE;
    Activation activation = Activation.TANH;
    GatesRead gatesRead = GatesRead.ACTIVATION;
    OutputActivation output = OutputActivation.TANH;
    LayerConfig.Cell cell = LayerConfig.Cell.LSTM;
    if (layer.cell() instanceof TwinRnn rnn) {
      cell = LayerConfig.Cell.RNN;
      activation = Activation.valueOf(rnn.activation().name());
    } else if (layer.cell() instanceof TwinGru gru) {
      cell = LayerConfig.Cell.GRU;
      reset = Reset.valueOf(gru.reset().name());
    } else if (layer.cell() instanceof TwinLstm lstm) {
      gatesRead = GatesRead.valueOf(lstm.gatesRead().name());
      output = OutputActivation.valueOf(lstm.output().name());
    }
    LayerConfig plain = layer(cell, layer.units(), layer.bidirectional());
    LayerConfig formed = with(plain, reset, activation, gatesRead, output);
    return with(with(formed, 0, normalization), layer.residual());
  }
}
