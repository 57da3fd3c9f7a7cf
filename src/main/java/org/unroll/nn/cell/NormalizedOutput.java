package org.unroll.nn.cell;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.config.LayerConfig;
import org.unroll.nn.Initializers;
import org.unroll.nn.norm.LayerNorm;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterRole;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * The memory cell after layer normalisation (Ba 2016, supplement): {@code a⟨t⟩ = Γ_o ∘ g(s⟨t⟩)},
 * {@code s⟨t⟩ = gain_state ∘ LN(c⟨t⟩) + bias_state}. What goes on to the next step, and what gates
 * read, is c itself.
 */
final class NormalizedOutput extends LstmOutput {
  private static final String GAIN = "gain_state";
  private static final String BIAS = "bias_state";

  private final LayerNorm norm;

  /** c, standardised; on the way back the gradient with respect to c. */
  private final Steps standardized = new Steps();

  private final Steps normalized = new Steps();
  private final Steps normalizedGradient = new Steps();
  private FMatrixRMaj bias;
  private FMatrixRMaj biasGradient;

  NormalizedOutput(LayerConfig config) {
    super(config);
    norm = new LayerNorm(units, 0);
  }

  @Override
  List<ParameterSpec> parameters() {
    return List.of(
        new ParameterSpec(GAIN, ParameterRole.GAIN, units, 1, Initializers.constant(1)),
        new ParameterSpec(BIAS, ParameterRole.BIAS, units, 1, Initializers.constant(0)));
  }

  @Override
  void bind(Kernels kernels, CellParameters values, CellParameters gradients) {
    super.bind(kernels, values, gradients);
    norm.bind(kernels, values.get(GAIN), gradients.get(GAIN));
    bias = values.get(BIAS);
    biasGradient = gradients.get(BIAS);
  }

  @Override
  void begin(Steps state) {
    norm.begin(state.timeline());
    standardized.reshape(state.timeline(), units);
    normalized.reshape(state.timeline(), units);
    kernels.fillRows(bias, 0, units, normalized, 0);
  }

  @Override
  void forward(int t, Steps gates, Steps state, Steps output) {
    int at = standardized.offset(t);
    int size = units * state.timeline().lanes();
    System.arraycopy(state.data(), state.offset(t), standardized.data(), at, size);
    norm.forward(t, standardized.data(), at, normalized.data(), normalized.offset(t));
    let(t, gates, normalized, normalized, output);
  }

  @Override
  void beginBack(Steps state) {
    normalizedGradient.reshape(state.timeline(), units);
  }

  @Override
  void backward(int t, Steps gates, Steps state, Steps outputGradient, Steps stateGradient) {
    normalizedGradient.clear(t);
    letBack(t, gates, normalized, outputGradient, normalizedGradient, t);
    int at = standardized.offset(t);
    norm.backward(
        t, standardized.data(), at, normalizedGradient.data(), normalizedGradient.offset(t));
    Timeline timeline = state.timeline();
    int length = timeline.runLength(t, units);
    int dco = stateGradient.offset(0);
    for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += timeline.lanes()) {
      kernels.add(standardized.data(), at + o, stateGradient.data(), dco + o, length);
    }
  }

  @Override
  void finish() {
    kernels.rowSums(normalizedGradient, 0, units, biasGradient, 0);
    norm.finish();
  }
}
