package org.unroll.twin;

import static org.unroll.twin.Algebra.gate;

import java.util.List;

/**
 * {@code Γ_u, Γ_r = σ(W [c⟨t-1⟩, x⟨t⟩] + b)}, {@code c⟨t⟩ = Γ_u ∘ c̃ + (1-Γ_u) ∘ c⟨t-1⟩}, the
 * candidate c̃ as {@link Reset} says. Weights are stored for {@code z = 1-Γ_u}, in the order r, z,
 * n; without a reset gate z, n.
 */
record TwinGru(Reset reset) implements TwinCell {
  /** Where the relevance gate acts. */
  enum Reset {
    /** {@code c̃ = tanh(W_c [Γ_r ∘ c⟨t-1⟩, x⟨t⟩] + b_c)} (Cho 2014). */
    BEFORE,
    /** {@code c̃ = tanh(W_cx x + b_cx + Γ_r ∘ (W_cc c⟨t-1⟩ + b_cc))} (PyTorch, cuDNN). */
    AFTER,
    /** {@code c̃ = tanh(W_c [c⟨t-1⟩, x⟨t⟩] + b_c)}: the simplified form without the gate. */
    NONE
  }

  @Override
  public int gates() {
    return reset == Reset.NONE ? 2 : 3;
  }

  @Override
  public int states() {
    return 1;
  }

  @Override
  public boolean trainsRecurrentBias(int row, int units) {
    return reset == Reset.AFTER && row >= 2 * units;
  }

  @Override
  public List<int[]> step(Algebra algebra, Weights weights, int[] projected, List<int[]> previous) {
    int[] c = previous.get(0);
    int n = gates() - 1;
    int units = weights.units();
    int[] z = algebra.sigmoid(sum(algebra, weights, projected, c, n - 1));
    int[] candidate =
        algebra.tanh(
            switch (reset) {
              case NONE -> sum(algebra, weights, projected, c, n);
              case BEFORE -> {
                int[] r = algebra.sigmoid(sum(algebra, weights, projected, c, 0));
                yield sum(algebra, weights, projected, algebra.multiply(r, c), n);
              }
              case AFTER -> {
                int[] r = algebra.sigmoid(sum(algebra, weights, projected, c, 0));
                yield algebra.add(
                    gate(projected, n, units),
                    algebra.multiply(r, recurrent(algebra, weights, c, n)));
              }
            });
    int[] update = algebra.map(algebra.tape::oneMinus, z);
    return List.of(algebra.add(algebra.multiply(update, candidate), algebra.multiply(z, c)));
  }

  /** One gate's input products, recurrent products and biases. */
  private static int[] sum(Algebra algebra, Weights weights, int[] projected, int[] c, int g) {
    return algebra.add(gate(projected, g, weights.units()), recurrent(algebra, weights, c, g));
  }

  private static int[] recurrent(Algebra algebra, Weights weights, int[] c, int g) {
    int units = weights.units();
    return algebra.add(
        algebra.product(gate(weights.recurrent(), g, units), c),
        gate(weights.recurrentBias(), g, units));
  }
}
