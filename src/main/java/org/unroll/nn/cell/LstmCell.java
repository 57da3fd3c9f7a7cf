package org.unroll.nn.cell;

import java.util.ArrayList;
import java.util.List;
import org.unroll.config.LayerConfig;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers 2000):
 *
 * <pre>
 * Γ_u, Γ_f, Γ_o = σ(W_* [a⟨t-1⟩, x⟨t⟩] + b_*)     c̃ = tanh(W_c [a⟨t-1⟩, x⟨t⟩] + b_c)
 * c⟨t⟩ = Γ_u ∘ c̃ + Γ_f ∘ c⟨t-1⟩                   a⟨t⟩ = Γ_o ∘ tanh(c⟨t⟩)
 * </pre>
 *
 * <p>Rows of the weights in PyTorch's order i, f, g, o with i = Γ_u and g = c̃. What the gates read
 * of the step before is the part of {@link GateReading}, what is let out that of {@link
 * LstmOutput}; here stands what lies between.
 */
final class LstmCell implements Cell {
  private final int units;
  private final LayerConfig config;
  private final GateReading reading;
  private final LstmOutput letOut;
  private final Steps state = new Steps();
  private final Steps stateGradient = new Steps();
  private final Timeline oneStep = new Timeline();
  private Kernels kernels;

  LstmCell(LayerConfig config) {
    this.config = config;
    units = config.units();
    reading = GateReading.of(config);
    letOut = LstmOutput.of(config);
  }

  @Override
  public int gates() {
    return 4;
  }

  @Override
  public int foldedBiasRows() {
    return 4 * units;
  }

  @Override
  public int[] normalizedRows() {
    return new int[] {4 * units};
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>(reading.parameters());
    parameters.addAll(RecurrentSum.parameters(config.normalization(), 4 * units));
    parameters.addAll(letOut.parameters());
    return parameters;
  }

  @Override
  public void bind(Kernels kernels, CellParameters values, CellParameters gradients) {
    this.kernels = kernels;
    reading.bind(kernels, values, gradients);
    letOut.bind(kernels, values, gradients);
  }

  @Override
  public void drop(int[] keys) {
    reading.drop(keys);
  }

  @Override
  public List<Steps> states() {
    return List.of(state);
  }

  @Override
  public List<Steps> stateGradients() {
    return List.of(stateGradient);
  }

  @Override
  public void reshape(Steps output) {
    state.reshape(output.timeline(), units);
    oneStep.reshapeToOneStepOf(output.timeline());
    stateGradient.reshape(oneStep, units);
    stateGradient.clear();
  }

  @Override
  public void forward(Steps gates, Steps output, Walk walk) {
    Timeline timeline = output.timeline();
    int lanes = timeline.lanes();
    int gate = units * lanes;
    reading.begin(gates, output, state);
    letOut.begin(state);
    float[] g = gates.data();
    float[] c = state.data();
    for (int n = 0; n < timeline.steps(); n++) {
      int t = walk.step(n);
      walk.clearUnborn(output, t);
      walk.clearUnborn(state, t);
      int before = walk.before(t);
      reading.forward(t, before);
      int cb = state.offset(before);
      int co = state.offset(t);
      int length = timeline.runLength(t, units);
      int i = gates.offset(t);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes, i += lanes) {
        kernels.sigmoid(g, i, g, i, length);
        kernels.sigmoid(g, i + gate, g, i + gate, length);
        kernels.tanh(g, i + 2 * gate, g, i + 2 * gate, length);
        kernels.lstmState(g, i, i + gate, i + 2 * gate, c, cb + o, co + o, length);
      }
      reading.forwardOutput(t);
      letOut.forward(t, gates, state, output);
      output.clearDead(t, timeline.width(t));
    }
  }

  @Override
  public void backward(Steps gates, Steps output, Steps outputGradient, Walk walk) {
    Timeline timeline = output.timeline();
    int lanes = timeline.lanes();
    int gate = units * lanes;
    letOut.beginBack(state);
    float[] g = gates.data();
    float[] dc = stateGradient.data();
    int dco = stateGradient.offset(0);
    for (int n = timeline.steps() - 1; n >= 0; n--) {
      int t = walk.step(n);
      int before = walk.before(t);
      letOut.backward(t, gates, state, outputGradient, stateGradient);
      reading.backwardOutput(t, stateGradient);
      int cb = state.offset(before);
      int length = timeline.runLength(t, units);
      int i = gates.offset(t);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes, i += lanes) {
        kernels.lstmBackGates(
            g, i, i + gate, i + 2 * gate, state.data(), cb + o, dc, dco + o, length);
      }
      boolean flows = walk.flows(t);
      reading.backward(t, before, flows, outputGradient, stateGradient);
      if (flows) {
        walk.clearUnborn(outputGradient, t);
        if (walk.direction() < 0) {
          clearEnded(timeline, t + 1, timeline.width(t), dc, dco);
        }
      } else {
        stateGradient.clear();
      }
    }
    reading.finish(walk);
    letOut.finish();
  }

  /** Lanes that do not live at the step before have no state there to hand a gradient to. */
  private void clearEnded(Timeline timeline, int before, int width, float[] dc, int dco) {
    int from = timeline.active(before);
    for (int r = 0; from < width && r < units; r++) {
      int o = dco + r * timeline.lanes();
      java.util.Arrays.fill(dc, o + from, o + width, 0f);
    }
  }
}
