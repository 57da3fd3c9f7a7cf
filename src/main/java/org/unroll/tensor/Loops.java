package org.unroll.tensor;

import static org.unroll.tensor.Simd.LENGTH;
import static org.unroll.tensor.Simd.all;
import static org.unroll.tensor.Simd.at;
import static org.unroll.tensor.Simd.flush;
import static org.unroll.tensor.Simd.logisticSlope;
import static org.unroll.tensor.Simd.oneMinusSquare;

import jdk.incubator.vector.FloatVector;

/**
 * The loops of {@link Passes}, over whole vectors: {@code end} is a multiple of the vector's
 * length. Many small methods of few vector operations each: one loop over all gates of a cell took
 * two to ten times as long, because the compiler then boxes vectors in some launches.
 */
final class Loops {
  private Loops() {}

  static void sigmoid(float[] x, int xo, float[] y, int yo, int end) {
    for (int k = 0; k < end; k += LENGTH) {
      Simd.sigmoid(at(x, xo + k)).intoArray(y, yo + k);
    }
  }

  static void logistic(float[] z, int zo, float[] e, int eo, int end) {
    for (int k = 0; k < end; k += LENGTH) {
      FloatVector v = at(z, zo + k);
      FloatVector small = Simd.exp(v.min(v.neg()));
      small.intoArray(e, eo + k);
      Simd.wherePositive(v, small.neg().add(1f)).add(small).div(small.add(1f)).intoArray(z, zo + k);
    }
  }

  static void tanh(float[] x, int xo, float[] y, int yo, int end) {
    for (int k = 0; k < end; k += LENGTH) {
      Simd.tanh(at(x, xo + k)).intoArray(y, yo + k);
    }
  }

  static void relu(float[] x, int xo, float[] y, int yo, int end) {
    for (int k = 0; k < end; k += LENGTH) {
      at(x, xo + k).max(0f).intoArray(y, yo + k);
    }
  }

  static void add(float[] x, int xo, float[] y, int yo, int end) {
    for (int k = 0; k < end; k += LENGTH) {
      at(y, yo + k).add(at(x, xo + k)).intoArray(y, yo + k);
    }
  }

  static void multiply(float[] x, int xo, float[] y, int yo, float[] z, int zo, int end) {
    for (int k = 0; k < end; k += LENGTH) {
      at(x, xo + k).mul(at(y, yo + k)).intoArray(z, zo + k);
    }
  }

