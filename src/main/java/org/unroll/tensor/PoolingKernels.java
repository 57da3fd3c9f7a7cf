package org.unroll.tensor;

/**
 * The part of the kernels that makes one value of all steps of a sequence. A step is rows × lanes
 * from an offset on, rows {@code lanes} apart; the first {@code width} lanes are computed, a
 * multiple of {@link Timeline#LANE_MULTIPLE}. Lanes do not meet, so a lane's result does not depend
 * on its neighbours.
 */
public abstract sealed class PoolingKernels permits EjmlPooling, VectorPooling {

  PoolingKernels() {}

  /**
   * {@code y = max(y, x + barrier)}, lane by lane.
   *
   * @param y modified
   * @param barrier one number per lane: 0, or −∞ where the lane is dead
   */
  public abstract void max(
      float[] x, int xo, float[] y, int yo, int rows, int lanes, int width, float[] barrier);

  /**
   * The way back from {@link #max}, step by step in its order: where {@code x + barrier} is y to
   * the bit, dx takes what is left, which then is 0; elsewhere dx is 0. So the gradient goes to the
   * first of several equal maxima.
   *
   * @param y the maxima
   * @param left gradient with respect to y that no step has taken yet; modified
   * @param dx overwritten
   */
  public abstract void maxBack(
      float[] x,
      int xo,
      float[] y,
      int yo,
      float[] left,
      int lo,
      float[] dx,
      int dxo,
      int rows,
      int lanes,
      int width,
      float[] barrier);

  /**
   * {@code y += factor ∘ x}, one factor per lane for all rows.
   *
   * @param factor from {@code fo} on
   * @param y modified
   */
  public abstract void addScaled(
      float[] factor, int fo, float[] x, int xo, float[] y, int yo, int rows, int lanes, int width);

  /**
   * Per lane: sum = Σ x[r] · y[r], in the order of rows.
   *
   * @param sums from {@code so} on; overwritten
   */
  public abstract void products(
      float[] x, int xo, float[] y, int yo, float[] sums, int so, int rows, int lanes, int width);
}
