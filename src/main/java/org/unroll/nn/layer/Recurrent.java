package org.unroll.nn.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.nn.Initializers;
import org.unroll.nn.Pass;
import org.unroll.nn.cell.Cell;
import org.unroll.nn.cell.Cells;
import org.unroll.nn.norm.BatchNorm;
import org.unroll.nn.norm.RunningMoments;
import org.unroll.tensor.Initializer;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * A recurrent layer, in one direction or in both: {@code [a_fwd⟨t⟩, a_bwd⟨t⟩]} (Schuster and
 * Paliwal 1997). The backward direction runs over each sequence's own length, last real step first.
 */
public final class Recurrent implements Layer {
  private final int units;
  private final int inputs;
  private final boolean passesGradient;
  private final List<Recurrence> directions = new ArrayList<>();
  private final List<ParameterSpec> specs = new ArrayList<>();
  private final Steps output = new Steps();
  private final Steps directionGradient = new Steps();
  private final Steps inputGradient = new Steps();
  private Steps input;
  private Kernels kernels;

  /** Makes the input's part of a direction. */
  private interface Projections {
    /**
     * A projection.
     *
     * @param rows number of its rows
     * @param norm what to make of the product with the input
     */
    Projection of(int rows, UnaryOperator<Projection> norm);
  }

  /**
   * A recurrent layer.
   *
   * @param index tells it from others in the network
   * @param prefix what the names of its parameters begin with
   * @param inputs width of its input, or the number of symbols
   * @param projections makes the input's part of a direction
   * @param passesGradient whether the layer below wants the gradient of what it returned
   */
  private Recurrent(
      int index,
      String prefix,
      LayerConfig config,
      int inputs,
      Projections projections,
      boolean passesGradient,
      Initialization start) {
    this.units = config.units();
    this.inputs = inputs;
    this.passesGradient = passesGradient;
    for (int d = 0; d < (config.bidirectional() ? 2 : 1); d++) {
      Cell cell = Cells.create(config);
      int rows = cell.gates() * units;
      Projection projection = projections.of(rows, normalization(config, cell));
      int number = config.recurrentDropout() > 0 ? recurrentDropoutNumber(index, d) : 0;
      Recurrence direction =
          new Recurrence(prefix, d == 0 ? 1 : -1, units, cell, projection, number);
      directions.add(direction);
      specify(direction, config, rows, start);
    }
  }

  /** Below 0, where no layer of {@link Dropout} is. */
  static int recurrentDropoutNumber(int index, int direction) {
    return -1 - 2 * index - direction;
  }

  /**
   * A layer above another of {@code inputs} values per step.
   *
   * @param passesGradient whether the one below wants a gradient: data and frozen layers do not
   */
  public static Recurrent above(
      int index, LayerConfig config, int inputs, boolean passesGradient, Initialization start) {
    return above(index, prefix(index), config, inputs, passesGradient, start);
  }

  /** As above, with names of its own. */
  static Recurrent above(
      int index,
      String prefix,
      LayerConfig config,
      int inputs,
      boolean passesGradient,
      Initialization start) {
    return new Recurrent(
        index,
        prefix,
        config,
        inputs,
        (rows, norm) -> norm.apply(new DenseProjection(rows, inputs)),
        passesGradient,
        start);
  }

  private static String prefix(int index) {
    return "layers." + index + ".";
  }

  /** The first layer, on one-hot symbols. */
  public static Recurrent onSymbols(
      int index, LayerConfig config, int symbols, Initialization start) {
    return new Recurrent(
        index,
        prefix(index),
        config,
        symbols,
        (rows, norm) -> norm.apply(new SymbolProjection(rows, symbols)),
        false,
        start);
  }

  /** The first layer, on a folded embedding. */
  public static Recurrent onTable(
      int index, LayerConfig config, Embedding embedding, Initialization start) {
    int size = embedding.outputRows();
    return new Recurrent(
        index,
        prefix(index),
        config,
        size,
        (rows, norm) ->
            new TableProjection(rows, embedding, norm.apply(new DenseProjection(rows, size))),
        false,
        start);
  }

