package org.unroll.nn.cell;

import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;
import org.unroll.tensor.Weight;

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers 2000):
 *
 * <pre>
 * Γ_u, Γ_f, Γ_o = σ(W_* [a⟨t-1⟩, x⟨t⟩] + b_*)     c̃ = tanh(W_c [a⟨t-1⟩, x⟨t⟩] + b_c)
 * c⟨t⟩ = Γ_u ∘ c̃ + Γ_f ∘ c⟨t-1⟩                   a⟨t⟩ = Γ_o ∘ tanh(c⟨t⟩)
 * </pre>
 *
 * <p>Rows of the weights in PyTorch's order i, f, g, o with i = Γ_u and g = c̃.
 */
final class LstmCell implements Cell {
  private final int units;
  private final Weight recurrent;
  private final Steps state = new Steps();
  private final Steps tanhState = new Steps();
  private final Steps stateGradient = new Steps();
  private final Timeline oneStep = new Timeline();
  private Kernels kernels;
  private FMatrixRMaj weightGradient;

  LstmCell(int units) {
    this.units = units;
    recurrent = new Weight(4 * units, units);
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
  public List<Steps> states() {
    return List.of(state);
  }

  @Override
  public void reshape(Steps output) {
    state.reshape(output.timeline(), units);
  }

  @Override
  public void forward(Steps gates, Steps output, int direction) {
    Timeline timeline = output.timeline();
    Walk walk = new Walk(timeline, direction, 0);
    int lanes = timeline.lanes();
    int gate = units * lanes;
    tanhState.reshape(timeline, units);
    float[] g = gates.data();
    float[] c = state.data();
    float[] a = output.data();
    for (int n = 0; n < timeline.steps(); n++) {
      int t = walk.step(n);
      walk.clearUnborn(output, t);
      walk.clearUnborn(state, t);
      int width = timeline.width(t);
      int before = walk.before(t);
      int go = gates.offset(t);
      int ao = output.offset(t);
      kernels.multiply(recurrent, a, output.offset(before), g, go, lanes, width);
      int cb = state.offset(before);
      int co = state.offset(t);
      int length = timeline.runLength(t, units);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        int i = go + o;
        kernels.lstm(
            g,
            i,
            i + gate,
            i + 2 * gate,
            i + 3 * gate,
            c,
            cb + o,
            co + o,
            tanhState.data(),
            tanhState.offset(t) + o,
            a,
            ao + o,
            length);
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
    stateGradient.reshape(oneStep, units);
    stateGradient.clear();
    float[] g = gates.data();
    float[] da = outputGradient.data();
    float[] dc = stateGradient.data();
    int dco = stateGradient.offset(0);
    for (int n = timeline.steps() - 1; n >= 0; n--) {
      int t = walk.step(n);
      int width = timeline.width(t);
      int go = gates.offset(t);
      int dao = outputGradient.offset(t);
      int cb = state.offset(walk.before(t));
      int length = timeline.runLength(t, units);
      for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
        int i = go + o;
        kernels.lstmBack(
            g,
            i,
            i + gate,
            i + 2 * gate,
            i + 3 * gate,
            state.data(),
            cb + o,
            tanhState.data(),
            tanhState.offset(t) + o,
            da,
            dao + o,
            dc,
            dco + o,
            length);
      }
      if (walk.flows(t)) {
        int before = walk.before(t);
        kernels.multiplyTransposed(
            recurrent, g, go, da, outputGradient.offset(before), lanes, width);
        walk.clearUnborn(outputGradient, t);
        if (direction < 0) {
          clearEnded(timeline, t + 1, width, dc, dco);
        }
      } else {
        stateGradient.clear();
      }
    }
    kernels.outer(gates, 0, 4 * units, output, -direction, weightGradient, 0);
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
