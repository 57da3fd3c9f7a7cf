package org.unroll.twin;

import java.util.Arrays;

/** What is done to the products of a layer before they are added up. */
enum TwinNorm {
  NONE,
  /** {@code gain ∘ (x − μ) / √(σ² + ε)}, μ and σ² over the values of x (Ba 2016). */
  LAYER,
  /** The same of the input's product, μ and σ² of each row over all steps (Laurent 2015). */
  BATCH;

  private static final double EPSILON = 1e-5;

  /** Batch normalisation of a row without shift. */
  static int[] batch(Algebra algebra, int[] x, int gain) {
    int[] gains = new int[x.length];
    Arrays.fill(gains, gain);
    return layer(algebra, x, gains);
  }

  /** The same with moments that are given. */
  static int[] running(Algebra algebra, int[] x, int gain, double mean, double variance) {
    Tape tape = algebra.tape;
    int shift = tape.leaf(mean);
    int scale = tape.scale(gain, 1 / Math.sqrt(variance + EPSILON));
    return algebra.map(value -> tape.multiply(scale, tape.subtract(value, shift)), x);
  }

  /** Layer normalisation of a vector without shift. */
  static int[] layer(Algebra algebra, int[] x, int[] gain) {
    Tape tape = algebra.tape;
    int sum = tape.leaf(0);
    for (int value : x) {
      sum = tape.add(sum, value);
    }
    int mean = tape.scale(sum, 1.0 / x.length);
    int[] centred = algebra.map(value -> tape.subtract(value, mean), x);
    int squares = tape.leaf(EPSILON * x.length);
    for (int value : centred) {
      squares = tape.add(squares, tape.multiply(value, value));
    }
    int variance = tape.scale(squares, 1.0 / x.length);
    int inverse = tape.exp(tape.scale(tape.log(variance), -0.5));
    return algebra.multiply(gain, algebra.map(value -> tape.multiply(value, inverse), centred));
  }
}
