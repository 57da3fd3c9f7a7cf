package org.unroll.tensor;

/**
 * Element-wise work of the cells and of softmax: the {@link Loops} and {@link LanePasses}, each
 * behind one call that the compiler cannot see through.
 *
 * <p>Inlined into a caller with others, a loop gets what is left of that method's compilation
 * budget; when it runs out in the middle of an expression, vectors are boxed and the loop is ten
 * times as slow, in some launches and not in others. All loops are called from one place here,
 * which therefore has seen many receivers and inlines none: each is compiled by itself, once,
 * whole. The call costs a few nanoseconds.
 */
final class Passes {
  private static final int SIGMOID = 0;
  private static final int TANH = 1;
  private static final int RELU = 2;
  private static final int ADD = 3;
  private static final int MULTIPLY = 4;
  private static final int TANH_BACK = 5;
  private static final int RELU_BACK = 6;
  private static final int LSTM_STATE = 7;
  private static final int LSTM_BACK_OUTPUT = 8;
  private static final int LSTM_BACK_GATES = 9;
  private static final int GRU_STATE = 10;
  private static final int GRU_BACK = 11;
  private static final int GRU_RESET_BEFORE_BACK = 12;
  private static final int GRU_CANDIDATE_AFTER = 13;
  private static final int GRU_RESET_AFTER_BACK = 14;
  private static final int MAX = 15;
  private static final int EXP = 16;
  private static final int SCALE = 17;
  private static final int LSTM_BACK_IDENTITY = 18;
  private static final int ADD_SCALED_ROWS = 19;
  private static final int ADD_ROW_PRODUCTS = 20;
  private static final int ADD_ROWS = 21;
  private static final int ADD_SQUARES = 22;
  private static final int STANDARDIZE = 23;
  private static final int ADD_GRADIENTS = 24;
  private static final int STANDARDIZE_BACK = 25;
  private static final int ADD_SQUARED_DEVIATIONS = 26;
  private static final int SCALE_DEVIATIONS = 27;
  private static final int ADD_DEVIATION_PRODUCTS = 28;
  private static final int SCALE_DEVIATIONS_BACK = 29;
  private static final int LOGISTIC = 30;

  /** A loop with room for the arguments of any; each takes those it needs. */
  private interface Loop {
    void run(
        float[] a, float[] b, float[] c, float[] d, int p, int q, int r, int s, int t, int end);
  }

