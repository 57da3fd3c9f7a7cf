package org.unroll.train;

import java.util.Arrays;
import java.util.List;
import org.unroll.metric.ExactSum;
import org.unroll.nn.head.Tally;
import org.unroll.nn.norm.RunningMoments;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Slice;
import org.unroll.tensor.UpdateKernels;

/**
 * Σ of the gradients, losses and weights of blocks, exact and so independent of order and grouping.
 *
 * <p>Each block's gradient is rounded once to a grid of doubles. With U ≥ Σ weight known before the
 * round, the grid is 2^(e − 41), 2^e the power of two above U, and every value must satisfy |v| ≤
 * 2^10 · (weight of its block, were its classes the heaviest): so the whole sum stays within 2^51
 * grid units, where doubles add without rounding. A value beyond the bound marks the sum as
 * overflown; the round is then repeated at a coarser level, each 2^24 times as coarse, so that
 * clipping can do its work on an exploding gradient.
 *
 * <p>An instance is filled round after round; {@link #pack} makes of it what travels.
 */
public final class GradientSum {
  /** Coarsest level: it reaches the largest float. */
  public static final int COARSEST = 5;

  private static final int LEVEL_BITS = 24;
  private static final int BOUND_BITS = 10;
  private static final int GRID_BITS = 41;
  private static final int LARGEST_SHIFT = 100;

  private final double[][] sums;
  private final List<Slice> slices;
  private int level;
  private double magic;
  private SumFigures figures;

  /**
   * An empty sum.
   *
   * @param specs names and shapes of the parameters
   * @param weightBound U, at least the weight of all blocks that will be added
   * @param level 0 to {@link #COARSEST}
   */
  public GradientSum(List<ParameterSpec> specs, double weightBound, int level) {
    this(specs.stream().mapToInt(ParameterSpec::size).toArray(), weightBound, level);
  }

  /**
   * An empty sum.
   *
   * @param like parameters of the same shapes
   */
  public GradientSum(Parameters like, double weightBound, int level) {
    this(like.sizes(), weightBound, level);
  }

  private GradientSum(int[] sizes, double weightBound, int level) {
    slices = Slice.of(sizes);
    sums = new double[sizes.length][];
    for (int p = 0; p < sums.length; p++) {
      sums[p] = new double[sizes[p]];
    }
    open(weightBound, level);
  }

  /** Makes the sum empty again, for another round; see the constructor. */
  public void reset(double weightBound, int level) {
    for (double[] sum : sums) {
      Arrays.fill(sum, 0);
    }
    open(weightBound, level);
  }

  private void open(double weightBound, int level) {
    this.level = level;
    // Weights may be far below 1; without any there is nothing to round.
    int exponent = Math.max(-LARGEST_SHIFT, Math.getExponent(weightBound) + 1);
    magic = Math.scalb(1.5, 52 + exponent - GRID_BITS + level * LEVEL_BITS);
    figures = new SumFigures();
  }

  /**
   * Adds a block.
   *
   * @param gradient gradient of its summed loss; not modified
   * @param tally its loss, weight, tokens
   * @param block tells which block it is, should a value not be finite
   */
  public void add(Parameters gradient, Tally tally, UpdateKernels kernels, String block) {
    figures.blocks++;
    if (!Double.isFinite(tally.loss())) {
      figures.reject("the loss is not finite in " + block);
      return;
    }
    double bound = Math.scalb(tally.bound(), BOUND_BITS + level * LEVEL_BITS);
    for (int p = 0; p < sums.length; p++) {
      float largest = kernels.addRounded(sums[p], gradient.get(p).data, gradient.size(p), magic);
      if (!Float.isFinite(largest)) {
        String name = gradient.names().get(p);
        figures.reject("the gradient of " + name + " is not finite in " + block);
        return;
      }
      figures.overflown |= largest > bound;
    }
    figures.add(tally);
  }

  /**
   * Adds what a block has measured beside its gradient.
   *
   * @param block tells which block it is, should a value be too large
   */
  public void addMoments(List<RunningMoments> measured, String block) {
    String beyond = figures.moments.add(measured);
    if (beyond != null) {
      figures.reject("what " + beyond + " is a mean of exceeds all bounds in " + block);
    }
  }

  /** Adds another sum of the same parameters, bound and level. */
  public void add(GradientSum other) {
    if (other.magic != magic || other.sums.length != sums.length) {
      throw differentGrids();
    }
    Slice.forEach(
        true,
        slices,
        i -> {
          Slice slice = slices.get(i);
          double[] into = sums[slice.parameter()];
          double[] from = other.sums[slice.parameter()];
          for (int k = slice.from(); k < slice.to(); k++) {
            into[k] += from[k];
          }
        });
    figures.add(other.figures);
  }

  /** Adds a sum that has travelled; of the same parameters, bound and level. */
  public void add(PackedSum other) {
    if (other.grid() != grid() || other.slices() != slices.size()) {
      throw differentGrids();
    }
    if (other.figures().isSound()) {
      Slice.forEach(
          true,
          slices,
          i -> {
            Slice slice = slices.get(i);
            other.addTo(sums[slice.parameter()], slice, i);
          });
    }
    figures.add(other.figures());
  }

  private static IllegalArgumentException differentGrids() {
    return new IllegalArgumentException("sums on different grids cannot be added");
  }

  /** The sum as it travels; the sum itself may then be filled anew. */
  public PackedSum pack() {
    return PackedSum.of(sums, slices, grid(), figures);
  }

  /** Distance of neighbouring values a sum can take. */
  private double grid() {
    return Math.ulp(magic);
  }

  /** Writes a slice of {@code Σ gradient / Σ weight}, divided once, into its parameter's array. */
  public void mean(UpdateKernels kernels, Slice slice, float[] gradient) {
    double[] sum = sums[slice.parameter()];
    kernels.mean(sum, figures.weight.value(), gradient, slice.from(), slice.to());
  }

  /** What the blocks have measured for batch normalisation. */
  public MomentSum moments() {
    return figures.moments;
  }

  /** Σ loss in nats. */
  public ExactSum loss() {
    return figures.loss;
  }

  /** Σ weight. */
  public ExactSum weight() {
    return figures.weight;
  }

  /** Steps read. */
  public long tokens() {
    return figures.tokens;
  }

  /** Number of blocks added. */
  public long blocks() {
    return figures.blocks;
  }

  /**
   * Counts time spent on blocks and on packing weights for them, in nanoseconds over all threads;
   * not part of the result.
   */
  public void addNanos(long nanos) {
    figures.nanos += nanos;
  }

  /** Time spent on blocks and on packing weights for them, in nanoseconds over all threads. */
  public long nanos() {
    return figures.nanos;
  }

  /** Whether a value passed the bound, so that the sum may not be exact. */
  public boolean overflown() {
    return figures.overflown;
  }

  /** What was not finite and in which block; null if all was. */
  public String notFinite() {
    return figures.notFinite;
  }
}
