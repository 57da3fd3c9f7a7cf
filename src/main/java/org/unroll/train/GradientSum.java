package org.unroll.train;

import java.io.Serializable;
import java.util.List;
import org.unroll.nn.head.Tally;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;

/**
 * Σ of the gradients, losses and weights of blocks, exact and so independent of order and grouping.
 *
 * <p>Each block's gradient is rounded once to a grid of doubles. With U ≥ Σ weight known before the
 * round, the grid is 2^(e − 41), 2^e the power of two above U, and every value must satisfy |v| ≤
 * 2^10 · (weight of its block): so the whole sum stays within 2^51 grid units, where doubles add
 * without rounding. A value beyond the bound marks the sum as overflown; the round is then repeated
 * at a coarser level, each 2^24 times as coarse, so that clipping can do its work on an exploding
 * gradient.
 */
public final class GradientSum implements Serializable {
  private static final long serialVersionUID = 1;

  /** Coarsest level: it reaches the largest float. */
  public static final int COARSEST = 5;

  private static final int LEVEL_BITS = 24;
  private static final int BOUND_BITS = 10;
  private static final int GRID_BITS = 41;

  private final double[][] sums;
  private final int level;
  private final double magic;
  private final ExactSum loss = new ExactSum();
  private final ExactSum weight = new ExactSum();
  private long tokens;
  private long blocks;
  private long nanos;
  private boolean overflown;
  private String notFinite;

  /**
   * An empty sum.
   *
   * @param specs names and shapes of the parameters
   * @param weightBound U, at least the weight of all blocks that will be added
   * @param level 0 to {@link #COARSEST}
   */
  public GradientSum(List<ParameterSpec> specs, double weightBound, int level) {
    this.level = level;
    int exponent = Math.max(0, Math.getExponent(weightBound) + 1);
    magic = Math.scalb(1.5, 52 + exponent - GRID_BITS + level * LEVEL_BITS);
    sums = new double[specs.size()][];
    for (int p = 0; p < sums.length; p++) {
      sums[p] = new double[specs.get(p).size()];
    }
  }

  /**
   * Adds a block.
   *
   * @param gradient gradient of its summed loss; not modified
   * @param tally its loss, weight, tokens
   * @param block tells which block it is, should a value not be finite
   */
  public void add(Parameters gradient, Tally tally, Kernels kernels, String block) {
    blocks++;
    if (!Double.isFinite(tally.loss())) {
      reject("the loss", block);
      return;
    }
    double bound = Math.scalb(tally.weight(), BOUND_BITS + level * LEVEL_BITS);
    for (int p = 0; p < sums.length; p++) {
      float largest = kernels.addRounded(sums[p], gradient.get(p).data, gradient.size(p), magic);
      if (!Float.isFinite(largest)) {
        reject("the gradient of " + gradient.names().get(p), block);
        return;
      }
      overflown |= largest > bound;
    }
    loss.add(tally.loss());
    weight.add(tally.weight());
    tokens += tally.tokens();
  }

  private void reject(String what, String block) {
    String text = what + " is not finite in " + block;
    // The least of all, so that the message does not depend on the order either.
    notFinite = notFinite == null || text.compareTo(notFinite) < 0 ? text : notFinite;
  }

  /** Adds another sum of the same parameters, bound and level. */
  public void add(GradientSum other) {
    if (other.magic != magic || other.sums.length != sums.length) {
      throw new IllegalArgumentException("sums on different grids cannot be added");
    }
    for (int p = 0; p < sums.length; p++) {
      double[] into = sums[p];
      double[] from = other.sums[p];
      for (int i = 0; i < into.length; i++) {
        into[i] += from[i];
      }
    }
    loss.add(other.loss);
    weight.add(other.weight);
    tokens += other.tokens;
    blocks += other.blocks;
    nanos += other.nanos;
    overflown |= other.overflown;
    if (other.notFinite != null
        && (notFinite == null || other.notFinite.compareTo(notFinite) < 0)) {
      notFinite = other.notFinite;
    }
  }

  /** Writes {@code Σ gradient / Σ weight}, divided once, over {@code gradient}. */
  public void mean(Parameters gradient) {
    double total = weight.value();
    for (int p = 0; p < sums.length; p++) {
      float[] g = gradient.get(p).data;
      double[] sum = sums[p];
      for (int i = 0; i < sum.length; i++) {
        g[i] = (float) (sum[i] / total);
      }
    }
  }

  /** Σ loss in nats. */
  public ExactSum loss() {
    return loss;
  }

  /** Σ weight. */
  public ExactSum weight() {
    return weight;
  }

  /** Steps read. */
  public long tokens() {
    return tokens;
  }

  /** Number of blocks added. */
  public long blocks() {
    return blocks;
  }

  /** Counts time spent on blocks, in nanoseconds over all threads; not part of the result. */
  public void addNanos(long nanos) {
    this.nanos += nanos;
  }

  /** Time spent on blocks, in nanoseconds over all threads. */
  public long nanos() {
    return nanos;
  }

  /** Whether a value passed the bound, so that the sum may not be exact. */
  public boolean overflown() {
    return overflown;
  }

  /** What was not finite and in which block; null if all was. */
  public String notFinite() {
    return notFinite;
  }
}
