package org.unroll.nn.cell;

import org.ejml.data.FMatrixRMaj;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;
import org.unroll.tensor.Weight;

/**
 * Gated recurrent unit with the reset gate before the recurrent product (Cho 2014):
 *
 * <pre>
 * r = Γ_r = σ(W_r [c⟨t-1⟩, x⟨t⟩] + b_r)     z = 1 − Γ_u = σ(W_z [c⟨t-1⟩, x⟨t⟩] + b_z)
 * n = c̃ = tanh(W_n [r ∘ c⟨t-1⟩, x⟨t⟩] + b_n)
 * a⟨t⟩ = c⟨t⟩ = (1 − z) ∘ n + z ∘ c⟨t-1⟩
 * </pre>
 *
 * <p>Rows of the weights in PyTorch's order r, z, n. Its z is one minus the update gate Γ_u of the
 * usual equations, that is, its weights and bias are theirs negated.
 */
final class GruCell implements Cell {
  private final int units;
  private final Weight gatesRecurrent;
  private final Weight candidateRecurrent;

  /** {@code r ∘ c⟨t-1⟩} of every step: the right operand of the candidate's product. */
  private final Steps resetState = new Steps();

  private final Steps resetGradient = new Steps();
  private final Timeline oneStep = new Timeline();
  private Kernels kernels;
  private FMatrixRMaj weightGradient;

  GruCell(int units) {
    this.units = units;
    gatesRecurrent = new Weight(2 * units, units);
    candidateRecurrent = new Weight(units, units);
  }

  @Override
  public int gates() {
    return 3;
  }

  @Override
  public int foldedBiasRows() {
    return 3 * units;
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
    gatesRecurrent.set(weight, 0);
    candidateRecurrent.set(weight, 2 * units);
    kernels.prepare(gatesRecurrent);
    kernels.prepare(candidateRecurrent);
  }

  @Override
  public void forward(Steps gates, Steps output, int direction) {
    Timeline timeline = output.timeline();
    Walk walk = new Walk(timeline, direction, 0);
    int lanes = timeline.lanes();
    int gate = units * lanes;
    resetState.reshape(timeline, units);
    float[] g = gates.data();
    float[] a = output.data();
    float[] rc = resetState.data();
    for (int n = 0; n < timeline.steps(); n++) {
      int t = walk.step(n);
      walk.clearUnborn(output, t);
      int width = timeline.width(t);
      int go = gates.offset(t);
      int ab = output.offset(walk.before(t));
      int ao = output.offset(t);
      int rco = resetState.offset(t);
      kernels.multiply(gatesRecurrent, a, ab, g, go, lanes, width);
      int length = timeline.runLength(t, units);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        kernels.sigmoid(g, go + o, g, go + o, length);
        kernels.sigmoid(g, go + gate + o, g, go + gate + o, length);
        kernels.multiply(g, go + o, a, ab + o, rc, rco + o, length);
      }
      kernels.multiply(candidateRecurrent, rc, rco, g, go + 2 * gate, lanes, width);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        int candidate = go + 2 * gate + o;
        kernels.tanh(g, candidate, g, candidate, length);
        kernels.gruState(g, go + gate + o, candidate, a, ab + o, ao + o, length);
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
    int gate = units * lanes;
    oneStep.reshapeToOneStep(timeline.size());
    resetGradient.reshape(oneStep, units);
    float[] g = gates.data();
    float[] a = output.data();
    float[] da = outputGradient.data();
    float[] drc = resetGradient.data();
    int drco = resetGradient.offset(0);
    for (int n = timeline.steps() - 1; n >= 0; n--) {
      int t = walk.step(n);
      int width = timeline.width(t);
      int go = gates.offset(t);
      int ab = output.offset(walk.before(t));
      int dao = outputGradient.offset(t);
      int dab = walk.gradientBefore(outputGradient, t);
      int length = timeline.runLength(t, units);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        kernels.gruBack(
            g, go + gate + o, go + 2 * gate + o, a, ab + o, da, dao + o, dab + o, length);
      }
      resetGradient.clear(0);
      kernels.multiplyTransposed(candidateRecurrent, g, go + 2 * gate, drc, drco, lanes, width);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        kernels.gruResetBeforeBack(g, go + o, drc, drco + o, a, ab + o, da, dab + o, length);
      }
      if (walk.flows(t)) {
        kernels.multiplyTransposed(gatesRecurrent, g, go, da, dab, lanes, width);
        walk.clearUnborn(outputGradient, t);
      }
    }
    kernels.outer(gates, 0, 2 * units, output, -direction, weightGradient, 0);
    kernels.outer(gates, 2 * units, units, resetState, 0, weightGradient, 2 * units);
  }
}
