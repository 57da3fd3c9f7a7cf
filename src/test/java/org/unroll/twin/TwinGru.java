package org.unroll.twin;

import static org.unroll.twin.Algebra.gate;

import java.util.Arrays;
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
  public int[] vectors(int units) {
    return reset == Reset.NONE ? new int[] {2 * units} : new int[] {2 * units, units};
  }

  @Override
  public List<int[]> step(Algebra algebra, Weights weights, int[] projected, List<int[]> previous) {
    int[] c = previous.get(0);
    int n = gates() - 1;
    int units = weights.units();
    // r and z, or z and n: what one product with c⟨t-1⟩ gives.
    int[] first = recurrent(algebra, weights, 0, 2, c);
    int[] z =
        algebra.sigmoid(
            algebra.add(
                gate(projected, n - 1, units), gate(first, reset == Reset.NONE ? 0 : 1, units)));
    int[] candidate =
        algebra.tanh(
            switch (reset) {
              case NONE -> algebra.add(gate(projected, n, units), gate(first, 1, units));
              case BEFORE -> {
                int[] relevant = algebra.multiply(relevance(algebra, projected, first, units), c);
                yield algebra.add(
                    gate(projected, n, units), recurrent(algebra, weights, 2, 3, relevant));
              }
              case AFTER -> {
                int[] r = relevance(algebra, projected, first, units);
                yield algebra.add(
                    gate(projected, n, units),
                    algebra.multiply(r, recurrent(algebra, weights, 2, 3, c)));
              }
            });
    int[] update = algebra.map(algebra.tape::oneMinus, z);
    return List.of(algebra.add(algebra.multiply(update, candidate), algebra.multiply(z, c)));
  }

  private static int[] relevance(Algebra algebra, int[] projected, int[] first, int units) {
    return algebra.sigmoid(algebra.add(gate(projected, 0, units), gate(first, 0, units)));
  }

  /** Product with a state and biases of the gates from one up to another, stacked. */
  private static int[] recurrent(Algebra algebra, Weights weights, int from, int to, int[] state) {
    int begin = from * weights.units();
    int end = to * weights.units();
    int[] seen = weights.seen(algebra, state);
    int[] product = algebra.product(Arrays.copyOfRange(weights.recurrent(), begin, end), seen);
    return algebra.add(
        weights.normalized(algebra, product, begin),
        Arrays.copyOfRange(weights.recurrentBias(), begin, end));
  }
}
