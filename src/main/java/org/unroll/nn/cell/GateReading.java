package org.unroll.nn.cell;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.config.LayerConfig;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;

/**
 * What the gates of an LSTM, and its candidate, see of the step before: the recurrent part of their
 * pre-activations, and its way back. One implementation for each value of {@code gates-read}.
 */
abstract class GateReading {
  final int units;
  final RecurrentSum sum;

  /** What is seen of the activation. */
  final SeenState seen;

  Kernels kernels;
  FMatrixRMaj weightGradient;

  /** Pre-activations, or their gradients, in the order i, f, g, o. */
  Steps gates;

  Steps output;
  Steps state;

  GateReading(LayerConfig config) {
    units = config.units();
    sum = RecurrentSum.of(config.normalization(), 4 * units, 0);
    seen = new SeenState(config);
  }

  /** As a layer's configuration says. */
  static GateReading of(LayerConfig config) {
    return switch (config.gatesRead()) {
      case ACTIVATION -> new ActivationReading(config);
      case CELL -> new CellReading(config);
      case PEEPHOLE -> new PeepholeReading(config);
    };
  }

  /** What it has beside {@code weight_hh}. */
  List<ParameterSpec> parameters() {
    return List.of();
  }

  void bind(Kernels kernels, CellParameters values, CellParameters gradients) {
    this.kernels = kernels;
    weightGradient = gradients.get("weight_hh");
    sum.bind(kernels, values, gradients);
    seen.bind(kernels);
  }

  /** As {@link Cell#drop}. */
  void drop(int[] keys) {
    seen.drop(keys);
  }

  /** Begins a pass. */
  void begin(Steps gates, Steps output, Steps state) {
    this.gates = gates;
    this.output = output;
    this.state = state;
    sum.begin(gates, 0);
    seen.begin(output);
  }

  /** Adds to the pre-activations of step {@code t} what is read of the step {@code before}. */
  abstract void forward(int t, int before);

  /** Adds to the output gate's what is read of c⟨t⟩, now that it is known. */
  void forwardOutput(int t) {}

  /** The output gate's gradient is known: adds its part to that of c⟨t⟩. */
  void backwardOutput(int t, Steps stateGradient) {}

  /**
   * All gates' gradients are known: adds their parts to the gradients of the step {@code before}.
   *
   * @param flows whether these are wanted
   * @param outputGradient of every step
   * @param stateGradient one step, that of c⟨t-1⟩
   */
  abstract void backward(
      int t, int before, boolean flows, Steps outputGradient, Steps stateGradient);

  /** Adds to the gradients of the parameters, after the last step back. */
  abstract void finish(Walk walk);
}
