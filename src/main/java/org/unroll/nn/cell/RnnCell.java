package org.unroll.nn.cell;

import org.ejml.data.FMatrixRMaj;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;
import org.unroll.tensor.Weight;

/**
 * The simple recurrence (Elman 1990): {@code a⟨t⟩ = tanh(W_aa a⟨t-1⟩ + W_ax x⟨t⟩ + b_a)}.
 *
 * <p>With δ the gradient of the pre-activation: {@code δ⟨t⟩ = da⟨t⟩ ∘ (1 − a⟨t⟩²)}, {@code da⟨t-1⟩
 * += W_aaᵀ δ⟨t⟩}, {@code dW_aa += Σ δ⟨t⟩ a⟨t-1⟩ᵀ}.
 */
final class RnnCell implements Cell {
  private final int units;
  private final Weight recurrent;
  private Kernels kernels;
  private FMatrixRMaj weightGradient;

  RnnCell(int units) {
    this.units = units;
    recurrent = new Weight(units, units);
  }

  @Override
  public int gates() {
    return 1;
  }

  @Override
  public int foldedBiasRows() {
    return units;
  }

  @Override
  public void bind(
      Kernels kernels,
      FMatrixRMaj weight,
      FMatrixRMaj bias,
      FMatrixRMaj weightGradient,
      FMatrixRMaj biasGradient) {
    this.kernels = kernels;
    this.weightGradient = weightGradient;
    recurrent.set(weight, 0);
    kernels.prepare(recurrent);
  }

  @Override
  public void forward(Steps gates, Steps output, int direction) {
    Timeline timeline = output.timeline();
    Walk walk = new Walk(timeline, direction, 0);
    int lanes = timeline.lanes();
    float[] g = gates.data();
    float[] a = output.data();
    for (int n = 0; n < timeline.steps(); n++) {
      int t = walk.step(n);
      walk.clearUnborn(output, t);
      int width = timeline.width(t);
      int go = gates.offset(t);
      int ao = output.offset(t);
      kernels.multiply(recurrent, a, output.offset(walk.before(t)), g, go, lanes, width);
      int length = timeline.runLength(t, units);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        kernels.tanh(g, go + o, a, ao + o, length);
      }
      output.clearDead(t, width);
    }
  }

  @Override
  public void backward(
      Steps gates, Steps output, Steps outputGradient, int direction, int truncate) {
    Timeline timeline = output.timeline();
    Walk walk = new Walk(timeline, direction, truncate);
    int lanes = timeline.lanes();
    float[] g = gates.data();
    float[] a = output.data();
    float[] da = outputGradient.data();
    for (int n = timeline.steps() - 1; n >= 0; n--) {
      int t = walk.step(n);
      int width = timeline.width(t);
      int go = gates.offset(t);
      int ao = output.offset(t);
      int dao = outputGradient.offset(t);
      int length = timeline.runLength(t, units);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        kernels.tanhBack(a, ao + o, da, dao + o, g, go + o, length);
      }
      if (walk.flows(t)) {
        int before = outputGradient.offset(walk.before(t));
        kernels.multiplyTransposed(recurrent, g, go, da, before, lanes, width);
        walk.clearUnborn(outputGradient, t);
      }
    }
    kernels.outer(gates, 0, units, output, -direction, weightGradient, 0);
  }
}
