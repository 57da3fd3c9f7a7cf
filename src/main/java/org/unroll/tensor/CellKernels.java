package org.unroll.tensor;

import org.ejml.data.FMatrixRMaj;

/**
 * The part of {@link Kernels} that cells are made of, beside products: functions and their slopes,
 * gates, diagonal weights, normalisation. What takes a number {@code n} works on so many contiguous
 * floats, element by element.
 */
public abstract sealed class CellKernels permits Kernels {

  /** Added to a variance before its root is taken. */
  static final float NORM_EPSILON = 1e-5f;

  // Functions

  /** y = σ(x); may be in place. */
  public abstract void sigmoid(float[] x, int xo, float[] y, int yo, int n);

  /**
   * e = exp(−|z|) and z = σ(z), which has as many digits where it is near 0 as elsewhere. With e,
   * {@code log(1 + exp z) = max(0, z) + log(1 + e)}, whatever z.
   *
   * @param z replaced
   * @param e overwritten
   */
  public abstract void logistic(float[] z, int zo, float[] e, int eo, int n);

  /** y = tanh x; may be in place. */
  public abstract void tanh(float[] x, int xo, float[] y, int yo, int n);

  /** y = max(0, x); may be in place. */
  public abstract void relu(float[] x, int xo, float[] y, int yo, int n);

  /** y += x. */
  public abstract void add(float[] x, int xo, float[] y, int yo, int n);

  /** z = x ∘ y; may be in place. */
  public abstract void multiply(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n);

