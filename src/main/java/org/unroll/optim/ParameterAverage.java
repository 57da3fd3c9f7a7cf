package org.unroll.optim;

import java.util.List;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Slice;
import org.unroll.tensor.UpdateKernels;

/**
 * The mean of parameters after several rounds (Polyak and Juditsky 1992; of the last rounds only,
 * as Izmailov 2018): it lies in the middle of the valley that the single ones jump about in. Sums
 * keep what single precision loses, so the mean is right to its last bit or nearly so.
 */
public final class ParameterAverage {
  private final Parameters sum;
  private final Parameters rest;
  private final List<Slice> slices;
  private long count;

  /**
   * An average as it was saved.
   *
   * @param sum shared
   * @param rest what {@code sum} has lost by rounding; shared
   * @param count number of parameters added
   */
  public ParameterAverage(Parameters sum, Parameters rest, long count) {
    this.sum = sum;
    this.rest = rest;
    this.count = count;
    slices = Slice.of(sum.sizes());
  }

  /** An average of nothing yet, for parameters of these names and shapes. */
  public ParameterAverage(Parameters like) {
    this(like.like(), like.like(), 0);
  }

  /** Adds parameters; not modified. */
  public void add(UpdateKernels kernels, Parameters parameters) {
    Slice.forEach(
        true,
        slices,
        i -> {
          Slice slice = slices.get(i);
          int p = slice.parameter();
          float[] x = parameters.get(p).data;
          kernels.addKeepingRest(x, sum.get(p).data, rest.get(p).data, slice.from(), slice.to());
        });
    count++;
  }

  /**
   * Writes the mean.
   *
   * @param mean overwritten
   */
  public void mean(Parameters mean) {
    for (Slice slice : slices) {
      float[] sums = sum.get(slice.parameter()).data;
      float[] rests = rest.get(slice.parameter()).data;
      float[] means = mean.get(slice.parameter()).data;
      for (int i = slice.from(); i < slice.to(); i++) {
        means[i] = (float) (((double) sums[i] + rests[i]) / count);
      }
    }
  }

  /** Sums; shared. */
  public Parameters sum() {
    return sum;
  }

  /** What the sums have lost by rounding; shared. */
  public Parameters rest() {
    return rest;
  }

  /** Number of parameters added. */
  public long count() {
    return count;
  }
}
