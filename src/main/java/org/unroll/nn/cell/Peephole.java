package org.unroll.nn.cell;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.unroll.nn.Initializers;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * Diagonal weights from the memory cell to the gates, {@code p ∘ c}: a row of H weights for each of
 * update, forget and output gate. Way back: {@code dc += p ∘ δ}, {@code dp += Σ δ ∘ c}.
 */
final class Peephole {
  /** Number of gates that have one. */
  static final int ROWS = 3;

  static final int UPDATE = 0;
  static final int FORGET = 1;
  static final int OUTPUT = 2;

  private static final String NAME = "weight_peephole";

  private final int units;
  private float[][] partial;
  private Kernels kernels;
  private FMatrixRMaj weight;
  private FMatrixRMaj gradient;

  Peephole(int units) {
    this.units = units;
  }

  ParameterSpec parameter() {
    return new ParameterSpec(
        NAME, ParameterRole.WEIGHT, ROWS, units, Initializers.uniform(1 / Math.sqrt(units)));
  }

  void bind(Kernels kernels, CellParameters values, CellParameters gradients) {
    this.kernels = kernels;
    weight = values.get(NAME);
    gradient = gradients.get(NAME);
    if (partial == null) {
      partial = new float[ROWS][units * Timeline.LANE_MULTIPLE];
    }
  }

  /** Adds p ∘ c to a gate's pre-activations at step {@code t}. */
  void forward(int gate, Steps gates, int row, int t, Steps state, int at) {
    Timeline timeline = gates.timeline();
    int lanes = timeline.lanes();
    kernels.addScaledRows(
        weight.data,
        gate * units,
        state.data(),
        state.offset(at),
        gates.data(),
        gates.offset(t) + row * lanes,
        units,
        lanes,
        timeline.width(t));
  }

  /** Adds p ∘ δ to the gradient of the memory cell, one step. */
  void backward(int gate, Steps gates, int row, int t, Steps stateGradient) {
    Timeline timeline = gates.timeline();
    int lanes = timeline.lanes();
    kernels.addScaledRows(
        weight.data,
        gate * units,
        gates.data(),
        gates.offset(t) + row * lanes,
        stateGradient.data(),
        stateGradient.offset(0),
        units,
        lanes,
        timeline.width(t));
  }

  /** Takes δ ∘ c into the gradient of p. */
  void addGradient(int gate, Steps gates, int row, int t, Steps state, int at) {
    Timeline timeline = gates.timeline();
    int lanes = timeline.lanes();
    kernels.addRowProducts(
        gates.data(),
        gates.offset(t) + row * lanes,
        state.data(),
        state.offset(at),
        units,
        lanes,
        timeline.width(t),
        partial[gate]);
  }

  /** Adds to the gradient of p what the steps back have left. */
  void finish() {
    for (int gate = 0; gate < ROWS; gate++) {
      kernels.addPartialSums(partial[gate], units, gradient, gate * units);
      Arrays.fill(partial[gate], 0f);
    }
  }
}
