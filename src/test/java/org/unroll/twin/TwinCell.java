package org.unroll.twin;

import java.util.Arrays;
import java.util.List;
import org.unroll.config.LayerConfig;

/**
 * A recurrent cell, one step at a time. The input's products {@code weight_ih x + bias_ih} come
 * from outside, as a one-hot input needs no product.
 */
sealed interface TwinCell permits TwinRnn, TwinGru, TwinLstm {
  /** Number of stacked gates in weights and biases. */
  int gates();

  /** Number of vectors carried from step to step; the first is the activation. */
  int states();

  /**
   * One step.
   *
   * @param weights the layer's weights
   * @param projected {@code weight_ih x⟨t⟩ + bias_ih} (gates·units)
   * @param previous the carried vectors of the step before, each (units)
   * @return the carried vectors of this step
   */
  List<int[]> step(Algebra algebra, Weights weights, int[] projected, List<int[]> previous);

  /** Whether a row of {@code bias_hh} is trained; all other parameters always are. */
  default boolean trainsRecurrentBias(int row, int units) {
    return false;
  }

  /** Whether the cell has diagonal weights from its memory to its gates. */
  default boolean hasPeephole() {
    return false;
  }

  /** How many of the stacked rows, from the first on, layer normalisation takes as one vector. */
  int[] vectors(int units);

  /** Whether layer normalisation also takes the memory before it is let out. */
  default boolean normalizesMemory() {
    return false;
  }

  /**
   * The gains and shifts of layer normalisation.
   *
   * @param recurrent {@code gain_hh} (gates·units)
   * @param memory {@code gain_state} (units); null without
   * @param memoryShift {@code bias_state} (units); null without
   */
  record Gains(int[] recurrent, int[] memory, int[] memoryShift) {}

  /**
   * A layer's weights as nodes.
   *
   * @param recurrent {@code weight_hh} (gates·units × units)
   * @param recurrentBias {@code bias_hh} (gates·units)
   * @param peephole {@code weight_peephole} (3 × units) in the order i, f, o; null without
   * @param gains null without normalisation
   * @param mask what the recurrent products see of each unit: recurrent dropout
   */
  record Weights(
      int[][] recurrent, int[] recurrentBias, int[][] peephole, Gains gains, double[] mask) {
    /** A state as the recurrent products see it. */
    int[] seen(Algebra algebra, int[] state) {
      int[] seen = new int[state.length];
      Arrays.setAll(seen, unit -> algebra.tape.scale(state[unit], mask[unit]));
      return seen;
    }

    int units() {
      return recurrent[0].length;
    }

    /** A recurrent product as it is added up; it begins at {@code row} of the stacked gates. */
    int[] normalized(Algebra algebra, int[] product, int row) {
      return gains == null
          ? product
          : TwinNorm.layer(
              algebra, product, Arrays.copyOfRange(gains.recurrent, row, row + product.length));
    }
  }

  /**
   * The cell that a job file's layer means. Options are taken over by name, so that a new value of
   * theirs without a twin fails here.
   */
  static TwinCell of(LayerConfig layer) {
    return switch (layer.cell()) {
      case RNN -> new TwinRnn(TwinRnn.Activation.valueOf(layer.activation().name()));
      case GRU -> new TwinGru(TwinGru.Reset.valueOf(layer.reset().name()));
      case LSTM ->
          new TwinLstm(
              TwinLstm.GatesRead.valueOf(layer.gatesRead().name()),
              TwinLstm.Output.valueOf(layer.outputActivation().name()));
    };
  }
}
