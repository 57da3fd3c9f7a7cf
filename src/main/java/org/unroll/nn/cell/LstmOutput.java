package org.unroll.nn.cell;

import java.util.List;
import org.unroll.config.LayerConfig;
import org.unroll.config.LayerConfig.OutputActivation;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * What an LSTM lets out of its memory cell: {@code a⟨t⟩ = Γ_o ∘ g(s⟨t⟩)}, g one of tanh and
 * identity, s = c or the normalised c.
 *
 * <p>Way back: {@code δ_o = da ∘ g(s) ∘ Γ_o (1 − Γ_o)} and {@code ds += da ∘ Γ_o ∘ g'(s)}.
 */
abstract class LstmOutput {
  final OutputActivation activation;
  final int units;
  private final int gateRow;
  Kernels kernels;

  LstmOutput(LayerConfig config) {
    units = config.units();
    activation = config.outputActivation();
    gateRow = 3 * units;
  }

  /** As a layer's configuration says. */
  static LstmOutput of(LayerConfig config) {
    return switch (config.normalization()) {
      case NONE, BATCH -> new PlainOutput(config);
      case LAYER -> new NormalizedOutput(config);
    };
  }

  /** Parameters of its own. */
  List<ParameterSpec> parameters() {
    return List.of();
  }

  void bind(Kernels kernels, CellParameters values, CellParameters gradients) {
    this.kernels = kernels;
  }

  /** Begins a pass. */
  abstract void begin(Steps state);

  /** One step, from c⟨t⟩ and the output gate's pre-activation. */
  abstract void forward(int t, Steps gates, Steps state, Steps output);

  /** Begins the way back. */
  void beginBack(Steps state) {}

  /**
   * One step back: to the output gate's pre-activation, and to c⟨t⟩, whose gradient is added to.
   */
  abstract void backward(
      int t, Steps gates, Steps state, Steps outputGradient, Steps stateGradient);

  /** Adds to the gradients of its parameters, after the last step back. */
  void finish() {}

  /**
   * The gate and what it lets out.
   *
   * @param s what g is taken of
   * @param shown takes g(s); may be s if g is the identity
   */
  final void let(int t, Steps gates, Steps s, Steps shown, Steps output) {
    Timeline timeline = output.timeline();
    int lanes = timeline.lanes();
    int length = timeline.runLength(t, units);
    float[] g = gates.data();
    int go = gates.offset(t) + gateRow * lanes;
    int so = s.offset(t);
    int ho = shown.offset(t);
    int ao = output.offset(t);
    for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
      kernels.sigmoid(g, go + o, g, go + o, length);
      if (activation == OutputActivation.TANH) {
        kernels.tanh(s.data(), so + o, shown.data(), ho + o, length);
      }
      kernels.multiply(g, go + o, shown.data(), ho + o, output.data(), ao + o, length);
    }
  }

  /**
   * The way back of {@link #let}.
   *
   * @param gradient with respect to s; added to, at step {@code at}
   */
  final void letBack(
      int t, Steps gates, Steps shown, Steps outputGradient, Steps gradient, int at) {
    Timeline timeline = outputGradient.timeline();
    int lanes = timeline.lanes();
    int length = timeline.runLength(t, units);
    float[] g = gates.data();
    float[] h = shown.data();
    float[] da = outputGradient.data();
    float[] ds = gradient.data();
    int go = gates.offset(t) + gateRow * lanes;
    int ho = shown.offset(t);
    int dao = outputGradient.offset(t);
    int dso = gradient.offset(at);
    for (int r = timeline.runs(t, units), o = 0; r > 0; r--, o += lanes) {
      switch (activation) {
        case TANH -> kernels.lstmBackOutput(g, go + o, h, ho + o, da, dao + o, ds, dso + o, length);
        case IDENTITY ->
            kernels.lstmBackIdentity(g, go + o, h, ho + o, da, dao + o, ds, dso + o, length);
      }
    }
  }
}