  /** In the order of their numbers. Elements of an array are no constants to the compiler. */
  private static final Loop[] LOOPS = {
    (a, b, c, d, p, q, r, s, t, end) -> Loops.sigmoid(a, p, b, q, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.tanh(a, p, b, q, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.relu(a, p, b, q, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.add(a, p, b, q, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.multiply(a, p, b, q, c, r, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.tanhBack(a, p, b, q, c, r, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.reluBack(a, p, b, q, c, r, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.lstmState(a, p, q, r, b, s, t, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.lstmBackOutput(a, p, b, q, c, r, d, s, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.lstmBackGates(a, p, q, r, b, s, c, t, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.gruState(a, p, q, b, r, s, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.gruBack(a, p, q, b, r, c, s, t, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.gruResetBeforeBack(a, p, b, q, c, r, d, s, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.gruCandidateAfter(a, p, q, b, r, end),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.gruResetAfterBack(a, p, q, b, r, end),
    (a, b, c, d, p, q, r, s, t, end) -> LanePasses.max(a, p, q, r, s, b),
    (a, b, c, d, p, q, r, s, t, end) -> LanePasses.exp(a, p, q, r, s, b, c),
    (a, b, c, d, p, q, r, s, t, end) -> LanePasses.scale(a, p, q, r, s, b),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.lstmBackIdentity(a, p, b, q, c, r, d, s, end),
    (a, b, c, d, p, q, r, s, t, w) -> LanePasses.addScaledRows(a, p, b, q, c, r, s, t, w),
    (a, b, c, d, p, q, r, s, t, po) -> LanePasses.addRowProducts(a, p, b, q, r, s, t, c, po),
    (a, b, c, d, p, q, r, s, t, end) -> LanePasses.addRows(a, p, q, r, s, b),
    (a, b, c, d, p, q, r, s, t, end) -> LanePasses.addSquares(a, p, q, r, s, b),
    (a, b, c, d, p, q, r, s, t, end) -> LanePasses.standardize(a, p, q, r, s, b),
    (a, b, c, d, p, q, r, s, t, w) -> LanePasses.addGradients(a, p, b, q, c, r, s, t, w, d),
    (a, b, c, d, p, q, r, s, t, w) -> LanePasses.standardizeBack(a, p, b, q, c, r, s, t, w, d),
    (a, b, c, d, p, q, r, s, t, w) -> RowPasses.addSquaredDeviations(a, p, b, s, t, w, c),
    (a, b, c, d, p, q, r, s, t, w) -> RowPasses.scaleDeviations(a, p, b, c, q, s, t, w),
    (a, b, c, d, p, q, r, s, t, w) -> RowPasses.addDeviationProducts(a, p, b, q, c, s, t, w, d),
    (a, b, c, d, p, q, r, s, t, w) -> RowPasses.scaleDeviationsBack(a, p, b, q, c, s, t, w),
    (a, b, c, d, p, q, r, s, t, end) -> Loops.logistic(a, p, b, q, end),
  };

  private Passes() {}

  private static void call(
      int loop,
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      int p,
      int q,
      int r,
      int s,
      int t,
      int end) {
    LOOPS[loop].run(a, b, c, d, p, q, r, s, t, end);
  }

  static void sigmoid(float[] x, int xo, float[] y, int yo, int end) {
    call(SIGMOID, x, y, null, null, xo, yo, 0, 0, 0, end);
  }

  static void logistic(float[] z, int zo, float[] e, int eo, int end) {
    call(LOGISTIC, z, e, null, null, zo, eo, 0, 0, 0, end);
  }

  static void tanh(float[] x, int xo, float[] y, int yo, int end) {
    call(TANH, x, y, null, null, xo, yo, 0, 0, 0, end);
  }

  static void relu(float[] x, int xo, float[] y, int yo, int end) {
    call(RELU, x, y, null, null, xo, yo, 0, 0, 0, end);
  }

  static void add(float[] x, int xo, float[] y, int yo, int end) {
    call(ADD, x, y, null, null, xo, yo, 0, 0, 0, end);
  }

  static void multiply(float[] x, int xo, float[] y, int yo, float[] z, int zo, int end) {
    call(MULTIPLY, x, y, z, null, xo, yo, zo, 0, 0, end);
  }

  static void tanhBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int end) {
    call(TANH_BACK, y, dy, dx, null, yo, dyo, dxo, 0, 0, end);
  }

  static void reluBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int end) {
    call(RELU_BACK, y, dy, dx, null, yo, dyo, dxo, 0, 0, end);
  }

  /** c⟨t⟩ = f∘c⟨t-1⟩ + i∘g. */
  static void lstmState(
      float[] gates, int i, int f, int g, float[] c, int before, int now, int end) {
    call(LSTM_STATE, gates, c, null, null, i, f, g, before, now, end);
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
    call(LSTM_BACK_OUTPUT, gates, shown, da, ds, o, so, dao, dso, 0, end);
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
    call(LSTM_BACK_IDENTITY, gates, shown, da, ds, o, so, dao, dso, 0, end);
  }

  /** The other gates, and the gradient with respect to c⟨t-1⟩. */
  static void lstmBackGates(
      float[] gates, int i, int f, int g, float[] c, int before, float[] dc, int dco, int end) {
    call(LSTM_BACK_GATES, gates, c, dc, null, i, f, g, before, dco, end);
  }

  static void gruState(float[] gates, int z, int n, float[] a, int before, int now, int end) {
    call(GRU_STATE, gates, a, null, null, z, n, before, now, 0, end);
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
    call(GRU_BACK, gates, a, da, null, z, n, before, dao, dBefore, end);
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
    call(GRU_RESET_BEFORE_BACK, gates, drc, a, da, r, drco, before, dBefore, 0, end);
  }

  static void gruCandidateAfter(float[] gates, int r, int n, float[] hn, int hno, int end) {
    call(GRU_CANDIDATE_AFTER, gates, hn, null, null, r, n, hno, 0, 0, end);
  }

  static void gruResetAfterBack(float[] gates, int r, int dn, float[] hn, int hno, int end) {
    call(GRU_RESET_AFTER_BACK, gates, hn, null, null, r, dn, hno, 0, 0, end);
  }

  /** max = the largest of each lane; NaN if any is. */
  static void max(float[] z, int zo, int rows, int lanes, int width, float[] max) {
    call(MAX, z, max, null, null, zo, rows, lanes, width, 0, 0);
  }

  /** z = exp(z − max), sum = their sum in the order of rows. */
  static void exp(float[] z, int zo, int rows, int lanes, int width, float[] max, float[] sum) {
    call(EXP, z, max, sum, null, zo, rows, lanes, width, 0, 0);
  }

  static void scale(float[] z, int zo, int rows, int lanes, int width, float[] factor) {
    call(SCALE, z, factor, null, null, zo, rows, lanes, width, 0, 0);
  }

  static void addScaledRows(
      float[] factor,
      int fo,
      float[] x,
      int xo,
      float[] y,
      int yo,
      int rows,
      int lanes,
      int width) {
    call(ADD_SCALED_ROWS, factor, x, y, null, fo, xo, yo, rows, lanes, width);
  }

  static void addRowProducts(
      float[] x,
      int xo,
      float[] y,
      int yo,
      int rows,
      int lanes,
      int width,
      float[] partial,
      int po) {
    call(ADD_ROW_PRODUCTS, x, y, partial, null, xo, yo, rows, lanes, width, po);
  }

  static void addRows(float[] x, int xo, int rows, int lanes, int width, float[] statistics) {
    call(ADD_ROWS, x, statistics, null, null, xo, rows, lanes, width, 0, 0);
  }

  static void addSquares(float[] x, int xo, int rows, int lanes, int width, float[] statistics) {
    call(ADD_SQUARES, x, statistics, null, null, xo, rows, lanes, width, 0, 0);
  }

  static void standardize(float[] x, int xo, int rows, int lanes, int width, float[] statistics) {
    call(STANDARDIZE, x, statistics, null, null, xo, rows, lanes, width, 0, 0);
  }

  static void addGradients(
      float[] dy,
      int dyo,
      float[] gain,
      int go,
      float[] x,
      int xo,
      int rows,
      int lanes,
      int width,
      float[] statistics) {
    call(ADD_GRADIENTS, dy, gain, x, statistics, dyo, go, xo, rows, lanes, width);
  }

  static void standardizeBack(
      float[] dy,
      int dyo,
      float[] gain,
      int go,
      float[] x,
      int xo,
      int rows,
      int lanes,
      int width,
      float[] statistics) {
    call(STANDARDIZE_BACK, dy, gain, x, statistics, dyo, go, xo, rows, lanes, width);
  }

  static void addSquaredDeviations(
      float[] x, int xo, float[] numbers, int rows, int lanes, int width, float[] partial) {
    call(ADD_SQUARED_DEVIATIONS, x, numbers, partial, null, xo, 0, 0, rows, lanes, width);
  }

  static void scaleDeviations(
      float[] x, int xo, float[] numbers, float[] y, int yo, int rows, int lanes, int width) {
    call(SCALE_DEVIATIONS, x, numbers, y, null, xo, yo, 0, rows, lanes, width);
  }

  static void addDeviationProducts(
      float[] dy,
      int dyo,
      float[] x,
      int xo,
      float[] numbers,
      int rows,
      int lanes,
      int width,
      float[] partial) {
    call(ADD_DEVIATION_PRODUCTS, dy, x, numbers, partial, dyo, xo, 0, rows, lanes, width);
  }

  static void scaleDeviationsBack(
      float[] dy, int dyo, float[] x, int xo, float[] numbers, int rows, int lanes, int width) {
    call(SCALE_DEVIATIONS_BACK, dy, x, numbers, null, dyo, xo, 0, rows, lanes, width);
  }
}
