package org.unroll.tensor;

/**
 * What is done to all parameters in a round: the exact sum of gradients, their mean, and the steps
 * of optimisers. Ranges are {@code [from, to)} of arrays that belong together, so that several
 * threads can share an update; the bits do not depend on where an array is cut. But for {@link
 * #addRounded}, an instance may be used by several threads.
 */
public abstract sealed class UpdateKernels permits EjmlUpdates, VectorUpdates {
  /** Moments whose magnitude is below this become 0: they would decay into denormals. */
  static final float FLUSH = Kernels.FLUSH;

  UpdateKernels() {}

  /**
   * {@code sum += round(v)} where rounding is to the grid of {@code magic}: {@code (v + magic) −
   * magic}.
   *
   * @param sum sums on the grid; modified
   * @param v n values
   * @param magic 1.5 · 2^52 · grid
   * @return the largest |v|; not finite if any v is not
   */
  public abstract float addRounded(double[] sum, float[] v, int n, double magic);

  /**
   * {@code mean = sum / total}, divided in double precision and rounded once.
   *
   * @param mean modified
   */
  public abstract void mean(double[] sum, double total, float[] mean, int from, int to);

  /**
   * One step of Adam (Kingma and Ba 2015): {@code m += (1−β₁)(g−m)}, {@code v += (1−β₂)(g²−v)},
   * {@code θ -= rate/(1−β₁ᵗ) · m / (√(v/(1−β₂ᵗ)) + ε)}.
   *
   * @param theta parameters; modified
   * @param m mean of gradients; modified
   * @param v mean of squared gradients; modified
   * @param g gradient
   * @param step t, from 1
   */
  public final void adam(
      float[] theta,
      float[] m,
      float[] v,
      float[] g,
      int from,
      int to,
      long step,
      double rate,
      double beta1,
      double beta2,
      double epsilon) {
    // StrictMath: the same bits on every processor.
    double first = 1 - StrictMath.pow(beta1, step);
    double second = 1 - StrictMath.pow(beta2, step);
    adam(
        theta,
        m,
        v,
        g,
        from,
        to,
        new AdamStep(
            (float) (rate / first),
            (float) (1 / Math.sqrt(second)),
            (float) (1 - beta1),
            (float) (1 - beta2),
            (float) epsilon));
  }

  /**
   * What a step of Adam multiplies with.
   *
   * @param rate rate / (1 − β₁ᵗ)
   * @param root 1 / √(1 − β₂ᵗ)
   * @param towardsGradient 1 − β₁
   * @param towardsSquare 1 − β₂
   * @param epsilon ε
   */
  record AdamStep(
      float rate, float root, float towardsGradient, float towardsSquare, float epsilon) {}

  abstract void adam(
      float[] theta, float[] m, float[] v, float[] g, int from, int to, AdamStep step);

  /**
   * One step of gradient descent: {@code v = momentum·v + g}, {@code θ -= rate·v}, or {@code θ -=
   * rate·(g + momentum·v)} after Nesterov.
   *
   * @param velocity v, modified; null if there is no momentum
   */
  public final void sgd(
      float[] theta,
      float[] velocity,
      float[] g,
      int from,
      int to,
      float rate,
      float momentum,
      boolean nesterov) {
    if (velocity == null) {
      addScaled(g, theta, from, to, -rate);
      return;
    }
    decayAndAdd(velocity, g, from, to, momentum);
    if (nesterov) {
      addScaled(g, theta, from, to, -rate);
      addScaled(velocity, theta, from, to, -rate * momentum);
    } else {
      addScaled(velocity, theta, from, to, -rate);
    }
  }

  /**
   * One step of RMSProp (Hinton 2012) as PyTorch writes it: {@code v += (1−α)(g²−v)}, {@code u = μ
   * u + g / (√v + ε)}, {@code θ -= rate·u}.
   *
   * @param v mean of squared gradients; modified
   * @param velocity u, modified; null if there is no momentum
   * @param smoothing α, the memory of v
   * @param momentum μ
   */
  public final void rmsprop(
      float[] theta,
      float[] v,
      float[] velocity,
      float[] g,
      int from,
      int to,
      double rate,
      double smoothing,
      double momentum,
      double epsilon) {
    RmspropStep step =
        new RmspropStep((float) rate, (float) (1 - smoothing), (float) momentum, (float) epsilon);
    if (velocity == null) {
      rmsprop(theta, v, g, from, to, step);
    } else {
      rmsprop(theta, v, velocity, g, from, to, step);
    }
  }