  /** What the layer's configuration makes of a product with the input. */
  private static UnaryOperator<Projection> normalization(LayerConfig config, Cell cell) {
    return switch (config.normalization()) {
      case NONE -> UnaryOperator.identity();
      case LAYER ->
          product -> new NormalizedProjection(product, new ProjectionNorm(cell.normalizedRows()));
      case BATCH -> {
        int rows = cell.gates() * config.units();
        yield product ->
            new BatchNormalizedProjection(product, new BatchNorm(rows, config.momentum()));
      }
    };
  }

  private void specify(
      Recurrence direction, LayerConfig config, int rows, Initialization initialization) {
    Initializer uniform = Initializers.uniform(1 / Math.sqrt(units));
    Initializer input =
        switch (initialization) {
          case GLOROT -> Initializers.glorot(inputs, units);
          case ORTHOGONAL -> Initializers.orthogonal(units);
          case PYTORCH -> uniform;
        };
    Initializer recurrent =
        switch (initialization) {
          case GLOROT, ORTHOGONAL -> Initializers.orthogonal(units);
          case PYTORCH -> uniform;
        };
    Initializer bias =
        switch (initialization) {
          case GLOROT, ORTHOGONAL -> glorotBias(config);
          case PYTORCH -> uniform;
        };
    specs.add(
        new ParameterSpec(direction.name("weight_ih"), ParameterRole.WEIGHT, rows, inputs, input));
    specs.add(
        new ParameterSpec(
            direction.name("weight_hh"), ParameterRole.WEIGHT, rows, units, recurrent));
    specs.add(new ParameterSpec(direction.name("bias_ih"), ParameterRole.BIAS, rows, 1, bias));
    specs.add(
        new ParameterSpec(
            direction.name("bias_hh"),
            ParameterRole.SECOND_BIAS,
            rows,
            1,
            Initializers.constant(0)));
    specs.addAll(direction.ownParameters());
  }

  private static Initializer glorotBias(LayerConfig config) {
    Initializer zero = Initializers.constant(0);
    return switch (config.cell()) {
      case RNN, GRU -> zero;
      case LSTM ->
          Initializers.rows(zero, config.units(), 2 * config.units(), (float) config.forgetBias());
    };
  }

  @Override
  public List<ParameterSpec> parameters() {
    return specs;
  }

  @Override
  public List<RunningMoments> runningMoments() {
    return directions.stream().flatMap(each -> each.runningMoments().stream()).toList();
  }

  @Override
  public void bind(Kernels kernels, Parameters values, Parameters gradient) {
    this.kernels = kernels;
    for (Recurrence direction : directions) {
      direction.bind(kernels, values, gradient);
    }
  }

  @Override
  public int outputRows() {
    return units * directions.size();
  }

  @Override
  public Steps forward(Pass pass, Steps input) {
    this.input = input;
    if (directions.size() == 1) {
      return directions.get(0).forward(pass, input);
    }
    Timeline timeline = pass.block().timeline();
    output.reshape(timeline, outputRows());
    for (int d = 0; d < directions.size(); d++) {
      copy(directions.get(d).forward(pass, input), 0, output, d * units, timeline);
    }
    return output;
  }

  @Override
  public Steps backward(Pass pass, Steps outputGradient) {
    Timeline timeline = pass.block().timeline();
    Steps below = null;
    if (passesGradient) {
      below = inputGradient;
      below.reshape(timeline, inputs);
      below.clear();
    }
    if (directions.size() == 1) {
      directions.get(0).backward(pass, input, outputGradient, below);
      return below;
    }
    for (int d = 0; d < directions.size(); d++) {
      directionGradient.reshape(timeline, units);
      copy(outputGradient, d * units, directionGradient, 0, timeline);
      directions.get(d).backward(pass, input, directionGradient, below);
    }
    return below;
  }

  /** Copies {@code units} rows of every step. */
  private void copy(Steps from, int fromRow, Steps to, int toRow, Timeline timeline) {
    int lanes = timeline.lanes();
    for (int t = 0; t < timeline.steps(); t++) {
      System.arraycopy(
          from.data(),
          from.offset(t) + fromRow * lanes,
          to.data(),
          to.offset(t) + toRow * lanes,
          units * lanes);
    }
  }

  @Override
  public boolean worksInWindows() {
    // The second direction begins at the end, and a mean over all steps is known at the end.
    return directions.size() == 1 && !directions.get(0).measures();
  }

  @Override
  public void resetState() {
    directions.forEach(Recurrence::reset);
  }
}
