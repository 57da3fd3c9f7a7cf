package org.unroll.nn.cell;

import java.util.List;
import org.unroll.config.LayerConfig;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;

/**
 * As {@link ActivationReading}, and beside that each gate sees the memory cell of its own unit:
 * update and forget gate c⟨t-1⟩, the output gate c⟨t⟩ (Gers and Schmidhuber 2000).
 */
final class PeepholeReading extends ActivationReading {
  private final Peephole peephole;

  PeepholeReading(LayerConfig config) {
    super(config);
    peephole = new Peephole(units);
  }

  @Override
  List<ParameterSpec> parameters() {
    return List.of(peephole.parameter());
  }

  @Override
  void bind(Kernels kernels, CellParameters values, CellParameters gradients) {
    super.bind(kernels, values, gradients);
    peephole.bind(kernels, values, gradients);
  }

  @Override
  void forward(int t, int before) {
    super.forward(t, before);
    peephole.forward(Peephole.UPDATE, gates, 0, t, state, before);
    peephole.forward(Peephole.FORGET, gates, units, t, state, before);
  }

  @Override
  void forwardOutput(int t) {
    peephole.forward(Peephole.OUTPUT, gates, 3 * units, t, state, t);
  }

  @Override
  void backwardOutput(int t, Steps stateGradient) {
    peephole.backward(Peephole.OUTPUT, gates, 3 * units, t, stateGradient);
    peephole.addGradient(Peephole.OUTPUT, gates, 3 * units, t, state, t);
  }

  @Override
  void backward(int t, int before, boolean flows, Steps outputGradient, Steps stateGradient) {
    super.backward(t, before, flows, outputGradient, stateGradient);
    peephole.addGradient(Peephole.UPDATE, gates, 0, t, state, before);
    peephole.addGradient(Peephole.FORGET, gates, units, t, state, before);
    if (flows) {
      peephole.backward(Peephole.UPDATE, gates, 0, t, stateGradient);
      peephole.backward(Peephole.FORGET, gates, units, t, stateGradient);
    }
  }

  @Override
  void finish(Walk walk) {
    super.finish(walk);
    peephole.finish();
  }
}