  /**
   * One step of centred RMSProp (Graves 2013) as PyTorch writes it: {@code v += (1−α)(g²−v)},
   * {@code m += (1−α)(g−m)}, {@code u = μ u + g / (√(v−m²) + ε)}, {@code θ -= rate·u}. Where
   * rounding makes the variance negative it is 0.
   *
   * @param v mean of squared gradients; modified
   * @param m mean of gradients; modified
   * @param velocity u; modified
   * @param smoothing α, the memory of v and m
   * @param momentum μ
   */
  public final void rmspropCentred(
      float[] theta,
      float[] v,
      float[] m,
      float[] velocity,
      float[] g,
      int from,
      int to,
      double rate,
      double smoothing,
      double momentum,
      double epsilon) {
    RmspropStep step =
        new RmspropStep((float) rate, (float) (1 - smoothing), (float) momentum, (float) epsilon);
    rmspropCentred(theta, v, m, velocity, g, from, to, step);
  }

  /**
   * What a step of RMSProp multiplies with.
   *
   * @param towardsSquare 1 − α
   */
  record RmspropStep(float rate, float towardsSquare, float momentum, float epsilon) {}

  abstract void rmsprop(float[] theta, float[] v, float[] g, int from, int to, RmspropStep step);

  abstract void rmsprop(
      float[] theta, float[] v, float[] velocity, float[] g, int from, int to, RmspropStep step);

  abstract void rmspropCentred(
      float[] theta,
      float[] v,
      float[] m,
      float[] velocity,
      float[] g,
      int from,
      int to,
      RmspropStep step);

  /**
   * One step of iRprop (Igel and Hüsken 2003). Where the gradient keeps its sign, the step size
   * grows; where it turns, the step size shrinks, the move is left out and the sign forgotten.
   *
   * @param theta parameters; modified
   * @param size step sizes; modified
   * @param sign signs of the gradients of the last step, -1, 0 or 1; modified
   * @param g gradient
   * @param undo whether a value whose gradient turns goes back to where it was before the last step
   */
  public abstract void rprop(
      float[] theta,
      float[] size,
      float[] sign,
      float[] g,
      int from,
      int to,
      RpropStep step,
      boolean undo);

  /**
   * What a step of iRprop multiplies step sizes with, and their bounds.
   *
   * @param increase η⁺
   * @param decrease η⁻
   * @param least Δmin
   * @param most Δmax
   */
  public record RpropStep(float increase, float decrease, float least, float most) {}

  /** y = decay·y + x, flushed. */
  public abstract void decayAndAdd(float[] y, float[] x, int from, int to, float decay);

  /** y += factor·x. */
  public abstract void addScaled(float[] x, float[] y, int from, int to, float factor);

  /**
   * Adds to sums whose rounding errors are kept (Knuth's exact difference, Neumaier 1974): {@code
   * sum + rest} loses next to nothing of any number of terms.
   *
   * @param sum modified
   * @param rest what {@code sum} has lost; modified
   */
  public abstract void addKeepingRest(float[] x, float[] sum, float[] rest, int from, int to);

  /** x = factor·x. */
  public abstract void scale(float[] x, int from, int to, float factor);

  /**
   * Σ x², in double precision and always in the same order: eight partial sums, the i-th of the
   * range in the (i mod 8)-th, added as a tree. The squares are exact.
   */
  public static double sumOfSquares(float[] x, int from, int to) {
    double[] tail = new double[8];
    int whole = from + ((to - from) & -8);
    for (int i = whole; i < to; i++) {
      tail[i - whole] = (double) x[i] * x[i];
    }
    return sumOfSquares(x, from, whole, tail);
  }

  private static double sumOfSquares(float[] x, int from, int whole, double[] tail) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    for (int i = from; i < whole; i += 8) {
      s0 += (double) x[i] * x[i];
      s1 += (double) x[i + 1] * x[i + 1];
      s2 += (double) x[i + 2] * x[i + 2];
      s3 += (double) x[i + 3] * x[i + 3];
      s4 += (double) x[i + 4] * x[i + 4];
      s5 += (double) x[i + 5] * x[i + 5];
      s6 += (double) x[i + 6] * x[i + 6];
      s7 += (double) x[i + 7] * x[i + 7];
    }
    double even = (s0 + tail[0]) + (s4 + tail[4]) + ((s2 + tail[2]) + (s6 + tail[6]));
    double odd = (s1 + tail[1]) + (s5 + tail[5]) + ((s3 + tail[3]) + (s7 + tail[7]));
    return even + odd;
  }
}