  /** dx = dy ∘ (1 − y²), flushed; may be in place. */
  public abstract void tanhBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /** dx = dy where y &gt; 0, else 0; may be in place. */
  public abstract void reluBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n);

  // Cells

  /** The LSTM's new state, from activations: {@code c⟨t⟩ = f∘c⟨t-1⟩ + i∘g}. */
  public abstract void lstmState(
      float[] gates, int i, int f, int g, float[] c, int before, int now, int n);

  /**
   * The LSTM's way back through {@code a = o∘tanh(s)}: o is replaced by the gradient with respect
   * to its pre-activation, and {@code ds += da∘o∘(1 − tanh² s)}.
   *
   * @param shown tanh(s)
   * @param da gradient with respect to a⟨t⟩
   * @param ds gradient with respect to s; added to
   */
  public abstract void lstmBackOutput(
      float[] gates, int o, float[] shown, int so, float[] da, int dao, float[] ds, int dso, int n);

  /** As {@link #lstmBackOutput} through {@code a = o∘s}: {@code shown} is s, {@code ds += da∘o}. */
  public abstract void lstmBackIdentity(
      float[] gates, int o, float[] shown, int so, float[] da, int dao, float[] ds, int dso, int n);

  /**
   * The LSTM's way back to i, f and g, which are replaced by gradients with respect to their
   * pre-activations.
   *
   * @param c states; {@code before} is where c⟨t-1⟩ begins
   * @param dc gradient with respect to c⟨t⟩; replaced by that for c⟨t-1⟩
   */
  public abstract void lstmBackGates(
      float[] gates, int i, int f, int g, float[] c, int before, float[] dc, int dco, int n);

  /** The GRU's new state: {@code a = n + z∘(before − n)}. */
  public abstract void gruState(
      float[] gates, int z, int n, float[] a, int before, int now, int length);

  /**
   * The GRU's way back to update gate and candidate: z and n are replaced by gradients with respect
   * to their pre-activations; {@code dBefore += da∘z}.
   */
  public abstract void gruBack(
      float[] gates,
      int z,
      int n,
      float[] a,
      int before,
      float[] da,
      int dao,
      int dBefore,
      int length);

  /** Reset before the product, way back: r replaced by its gradient; {@code dBefore += drc∘r}. */
  public abstract void gruResetBeforeBack(
      float[] gates,
      int r,
      float[] drc,
      int drco,
      float[] a,
      int before,
      float[] da,
      int dBefore,
      int length);

  /** Reset after the product: {@code n = tanh(n + r∘hn)}. */
  public abstract void gruCandidateAfter(float[] gates, int r, int n, float[] hn, int hno, int len);

  /**
   * Reset after the product, way back: r replaced by its gradient, {@code hn} by the gradient with
   * respect to it, both from the gradient dn of the candidate's pre-activation.
   */
  public abstract void gruResetAfterBack(
      float[] gates, int r, int dn, float[] hn, int hno, int length);

  // Rows × lanes of one step: diagonal weights, normalisation

  /** y[r] += factor[r] · x[r] for {@code rows} rows: a diagonal weight, or the gain of a norm. */
  public abstract void addScaledRows(
      float[] factor, int fo, float[] x, int xo, float[] y, int yo, int rows, int lanes, int width);

  /**
   * Adds x ∘ y to partial sums of its rows: the gradient of {@link #addScaledRows}' factor, step by
   * step, until {@link #addPartialSums}.
   *
   * @param partial {@link Timeline#LANE_MULTIPLE} sums per row; modified
   */
  public abstract void addRowProducts(
      float[] x, int xo, float[] y, int yo, int rows, int lanes, int width, float[] partial);

  /**
   * sums[row + r] += the sum of row r's partial sums, always in the same order.
   *
   * @param partial {@link Timeline#LANE_MULTIPLE} sums per row; overwritten
   */
  public final void addPartialSums(float[] partial, int rows, FMatrixRMaj sums, int row) {
    for (int r = 0; r < rows; r++) {
      sums.data[row + r] += tree(partial, r * Timeline.LANE_MULTIPLE);
    }
  }

  private static float tree(float[] p, int o) {
    for (int half = Timeline.LANE_MULTIPLE / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        p[o + i] += p[o + half + i];
      }
    }
    return p[o];
  }

  /**
   * Layer normalisation of every lane over its rows: {@code x = (x − μ) / √(σ² + ε)}, then {@code y
   * += gain ∘ x}, with the mean μ and the variance σ² of that lane's rows, and ε {@value
   * #NORM_EPSILON} as in PyTorch.
   *
   * @param x rows × lanes, replaced
   * @param gain one number per row, from {@code go} on
   * @param inverse takes {@code 1 / √(σ² + ε)} of each lane, from {@code io} on
   */
  public abstract void normalize(
      float[] x,
      int xo,
      float[] gain,
      int go,
      float[] y,
      int yo,
      int rows,
      int lanes,
      int width,
      float[] inverse,
      int io);

  /**
   * The way back from {@link #normalize}: with {@code d = gain ∘ dy}, the gradient {@code (d − mean
   * d − x̂ ∘ mean(d ∘ x̂)) / √(σ² + ε)}, means over the rows of a lane.
   *
   * @param dy gradient with respect to y
   * @param x x̂ as {@link #normalize} left it; replaced by the gradient with respect to its input
   * @param inverse as {@link #normalize} left it
   * @param gainPartial dy ∘ x̂ is added, as by {@link #addRowProducts}
   */
  public abstract void normalizeBack(
      float[] dy,
      int dyo,
      float[] gain,
      int go,
      float[] x,
      int xo,
      int rows,
      int lanes,
      int width,
      float[] inverse,
      int io,
      float[] gainPartial);

  // Rows × lanes of one step: batch normalisation, which has a few numbers for each row

  /** Numbers that each row has in what these kernels are given, in the order of the next four. */
  public static final int ROW_NUMBERS = 4;

  /** The mean μ. */
  public static final int MEAN = 0;

  /** What is multiplied with the values, or on the way back with their gradient. */
  public static final int SCALE = 1;

  /** What is added. */
  public static final int SHIFT = 2;

  /** On the way back: what is multiplied with the deviations x − μ. */
  public static final int ALONG = 3;

  /**
   * Adds (x − μ)² to partial sums of its rows, step by step, until {@link #addPartialSums}.
   *
   * @param x rows × lanes; where it is to be ignored, it must be μ
   * @param numbers {@link #ROW_NUMBERS} per row
   * @param partial {@link Timeline#LANE_MULTIPLE} sums per row; modified
   */
  public abstract void addSquaredDeviations(
      float[] x, int xo, float[] numbers, int rows, int lanes, int width, float[] partial);

  /**
   * y = scale · (x − μ) + shift, row by row.
   *
   * @param numbers {@link #ROW_NUMBERS} per row
   * @param y overwritten
   */
  public abstract void scaleDeviations(
      float[] x, int xo, float[] numbers, float[] y, int yo, int rows, int lanes, int width);

  /**
   * Adds dy and dy ∘ (x − μ) to partial sums of their rows, step by step, until {@link
   * #addPartialSums}, which finds those of row r at 2r and 2r + 1.
   *
   * @param dy zero where it is to be ignored
   * @param numbers {@link #ROW_NUMBERS} per row
   * @param partial 2 · {@link Timeline#LANE_MULTIPLE} sums per row; modified
   */
  public abstract void addDeviationProducts(
      float[] dy,
      int dyo,
      float[] x,
      int xo,
      float[] numbers,
      int rows,
      int lanes,
      int width,
      float[] partial);

  /**
   * x = scale · dy + along · (x − μ) + shift, row by row: the way back from {@link
   * #scaleDeviations} with numbers of its own.
   *
   * @param x replaced
   * @param numbers {@link #ROW_NUMBERS} per row
   */
  public abstract void scaleDeviationsBack(
      float[] dy, int dyo, float[] x, int xo, float[] numbers, int rows, int lanes, int width);
}
