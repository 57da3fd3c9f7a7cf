package org.unroll.tensor;

import static org.unroll.tensor.KernelsUnderTest.gates;
import static org.unroll.tensor.KernelsUnderTest.random;
import static org.unroll.tensor.KernelsUnderTest.randomSteps;

import java.util.Random;
import org.ejml.data.FMatrixRMaj;

/** Prints a hash of what the vector kernels compute, for comparison between virtual machines. */
final class KernelBits {
  private final Kernels kernels = Kernels.named("vector").create();
  private long hash = 17;

  private KernelBits() {}

  public static void main(String[] args) {
    KernelBits bits = new KernelBits();
    for (int size = 1; size < 90; size += 11) {
      bits.products(size);
      bits.cells(size);
      bits.lanes(size);
      bits.updates(size);
    }
    System.out.println(Integer.toString(Simd.LENGTH * 32) + " " + Long.toHexString(bits.hash));
  }

  private void add(float[] values) {
    for (float v : values) {
      hash = hash * 0x9E3779B97F4A7C15L + Float.floatToIntBits(v);
    }
  }

  private void products(int size) {
    Timeline timeline = KernelsUnderTest.timeline(KernelsUnderTest.lengths(3 * size, 13));
    int m = size + 5;
    FMatrixRMaj matrix = new FMatrixRMaj(m, size);
    matrix.setData(random(m * size, 1));
    Weight w = new Weight(m, size);
    w.set(matrix, 0);
    kernels.prepare(w);
    Steps x = randomSteps(timeline, size, 2);
    Steps a = randomSteps(timeline, 2 * size, 6);
    Steps y = randomSteps(timeline, m, 3);
    Steps dx = randomSteps(timeline, size, 4);
    kernels.multiply(w, x, y, 0);
    add(y.data());
    kernels.multiplyTransposed(w, y, 0, dx);
    add(dx.data());
    FMatrixRMaj dw = new FMatrixRMaj(m, size);
    FMatrixRMaj dwa = new FMatrixRMaj(m, 2 * size);
    kernels.outer(y, 0, m, x, 0, dw, 0);
    kernels.outer(y, 0, m, a, -1, dwa, 0);
    add(dw.data);
    add(dwa.data);
    FMatrixRMaj db = new FMatrixRMaj(m, 1);
    kernels.rowSums(y, 0, m, db, 0);
    add(db.data);
  }

  private void cells(int n) {
    float[] x = random(n, 1);
    for (int i = 0; i < n; i++) {
      x[i] *= 10f;
    }
    float[] y = new float[n];
    kernels.tanh(x, 0, y, 0, n);
    add(y);
    kernels.sigmoid(x, 0, y, 0, n);
    add(y);
    float[] z = x.clone();
    kernels.logistic(z, 0, y, 0, n);
    add(z);
    add(y);
    float[] g = random(4 * n, 2);
    float[] c = random(2 * n, 3);
    float[] tanhC = new float[n];
    float[] a = random(2 * n, 7);
    float[] dc = random(n, 4);
    float[] da = random(2 * n, 5);
    kernels.lstmState(g, 0, n, 2 * n, c, 0, n, n);
    kernels.tanh(c, n, tanhC, 0, n);
    kernels.multiply(g, 3 * n, tanhC, 0, a, n, n);
    kernels.lstmBackOutput(g, 3 * n, tanhC, 0, da, 0, dc, 0, n);
    kernels.lstmBackIdentity(g, 3 * n, tanhC, 0, da, n, dc, 0, n);
    kernels.lstmBackGates(g, 0, n, 2 * n, c, 0, dc, 0, n);
    add(g);
    add(dc);
    g = gates(4 * n, 6);
    kernels.gruState(g, 0, n, a, 0, n, n);
    kernels.gruCandidateAfter(g, 0, n, y, 0, n);
    kernels.gruBack(g, 0, n, a, 0, da, 0, n, n);
    kernels.gruResetBeforeBack(g, 2 * n, dc, 0, a, 0, da, n, n);
    kernels.gruResetAfterBack(g, 3 * n, n, y, 0, n);
    kernels.tanhBack(y, 0, dc, 0, dc, 0, n);
    kernels.reluBack(x, 0, da, 0, da, 0, n);
    for (float[] values : new float[][] {g, a, da, y, dc}) {
      add(values);
    }
  }

