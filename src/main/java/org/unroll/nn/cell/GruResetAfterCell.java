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
 * Gated recurrent unit with the reset gate after the recurrent product, as PyTorch, cuDNN and Keras
 * compute it:
 *
 * <pre>
 * r, z as in {@link GruCell}
 * n = c̃ = tanh(W_nx x⟨t⟩ + b_nx + r ∘ (W_nc c⟨t-1⟩ + b_nc))
 * a⟨t⟩ = c⟨t⟩ = (1 − z) ∘ n + z ∘ c⟨t-1⟩
 * </pre>
 *
 * <p>Here the n rows of {@code bias_hh} do something of their own and are trained.
 */
final class GruResetAfterCell implements Cell {
  private final int units;
  private final LayerConfig config;
  private final Weight gatesRecurrent;
  private final Weight candidateRecurrent;
  private final RecurrentSum gatesSum;
  private final RecurrentSum candidateSum;
  private final SeenState seen;

  /** {@code W_nc c⟨t-1⟩ + b_nc} of every step; on the way back the gradient with respect to it. */
  private final Steps recurrentCandidate = new Steps();

  private Kernels kernels;
  private FMatrixRMaj bias;
  private FMatrixRMaj weightGradient;
  private FMatrixRMaj biasGradient;

  GruResetAfterCell(LayerConfig config) {
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
    return 2 * units;
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
    bias = values.get("bias_hh");
    biasGradient = gradients.get("bias_hh");
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
    recurrentCandidate.reshape(timeline, units);
    kernels.fillRows(bias, 2 * units, units, recurrentCandidate, 0);
    seen.begin(output);
    gatesSum.begin(gates, 0);
    candidateSum.begin(recurrentCandidate, 0);
    float[] g = gates.data();
    float[] a = output.data();
    float[] hn = recurrentCandidate.data();
    for (int n = 0; n < timeline.steps(); n++) {
      int t = walk.step(n);
      walk.clearUnborn(output, t);
      int width = timeline.width(t);
      int go = gates.offset(t);
      int ab = output.offset(walk.before(t));
      int ao = output.offset(t);
      int hno = recurrentCandidate.offset(t);
      int so = seen.see(walk.before(t), width);
      float[] read = seen.steps().data();
      kernels.multiply(gatesRecurrent, read, so, gatesSum.data(), gatesSum.offset(t), lanes, width);
      kernels.multiply(
          candidateRecurrent, read, so, candidateSum.data(), candidateSum.offset(t), lanes, width);
      gatesSum.forward(t);
      candidateSum.forward(t);
      int length = timeline.runLength(t, units);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        int candidate = go + 2 * gate + o;
        kernels.sigmoid(g, go + o, g, go + o, length);
        kernels.sigmoid(g, go + gate + o, g, go + gate + o, length);
        kernels.gruCandidateAfter(g, go + o, candidate, hn, hno + o, length);
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
    float[] g = gates.data();
    float[] a = output.data();
    float[] da = outputGradient.data();
    float[] hn = recurrentCandidate.data();
    for (int n = timeline.steps() - 1; n >= 0; n--) {
      int t = walk.step(n);
      int width = timeline.width(t);
      int go = gates.offset(t);
      int ab = output.offset(walk.before(t));
      int dao = outputGradient.offset(t);
      int dab = walk.gradientBefore(outputGradient, t);
      int hno = recurrentCandidate.offset(t);
      int length = timeline.runLength(t, units);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        int candidate = go + 2 * gate + o;
        kernels.gruBack(g, go + gate + o, candidate, a, ab + o, da, dao + o, dab + o, length);
        kernels.gruResetAfterBack(g, go + o, candidate, hn, hno + o, length);
      }
      gatesSum.backward(t);
      candidateSum.backward(t);
      if (walk.flows(t)) {
        seen.multiplyTransposed(
            gatesRecurrent, gatesSum.data(), gatesSum.offset(t), da, dab, width);
        seen.multiplyTransposed(
            candidateRecurrent, candidateSum.data(), candidateSum.offset(t), da, dab, width);
        walk.clearUnborn(outputGradient, t);
      }
    }
    gatesSum.outer(kernels, 0, 2 * units, seen.steps(), walk.back(), weightGradient, 0);
    candidateSum.outer(kernels, 0, units, seen.steps(), walk.back(), weightGradient, 2 * units);
    gatesSum.finish();
    candidateSum.finish();
    kernels.rowSums(recurrentCandidate, 0, units, biasGradient, 2 * units);
  }
}
