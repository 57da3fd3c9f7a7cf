package org.unroll.twin;

import static org.unroll.twin.Algebra.gate;

import java.util.List;

/**
 * {@code c̃ = tanh(W_c [a⟨t-1⟩, x⟨t⟩] + b_c)}, {@code Γ_u, Γ_f, Γ_o = σ(…)} as {@link GatesRead}
 * says, {@code c⟨t⟩ = Γ_u ∘ c̃ + Γ_f ∘ c⟨t-1⟩}, {@code a⟨t⟩ = Γ_o ∘ tanh(c⟨t⟩)} or without the
 * tanh. Weights are stored in the order i (Γ_u), f, g (c̃), o.
 */
record TwinLstm(GatesRead gatesRead, Output output) implements TwinCell {
  /** What the gates see of the past. */
  enum GatesRead {
    /** {@code [a⟨t-1⟩, x⟨t⟩]}. */
    ACTIVATION,
    /** {@code [c⟨t-1⟩, x⟨t⟩]}. */
    CELL,
    /** As {@code ACTIVATION}, with diagonal weights on c⟨t-1⟩ (i, f) and c⟨t⟩ (o) (Gers 2000). */
    PEEPHOLE
  }

  /** What becomes of the memory at the output. */
  enum Output {
    TANH,
    IDENTITY
  }

  /** The form of PyTorch and of most books. */
  static final TwinLstm STANDARD = new TwinLstm(GatesRead.ACTIVATION, Output.TANH);

  private static final int I = 0;
  private static final int F = 1;
  private static final int G = 2;
  private static final int O = 3;

  @Override
  public int gates() {
    return 4;
  }

  @Override
  public int states() {
    return 2;
  }

  @Override
  public boolean hasPeephole() {
    return gatesRead == GatesRead.PEEPHOLE;
  }

  @Override
  public int[] vectors(int units) {
    return new int[] {4 * units};
  }

  @Override
  public boolean normalizesMemory() {
    return true;
  }

  @Override
  public List<int[]> step(Algebra algebra, Weights weights, int[] projected, List<int[]> previous) {
    int units = weights.units();
    int[] a = previous.get(0);
    int[] c = previous.get(1);
    int[] read = gatesRead == GatesRead.CELL ? c : a;
    int[] stacked = new int[0];
    for (int g = 0; g < gates(); g++) {
      int[] state = weights.seen(algebra, g == G ? a : read);
      int[] product = algebra.product(gate(weights.recurrent(), g, units), state);
      stacked = Algebra.stack(stacked, product);
    }
    int[] sum =
        algebra.add(projected, weights.normalized(algebra, stacked, 0), weights.recurrentBias());
    int[] candidate = algebra.tanh(gate(sum, G, units));
    int[] update = gate(sum, I, units);
    int[] forget = gate(sum, F, units);
    int[] out = gate(sum, O, units);
    if (hasPeephole()) {
      update = algebra.add(update, algebra.multiply(weights.peephole()[0], c));
      forget = algebra.add(forget, algebra.multiply(weights.peephole()[1], c));
    }
    int[] memory =
        algebra.add(
            algebra.multiply(algebra.sigmoid(update), candidate),
            algebra.multiply(algebra.sigmoid(forget), c));
    if (hasPeephole()) {
      out = algebra.add(out, algebra.multiply(weights.peephole()[2], memory));
    }
    int[] seen = memory;
    if (weights.gains() != null) {
      int[] normalized = TwinNorm.layer(algebra, memory, weights.gains().memory());
      seen = algebra.add(normalized, weights.gains().memoryShift());
    }
    int[] shown =
        switch (output) {
          case TANH -> algebra.tanh(seen);
          case IDENTITY -> seen;
        };
    return List.of(algebra.multiply(algebra.sigmoid(out), shown), memory);
  }
}
