package org.unroll.twin;

import java.util.List;

/** {@code a⟨t⟩ = g(W_aa a⟨t-1⟩ + W_ax x⟨t⟩ + b_a)}. */
record TwinRnn(Activation activation) implements TwinCell {
  /** The non-linearity g. */
  enum Activation {
    TANH,
    RELU
  }

  @Override
  public int gates() {
    return 1;
  }

  @Override
  public int states() {
    return 1;
  }

  @Override
  public int[] vectors(int units) {
    return new int[] {units};
  }

  @Override
  public List<int[]> step(Algebra algebra, Weights weights, int[] projected, List<int[]> previous) {
    int[] product = algebra.product(weights.recurrent(), weights.seen(algebra, previous.get(0)));
    int[] recurrent = weights.normalized(algebra, product, 0);
    int[] sum = algebra.add(projected, recurrent, weights.recurrentBias());
    return List.of(
        switch (activation) {
          case TANH -> algebra.tanh(sum);
          case RELU -> algebra.map(algebra.tape::relu, sum);
        });
  }
}
