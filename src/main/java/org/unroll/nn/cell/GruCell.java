package org.unroll.nn.cell;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.config.LayerConfig;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
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
  private final LayerConfig config;
  private final Weight gatesRecurrent;
  private final Weight candidateRecurrent;
  private final RecurrentSum gatesSum;
  private final RecurrentSum candidateSum;
  private final SeenState seen;

  /** {@code r ∘ c⟨t-1⟩} of every step, as it is seen: the operand of the candidate's product. */
  private final Steps resetState = new Steps();

  private final Steps resetGradient = new Steps();
  private final Timeline oneStep = new Timeline();
  private Kernels kernels;
  private FMatrixRMaj weightGradient;

  GruCell(LayerConfig config) {
    this.config = config;
    units = config.units();
    gatesRecurrent = new Weight(2 * units, units);
    candidateRecurrent = new Weight(units, units);
    gatesSum = RecurrentSum.of(config.normalization(), 2 * units, 0);
    candidateSum = RecurrentSum.of(config.normalization(), units, 2 * units);
    seen = new SeenState(config);
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
  public int[] normalizedRows() {
    return new int[] {2 * units, units};
  }

  @Override
  public List<ParameterSpec> parameters() {
    return RecurrentSum.parameters(config.normalization(), gates() * units);
  }

  @Override
  public void bind(Kernels kernels, CellParameters values, CellParameters gradients) {
    this.kernels = kernels;
    FMatrixRMaj weight = values.get("weight_hh");
    weightGradient = gradients.get("weight_hh");
    gatesRecurrent.set(weight, 0);
    candidateRecurrent.set(weight, 2 * units);
    kernels.prepare(gatesRecurrent);
    kernels.prepare(candidateRecurrent);
    gatesSum.bind(kernels, values, gradients);
    candidateSum.bind(kernels, values, gradients);
    seen.bind(kernels);
  }

  @Override
  public void drop(int[] keys) {
    seen.drop(keys);
  }

  @Override
  public void forward(Steps gates, Steps output, Walk walk) {
    Timeline timeline = output.timeline();
    int lanes = timeline.lanes();
    int gate = units * lanes;
    resetState.reshape(timeline, units);
    seen.begin(output);
    gatesSum.begin(gates, 0);
    candidateSum.begin(gates, 2 * units);
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
      int so = seen.see(walk.before(t), width);
      float[] read = seen.steps().data();
      kernels.multiply(gatesRecurrent, read, so, gatesSum.data(), gatesSum.offset(t), lanes, width);
      gatesSum.forward(t);
      int length = timeline.runLength(t, units);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        kernels.sigmoid(g, go + o, g, go + o, length);
        kernels.sigmoid(g, go + gate + o, g, go + gate + o, length);
        kernels.multiply(g, go + o, a, ab + o, rc, rco + o, length);
      }
      seen.mask(rc, rco, width);
      kernels.multiply(
          candidateRecurrent, rc, rco, candidateSum.data(), candidateSum.offset(t), lanes, width);
      candidateSum.forward(t);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        int candidate = go + 2 * gate + o;
        kernels.tanh(g, candidate, g, candidate, length);
        kernels.gruState(g, go + gate + o, candidate, a, ab + o, ao + o, length);
      }
      output.clearDead(t, width);
    }
  }

  @Override
  public void backward(Steps gates, Steps output, Steps outputGradient, Walk walk) {
    Timeline timeline = output.timeline();
    int lanes = timeline.lanes();
    int gate = units * lanes;
    oneStep.reshapeToOneStepOf(timeline);
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
      candidateSum.backward(t);
      resetGradient.clear(0);
      kernels.multiplyTransposed(
          candidateRecurrent, candidateSum.data(), candidateSum.offset(t), drc, drco, lanes, width);
      seen.mask(drc, drco, width);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        kernels.gruResetBeforeBack(g, go + o, drc, drco + o, a, ab + o, da, dab + o, length);
      }
      gatesSum.backward(t);
      if (walk.flows(t)) {
        seen.multiplyTransposed(
            gatesRecurrent, gatesSum.data(), gatesSum.offset(t), da, dab, width);
        walk.clearUnborn(outputGradient, t);
      }
    }
    gatesSum.outer(kernels, 0, 2 * units, seen.steps(), walk.back(), weightGradient, 0);
    candidateSum.outer(kernels, 0, units, resetState, 0, weightGradient, 2 * units);
    gatesSum.finish();
    candidateSum.finish();
  }
}
