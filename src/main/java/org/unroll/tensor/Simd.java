package org.unroll.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vector shape of this process and the few vector expressions that all kernels share. Loading
 * it needs the module {@code jdk.incubator.vector}.
 *
 * <p>One length of float vectors for everything: on JDK 17 a second one anywhere in the process
 * makes the compiler box the vectors of all kernels (measured: a fiftieth of the speed).
 */
final class Simd {
  /** The processor's vectors, but at most {@link Timeline#LANE_MULTIPLE} floats. */
  static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() <= Timeline.LANE_MULTIPLE
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;

  static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, VectorShape.forBitSize(FLOATS.vectorBitSize()));

  /** Floats in a vector: 4, 8 or 16. */
  static final int LENGTH = FLOATS.length();

  private static final int FLUSH_BITS = Float.floatToRawIntBits(Kernels.FLUSH);

  private Simd() {}

  /** The part of {@code n} that whole vectors cover. */
  static int whole(int n) {
    return n & -LENGTH;
  }

  static FloatVector at(float[] a, int o) {
    return FloatVector.fromArray(FLOATS, a, o);
  }

  static FloatVector all(float v) {
    return FloatVector.broadcast(FLOATS, v);
  }

  /**
   * Zero where |v| is below {@link Kernels#FLUSH}; NaN stays. As whole numbers the magnitudes
   * compare by one subtraction, and no mask is needed: masks are slow on JDK 17.
   */
  static FloatVector flush(FloatVector v) {
    IntVector bits = v.reinterpretAsInts();
    IntVector below = bits.and(0x7FFFFFFF).sub(FLUSH_BITS).lanewise(VectorOperators.ASHR, 31);
    return bits.and(below.not()).reinterpretAsFloats();
  }

  /** {@code value} where {@code y} is above zero, else zero; NaN counts by its sign. */
  static FloatVector wherePositive(FloatVector y, FloatVector value) {
    // As whole numbers: y > 0 exactly where −y has a sign and y has none.
    IntVector bits = y.reinterpretAsInts();
    IntVector mask = bits.neg().and(bits.not()).lanewise(VectorOperators.ASHR, 31);
    return value.reinterpretAsInts().and(mask).reinterpretAsFloats();
  }

  /** All bits set where two numbers have the same bits, else none. */
  static IntVector same(FloatVector a, FloatVector b) {
    // A number other than 0 or its negative has a sign.
    IntVector difference =
        a.reinterpretAsInts().lanewise(VectorOperators.XOR, b.reinterpretAsInts());
    return difference.or(difference.neg()).lanewise(VectorOperators.ASHR, 31).not();
  }

  /**
   * -1, 0 or 1; the sign of 0 stays. Two multiplications with 2^100 lift the least of all numbers
   * above 1, and no mask is needed.
   */
  static FloatVector sign(FloatVector v) {
    return v.mul(0x1p100f).max(-1f).min(1f).mul(0x1p100f).max(-1f).min(1f);
  }

  /** 1 − v². */
  static FloatVector oneMinusSquare(FloatVector v) {
    return v.neg().fma(v, all(1f));
  }

  /** v·(1 − v). */
  static FloatVector logisticSlope(FloatVector v) {
    return v.neg().fma(v, v);
  }

  /** As {@link Fused#tanh}, the same operations in the same order. */
  static FloatVector tanh(FloatVector x) {
    FloatVector clamped = x.min(Functions.TANH_LIMIT).max(-Functions.TANH_LIMIT);
    FloatVector s = clamped.mul(clamped);
    FloatVector p = all(Functions.TANH_P13);
    p = p.fma(s, all(Functions.TANH_P11));
    p = p.fma(s, all(Functions.TANH_P9));
    p = p.fma(s, all(Functions.TANH_P7));
    p = p.fma(s, all(Functions.TANH_P5));
    p = p.fma(s, all(Functions.TANH_P3));
    p = p.fma(s, all(Functions.TANH_P1));
    FloatVector q = all(Functions.TANH_Q6);
    q = q.fma(s, all(Functions.TANH_Q4));
    q = q.fma(s, all(Functions.TANH_Q2));
    q = q.fma(s, all(Functions.TANH_Q0));
    return p.mul(clamped).div(q);
  }

  /** As {@link Fused#sigmoid}. */
  static FloatVector sigmoid(FloatVector x) {
    return tanh(x.mul(.5f)).fma(all(.5f), all(.5f));
  }

  /** As {@link Fused#exp}. */
  static FloatVector exp(FloatVector x) {
    FloatVector v = x.max(Functions.EXP_LIMIT);
    FloatVector shifted = v.fma(all(Functions.LOG2_E), all(Functions.ROUND));
    FloatVector n = shifted.sub(Functions.ROUND);
    FloatVector r = n.fma(all(-Functions.LN2_LOW), n.fma(all(-Functions.LN2_HIGH), v));
    FloatVector p = all(Functions.EXP_P5);
    p = p.fma(r, all(Functions.EXP_P4));
    p = p.fma(r, all(Functions.EXP_P3));
    p = p.fma(r, all(Functions.EXP_P2));
    p = p.fma(r, all(Functions.EXP_P1));
    p = p.fma(r, all(Functions.EXP_P0));
    p = p.fma(r.mul(r), r).add(1f);
    IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.mul(power.add(0x3F800000).reinterpretAsFloats());
  }
}