  private void lanes(int rows) {
    float[] z = random(rows * 48, 1);
    float[] sum = new float[48];
    kernels.softmax(z, 0, rows, 48, 48, new float[48], sum);
    kernels.scaleLanes(z, 0, rows, 48, 48, sum);
    kernels.subtractOuter(z, 0, rows, 48, 48, random(rows, 6), sum);
    kernels.weightedSums(z, 0, rows, 48, 48, random(rows, 7), sum);
    add(sum);
    kernels.dropout(z, 0, rows, 48, 48, new Random(2).ints(48).toArray(), 9, 1 << 22, 1.3f);
    add(z);
    float[] gain = random(rows, 7);
    float[] dy = random(rows * 48, 8);
    float[] partial = new float[16 * rows];
    float[] inverse = new float[48];
    kernels.normalize(z, 0, gain, 0, dy, 0, rows, 48, 48, inverse, 0);
    kernels.addScaledRows(gain, 0, z, 0, dy, 0, rows, 48, 48);
    kernels.addRowProducts(z, 0, dy, 0, rows, 48, 48, partial);
    add(inverse);
    add(partial);
    add(dy);
    kernels.normalizeBack(dy, 0, gain, 0, z, 0, rows, 48, 48, inverse, 0, partial);
    add(partial);
    add(z);
    float[] numbers = random(4 * rows, 9);
    float[] pairs = new float[32 * rows];
    kernels.addSquaredDeviations(z, 0, numbers, rows, 48, 48, partial);
    kernels.addDeviationProducts(dy, 0, z, 0, numbers, rows, 48, 48, pairs);
    kernels.scaleDeviationsBack(dy, 0, z, 0, numbers, rows, 48, 48);
    kernels.scaleDeviations(z, 0, numbers, dy, 0, rows, 48, 48);
    add(partial);
    add(pairs);
    add(z);
    add(dy);
    PoolingKernels pooling = kernels.pooling();
    pooling.addScaled(inverse, 0, dy, 0, z, 0, rows, 48, 48);
    pooling.products(z, 0, dy, 0, sum, 0, rows, 48, 48);
    add(sum);
    float[] largest = dy.clone();
    pooling.max(z, 0, largest, 0, rows, 48, 48, inverse);
    pooling.maxBack(dy, 0, largest, 0, z, 0, dy, 0, rows, 48, 48, new float[48]);
    add(largest);
    add(dy);
    float[] table = random(3 * rows, 5);
    int[] ids = new Random(3).ints(48, 0, 3).toArray();
    kernels.scatterAdd(z, 0, rows, 48, 41, ids, 0, table);
    kernels.gatherColumns(table, ids, 0, z, 0, rows, 48, 41, 48);
    add(table);
    add(z);
  }

  private void updates(int n) {
    float[] theta = random(n, 1);
    float[] m = random(n, 2);
    float[] v = gates(n, 3);
    float[] g = random(n, 4);
    kernels.updates().adam(theta, m, v, g, 0, n, 3, .01, .9, .999, 1e-8);
    kernels.updates().sgd(theta, m, g, 0, n, .1f, .9f, true);
    kernels.updates().scale(v, 0, n, .7f);
    add(theta);
    add(m);
    add(v);
    kernels.updates().rmsprop(theta, v, null, g, 0, n, .01, .9, 0, 1e-8);
    kernels.updates().rmsprop(theta, v, m, g, 0, n, .01, .9, .5, 1e-8);
    float[] u = random(n, 6);
    kernels.updates().rmspropCentred(theta, v, m, u, g, 0, n, .01, .9, .5, 1e-8);
    add(u);
    float[] sign = random(n, 5);
    for (int i = 0; i < n; i++) {
      sign[i] = Math.signum(Math.round(1.5f * sign[i]));
    }
    UpdateKernels.RpropStep step = new UpdateKernels.RpropStep(1.2f, .4f, 1e-6f, .9f);
    kernels.updates().rprop(theta, v, sign, g, 0, n, step, true);
    kernels.updates().addKeepingRest(g, theta, v, 0, n);
    for (float[] values : new float[][] {theta, m, v, sign}) {
      add(values);
    }
    double[] sum = new double[n];
    float largest = kernels.updates().addRounded(sum, theta, n, 1.5 * (1L << 20));
    add(new float[] {largest, (float) UpdateKernels.sumOfSquares(theta, 0, n)});
    kernels.updates().mean(sum, 3, g, 0, n);
    add(g);
    for (double s : sum) {
      hash = hash * 31 + Double.doubleToLongBits(s);
    }
  }
}
