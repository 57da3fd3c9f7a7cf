package org.unroll.tensor;

/**
 * The element by element part of {@link Kernels}: functions and their slopes, and the passes that
 * the cells are made of. Each works on {@code n} contiguous floats.
 */
public abstract sealed class CellKernels permits Kernels {

  // Functions

  /** y = σ(x); may be in place. */
  public abstract void sigmoid(float[] x, int xo, float[] y, int yo, int n);

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
}
