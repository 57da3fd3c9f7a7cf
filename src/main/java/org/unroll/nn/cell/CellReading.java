package org.unroll.nn.cell;

import org.ejml.data.FMatrixRMaj;
import org.unroll.config.LayerConfig;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;
import org.unroll.tensor.Weight;

/**
 * The three gates read the memory cell before, through their rows of W_hh; the candidate reads the
 * activation: {@code W_i c⟨t-1⟩}, {@code W_f c⟨t-1⟩}, {@code W_g a⟨t-1⟩}, {@code W_o c⟨t-1⟩}.
 */
final class CellReading extends GateReading {
  private final Weight updateAndForget;
  private final Weight candidate;
  private final Weight out;

  /** What is seen of the memory cell: through the same mask. */
  private final SeenState seenMemory;

  CellReading(LayerConfig config) {
    super(config);
    updateAndForget = new Weight(2 * units, units);
    candidate = new Weight(units, units);
    out = new Weight(units, units);
    seenMemory = new SeenState(config);
  }

  @Override
  void bind(Kernels kernels, CellParameters values, CellParameters gradients) {
    super.bind(kernels, values, gradients);
    FMatrixRMaj weight = values.get("weight_hh");
    updateAndForget.set(weight, 0);
    candidate.set(weight, 2 * units);
    out.set(weight, 3 * units);
    kernels.prepare(updateAndForget);
    kernels.prepare(candidate);
    kernels.prepare(out);
    seenMemory.bind(kernels);
  }

  @Override
  void drop(int[] keys) {
    super.drop(keys);
    seenMemory.drop(keys);
  }

  @Override
  void begin(Steps gates, Steps output, Steps state) {
    super.begin(gates, output, state);
    seenMemory.begin(state);
  }

  @Override
  void forward(int t, int before) {
    int width = gates.timeline().width(t);
    int memory = seenMemory.see(before, width);
    multiply(updateAndForget, seenMemory.steps(), memory, 0, t);
    multiply(candidate, seen.steps(), seen.see(before, width), 2 * units, t);
    multiply(out, seenMemory.steps(), memory, 3 * units, t);
    sum.forward(t);
  }

  private void multiply(Weight weight, Steps source, int at, int row, int t) {
    Timeline timeline = gates.timeline();
    int lanes = timeline.lanes();
    kernels.multiply(
        weight,
        source.data(),
        at,
        sum.data(),
        sum.offset(t) + row * lanes,
        lanes,
        timeline.width(t));
  }

  @Override
  void backward(int t, int before, boolean flows, Steps outputGradient, Steps stateGradient) {
    sum.backward(t);
    if (flows) {
      multiplyTransposed(seenMemory, updateAndForget, 0, t, stateGradient, 0);
      multiplyTransposed(seen, candidate, 2 * units, t, outputGradient, before);
      multiplyTransposed(seenMemory, out, 3 * units, t, stateGradient, 0);
    }
  }

  private void multiplyTransposed(
      SeenState source, Weight weight, int row, int t, Steps gradient, int at) {
    Timeline timeline = gates.timeline();
    source.multiplyTransposed(
        weight,
        sum.data(),
        sum.offset(t) + row * timeline.lanes(),
        gradient.data(),
        gradient.offset(at),
        timeline.width(t));
  }

  @Override
  void finish(Walk walk) {
    sum.outer(kernels, 0, 2 * units, seenMemory.steps(), walk.back(), weightGradient, 0);
    sum.outer(kernels, 2 * units, units, seen.steps(), walk.back(), weightGradient, 2 * units);
    sum.outer(
        kernels, 3 * units, units, seenMemory.steps(), walk.back(), weightGradient, 3 * units);
    sum.finish();
  }
}
