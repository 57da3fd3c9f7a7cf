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
 * The simple recurrence (Elman 1990): {@code a⟨t⟩ = g(W_aa a⟨t-1⟩ + W_ax x⟨t⟩ + b_a)}, g one of
 * tanh and max(0, ·).
 *
 * <p>With δ the gradient of the pre-activation: {@code δ⟨t⟩ = da⟨t⟩ ∘ g'}, where g' is {@code 1 −
 * a⟨t⟩²} for tanh and 1 where {@code a⟨t⟩ > 0}, else 0, for the rectifier; {@code da⟨t-1⟩ += W_aaᵀ
 * δ⟨t⟩}, {@code dW_aa += Σ δ⟨t⟩ a⟨t-1⟩ᵀ}.
 */
final class RnnCell implements Cell {
  private final int units;
  private final LayerConfig config;
  private final Weight recurrent;
  private final RecurrentSum sum;
  private final SeenState seen;
  private Kernels kernels;
  private FMatrixRMaj weightGradient;

  RnnCell(LayerConfig config) {
    this.config = config;
    units = config.units();
    recurrent = new Weight(units, units);
    sum = RecurrentSum.of(config.normalization(), units, 0);
    seen = new SeenState(config);
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
  public int[] normalizedRows() {
    return new int[] {units};
  }

  @Override
  public List<ParameterSpec> parameters() {
    return RecurrentSum.parameters(config.normalization(), units);
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
    sum.begin(gates, 0);
    seen.begin(output);
    float[] g = gates.data();
    float[] a = output.data();
    for (int n = 0; n < timeline.steps(); n++) {
      int t = walk.step(n);
      walk.clearUnborn(output, t);
      int width = timeline.width(t);
      int go = gates.offset(t);
      int ao = output.offset(t);
      int before = seen.see(walk.before(t), width);
      float[] read = seen.steps().data();
      kernels.multiply(recurrent, read, before, sum.data(), sum.offset(t), lanes, width);
      sum.forward(t);
      int length = timeline.runLength(t, units);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        switch (config.activation()) {
          case TANH -> kernels.tanh(g, go + o, a, ao + o, length);
          case RELU -> kernels.relu(g, go + o, a, ao + o, length);
        }
      }
      output.clearDead(t, width);
    }
  }

  @Override
  public void backward(Steps gates, Steps output, Steps outputGradient, Walk walk) {
    Timeline timeline = output.timeline();
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
        switch (config.activation()) {
          case TANH -> kernels.tanhBack(a, ao + o, da, dao + o, g, go + o, length);
          case RELU -> kernels.reluBack(a, ao + o, da, dao + o, g, go + o, length);
        }
      }
      sum.backward(t);
      if (walk.flows(t)) {
        int before = outputGradient.offset(walk.before(t));
        seen.multiplyTransposed(recurrent, sum.data(), sum.offset(t), da, before, width);
        walk.clearUnborn(outputGradient, t);
      }
    }
    sum.outer(kernels, 0, units, seen.steps(), walk.back(), weightGradient, 0);
    sum.finish();
  }
}
