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
 * The simplified gated recurrent unit, without a reset gate:
 *
 * <pre>
 * z = 1 − Γ_u = σ(W_z [c⟨t-1⟩, x⟨t⟩] + b_z)     n = c̃ = tanh(W_n [c⟨t-1⟩, x⟨t⟩] + b_n)
 * a⟨t⟩ = c⟨t⟩ = (1 − z) ∘ n + z ∘ c⟨t-1⟩
 * </pre>
 *
 * <p>Rows of the weights in the order z, n; z as in {@link GruCell}.
 */
final class GruResetNoneCell implements Cell {
  private final int units;
  private final LayerConfig config;
  private final Weight recurrent;
  private final RecurrentSum sum;
  private final SeenState seen;
  private Kernels kernels;
  private FMatrixRMaj weightGradient;

  GruResetNoneCell(LayerConfig config) {
    this.config = config;
    units = config.units();
    recurrent = new Weight(2 * units, units);
    sum = RecurrentSum.of(config.normalization(), 2 * units, 0);
    seen = new SeenState(config);
  }

  @Override
  public int gates() {
    return 2;
  }

  @Override
  public int foldedBiasRows() {
    return 2 * units;
  }

  @Override
  public int[] normalizedRows() {
    return new int[] {2 * units};
  }

  @Override
  public List<ParameterSpec> parameters() {
    return RecurrentSum.parameters(config.normalization(), gates() * units);
  }

  @Override
  public void bind(Kernels kernels, CellParameters values, CellParameters gradients) {
    this.kernels = kernels;
    weightGradient = gradients.get("weight_hh");
    recurrent.set(values.get("weight_hh"), 0);
    kernels.prepare(recurrent);
    sum.bind(kernels, values, gradients);
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
    sum.begin(gates, 0);
    seen.begin(output);
    float[] g = gates.data();
    float[] a = output.data();
    for (int n = 0; n < timeline.steps(); n++) {
      int t = walk.step(n);
      walk.clearUnborn(output, t);
      int width = timeline.width(t);
      int go = gates.offset(t);
      int ab = output.offset(walk.before(t));
      int ao = output.offset(t);
      int so = seen.see(walk.before(t), width);
      float[] read = seen.steps().data();
      kernels.multiply(recurrent, read, so, sum.data(), sum.offset(t), lanes, width);
      sum.forward(t);
      int length = timeline.runLength(t, units);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        int candidate = go + gate + o;
        kernels.sigmoid(g, go + o, g, go + o, length);
        kernels.tanh(g, candidate, g, candidate, length);
        kernels.gruState(g, go + o, candidate, a, ab + o, ao + o, length);
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
    for (int n = timeline.steps() - 1; n >= 0; n--) {
      int t = walk.step(n);
      int width = timeline.width(t);
      int go = gates.offset(t);
      int ab = output.offset(walk.before(t));
      int dao = outputGradient.offset(t);
      int dab = walk.gradientBefore(outputGradient, t);
      int length = timeline.runLength(t, units);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        kernels.gruBack(g, go + o, go + gate + o, a, ab + o, da, dao + o, dab + o, length);
      }
      sum.backward(t);
      if (walk.flows(t)) {
        seen.multiplyTransposed(recurrent, sum.data(), sum.offset(t), da, dab, width);
        walk.clearUnborn(outputGradient, t);
      }
    }
    sum.outer(kernels, 0, 2 * units, seen.steps(), walk.back(), weightGradient, 0);
    sum.finish();
  }
}
