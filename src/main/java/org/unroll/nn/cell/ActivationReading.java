package org.unroll.nn.cell;

import org.unroll.config.LayerConfig;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;
import org.unroll.tensor.Weight;

/** All gates read the activation before: {@code W_hh a⟨t-1⟩}. */
class ActivationReading extends GateReading {
  private final Weight recurrent;

  ActivationReading(LayerConfig config) {
    super(config);
    recurrent = new Weight(4 * units, units);
  }

  @Override
  void bind(Kernels kernels, CellParameters values, CellParameters gradients) {
    super.bind(kernels, values, gradients);
    recurrent.set(values.get("weight_hh"), 0);
    kernels.prepare(recurrent);
  }

  @Override
  void forward(int t, int before) {
    Timeline timeline = gates.timeline();
    kernels.multiply(
        recurrent,
        seen.steps().data(),
        seen.see(before, timeline.width(t)),
        sum.data(),
        sum.offset(t),
        timeline.lanes(),
        timeline.width(t));
    sum.forward(t);
  }

  @Override
  void backward(int t, int before, boolean flows, Steps outputGradient, Steps stateGradient) {
    sum.backward(t);
    if (flows) {
      Timeline timeline = gates.timeline();
      seen.multiplyTransposed(
          recurrent,
          sum.data(),
          sum.offset(t),
          outputGradient.data(),
          outputGradient.offset(before),
          timeline.width(t));
    }
  }

  @Override
  void finish(Walk walk) {
    sum.outer(kernels, 0, 4 * units, seen.steps(), walk.back(), weightGradient, 0);
    sum.finish();
  }
}
