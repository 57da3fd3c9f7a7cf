package org.unroll.twin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** From the steps of a sequence to one vector. */
enum TwinPooling {
  /** {@code [a_fwd⟨T⟩, a_bwd⟨1⟩]}: what each direction read last. */
  LAST {
    @Override
    int[] pool(Algebra algebra, List<int[]> steps, int forward, Weights weights) {
      int[] end = steps.get(steps.size() - 1);
      int[] there = Arrays.copyOfRange(end, 0, forward);
      return Algebra.stack(there, Arrays.copyOfRange(steps.get(0), forward, end.length));
    }
  },
  /** {@code (1/T) Σ_t a⟨t⟩}. */
  MEAN {
    @Override
    int[] pool(Algebra algebra, List<int[]> steps, int forward, Weights weights) {
      int[] sum = algebra.zeros(steps.get(0).length);
      for (int[] a : steps) {
        sum = algebra.add(sum, a);
      }
      return algebra.map(node -> algebra.tape.scale(node, 1.0 / steps.size()), sum);
    }
  },
  /** {@code max_t a⟨t⟩}, the first of several. */
  MAX {
    @Override
    int[] pool(Algebra algebra, List<int[]> steps, int forward, Weights weights) {
      int[] largest = steps.get(0).clone();
      for (int[] a : steps) {
        for (int i = 0; i < largest.length; i++) {
          if (algebra.tape.value(a[i]) > algebra.tape.value(largest[i])) {
            largest[i] = a[i];
          }
        }
      }
      return largest;
    }
  },
  /** {@code Σ_t α⟨t⟩ a⟨t⟩}, {@code α = softmax(e)}, {@code e⟨t⟩ = vᵀ tanh(W a⟨t⟩ + b)}. */
  ATTENTION {
    @Override
    int[] pool(Algebra algebra, List<int[]> steps, int forward, Weights weights) {
      Tape tape = algebra.tape;
      List<Integer> scores = new ArrayList<>();
      int total = tape.leaf(0);
      for (int[] a : steps) {
        int[] sum = algebra.add(algebra.product(weights.weight(), a), weights.bias());
        int score = algebra.product(weights.score(), algebra.tanh(sum))[0];
        scores.add(score);
        total = tape.add(total, tape.exp(score));
      }
      int[] mean = algebra.zeros(steps.get(0).length);
      for (int t = 0; t < steps.size(); t++) {
        int alpha = tape.exp(tape.subtract(scores.get(t), tape.log(total)));
        int[] a = steps.get(t);
        mean = algebra.add(mean, algebra.map(node -> tape.multiply(alpha, node), a));
      }
      return mean;
    }
  };

  /**
   * The parameters of attention.
   *
   * @param weight W (rows × rows)
   * @param bias b (rows)
   * @param score vᵀ (1 × rows)
   */
  record Weights(int[][] weight, int[] bias, int[][] score) {}

  /**
   * One vector of all.
   *
   * @param steps at least one, each of the same size
   * @param forward how many of a step's values, the first ones, run forward
   * @param weights null but for {@link #ATTENTION}
   */
  abstract int[] pool(Algebra algebra, List<int[]> steps, int forward, Weights weights);

  boolean hasWeights() {
    return this == ATTENTION;
  }
}