  static void tanhBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int end) {
    for (int k = 0; k < end; k += LENGTH) {
      flush(at(dy, dyo + k)).mul(oneMinusSquare(at(y, yo + k))).intoArray(dx, dxo + k);
    }
  }

  static void reluBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int end) {
    for (int k = 0; k < end; k += LENGTH) {
      Simd.wherePositive(at(y, yo + k), flush(at(dy, dyo + k))).intoArray(dx, dxo + k);
    }
  }

  /** c⟨t⟩ = f∘c⟨t-1⟩ + i∘g. */
  static void lstmState(
      float[] gates, int i, int f, int g, float[] c, int before, int now, int end) {
    for (int k = 0; k < end; k += LENGTH) {
      FloatVector fresh = at(gates, i + k).mul(at(gates, g + k));
      at(gates, f + k).fma(at(c, before + k), fresh).intoArray(c, now + k);
    }
  }

  /** The output gate, and the gradient with respect to what tanh is taken of. */
  static void lstmBackOutput(
      float[] gates,
      int o,
      float[] shown,
      int so,
      float[] da,
      int dao,
      float[] ds,
      int dso,
      int end) {
    for (int k = 0; k < end; k += LENGTH) {
      FloatVector d = flush(at(da, dao + k));
      FloatVector out = at(gates, o + k);
      FloatVector h = at(shown, so + k);
      flush(d.mul(out).fma(oneMinusSquare(h), at(ds, dso + k))).intoArray(ds, dso + k);
      d.mul(h).mul(logisticSlope(out)).intoArray(gates, o + k);
    }
  }

  /** The output gate, and the gradient with respect to what it shows. */
  static void lstmBackIdentity(
      float[] gates,
      int o,
      float[] shown,
      int so,
      float[] da,
      int dao,
      float[] ds,
      int dso,
      int end) {
    for (int k = 0; k < end; k += LENGTH) {
      FloatVector d = flush(at(da, dao + k));
      FloatVector out = at(gates, o + k);
      flush(d.fma(out, at(ds, dso + k))).intoArray(ds, dso + k);
      d.mul(at(shown, so + k)).mul(logisticSlope(out)).intoArray(gates, o + k);
    }
  }

  /** The other gates, and the gradient with respect to c⟨t-1⟩. */
  static void lstmBackGates(
      float[] gates, int i, int f, int g, float[] c, int before, float[] dc, int dco, int end) {
    for (int k = 0; k < end; k += LENGTH) {
      FloatVector s = at(dc, dco + k);
      FloatVector in = at(gates, i + k);
      FloatVector forget = at(gates, f + k);
      FloatVector candidate = at(gates, g + k);
      s.mul(forget).intoArray(dc, dco + k);
      s.mul(candidate).mul(logisticSlope(in)).intoArray(gates, i + k);
      s.mul(at(c, before + k)).mul(logisticSlope(forget)).intoArray(gates, f + k);
      s.mul(in).mul(oneMinusSquare(candidate)).intoArray(gates, g + k);
    }
  }

  static void gruState(float[] gates, int z, int n, float[] a, int before, int now, int end) {
    for (int k = 0; k < end; k += LENGTH) {
      FloatVector candidate = at(gates, n + k);
      at(gates, z + k).fma(at(a, before + k).sub(candidate), candidate).intoArray(a, now + k);
    }
  }

  static void gruBack(
      float[] gates,
      int z,
      int n,
      float[] a,
      int before,
      float[] da,
      int dao,
      int dBefore,
      int end) {
    for (int k = 0; k < end; k += LENGTH) {
      FloatVector d = flush(at(da, dao + k));
      FloatVector update = at(gates, z + k);
      FloatVector candidate = at(gates, n + k);
      d.fma(update, at(da, dBefore + k)).intoArray(da, dBefore + k);
      d.mul(at(a, before + k).sub(candidate)).mul(logisticSlope(update)).intoArray(gates, z + k);
      d.mul(all(1f).sub(update)).mul(oneMinusSquare(candidate)).intoArray(gates, n + k);
    }
  }

  static void gruResetBeforeBack(
      float[] gates,
      int r,
      float[] drc,
      int drco,
      float[] a,
      int before,
      float[] da,
      int dBefore,
      int end) {
    for (int k = 0; k < end; k += LENGTH) {
      FloatVector reset = at(gates, r + k);
      FloatVector d = at(drc, drco + k);
      d.fma(reset, at(da, dBefore + k)).intoArray(da, dBefore + k);
      d.mul(at(a, before + k)).mul(logisticSlope(reset)).intoArray(gates, r + k);
    }
  }

  static void gruCandidateAfter(float[] gates, int r, int n, float[] hn, int hno, int end) {
    for (int k = 0; k < end; k += LENGTH) {
      Simd.tanh(at(gates, r + k).fma(at(hn, hno + k), at(gates, n + k))).intoArray(gates, n + k);
    }
  }

  static void gruResetAfterBack(float[] gates, int r, int dn, float[] hn, int hno, int end) {
    for (int k = 0; k < end; k += LENGTH) {
      FloatVector d = at(gates, dn + k);
      FloatVector reset = at(gates, r + k);
      d.mul(at(hn, hno + k)).mul(logisticSlope(reset)).intoArray(gates, r + k);
      d.mul(reset).intoArray(hn, hno + k);
    }
  }
}
