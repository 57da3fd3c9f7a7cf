package org.unroll.nn.cell;

import org.unroll.config.LayerConfig;
import org.unroll.config.LayerConfig.OutputActivation;
import org.unroll.tensor.Steps;

/** The memory cell as it is: {@code a⟨t⟩ = Γ_o ∘ g(c⟨t⟩)}. */
final class PlainOutput extends LstmOutput {
  private final Steps tanhState = new Steps();

  PlainOutput(LayerConfig config) {
    super(config);
  }

  @Override
  void begin(Steps state) {
    if (activation == OutputActivation.TANH) {
      tanhState.reshape(state.timeline(), units);
    }
  }

  /** Where g(c) stands: c itself if g is the identity. */
  private Steps shown(Steps state) {
    return switch (activation) {
      case TANH -> tanhState;
      case IDENTITY -> state;
    };
  }

  @Override
  void forward(int t, Steps gates, Steps state, Steps output) {
    let(t, gates, state, shown(state), output);
  }

  @Override
  void backward(int t, Steps gates, Steps state, Steps outputGradient, Steps stateGradient) {
    letBack(t, gates, shown(state), outputGradient, stateGradient, 0);
  }
}
