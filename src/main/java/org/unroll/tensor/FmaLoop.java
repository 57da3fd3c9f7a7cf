package org.unroll.tensor;

import static org.unroll.tensor.Simd.LENGTH;
import static org.unroll.tensor.Simd.all;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Fused multiply-adds between registers only; loading it needs the vector module. */
final class FmaLoop {
  /** More than two units of latency four keep busy, and no more registers than AVX2 has. */
  private static final int CHAINS = 12;

  static final double FLOPS_PER_ROUND = 2.0 * CHAINS * LENGTH;

  private FmaLoop() {}

  static float run(int rounds) {
    FloatVector m = all(.999f);
    FloatVector b = all(.001f);
    FloatVector v0 = all(0);
    FloatVector v1 = all(1);
    FloatVector v2 = all(2);
    FloatVector v3 = all(3);
    FloatVector v4 = all(4);
    FloatVector v5 = all(5);
    FloatVector v6 = all(6);
    FloatVector v7 = all(7);
    FloatVector v8 = all(8);
    FloatVector v9 = all(9);
    FloatVector v10 = all(10);
    FloatVector v11 = all(11);
    for (int i = 0; i < rounds; i++) {
      v0 = v0.fma(m, b);
      v1 = v1.fma(m, b);
      v2 = v2.fma(m, b);
      v3 = v3.fma(m, b);
      v4 = v4.fma(m, b);
      v5 = v5.fma(m, b);
      v6 = v6.fma(m, b);
      v7 = v7.fma(m, b);
      v8 = v8.fma(m, b);
      v9 = v9.fma(m, b);
      v10 = v10.fma(m, b);
      v11 = v11.fma(m, b);
    }
    v0 = v0.add(v1).add(v2.add(v3)).add(v4.add(v5).add(v6.add(v7)));
    return v0.add(v8.add(v9)).add(v10.add(v11)).reduceLanes(VectorOperators.ADD);
  }
}
