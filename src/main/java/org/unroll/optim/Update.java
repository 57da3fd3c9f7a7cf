package org.unroll.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.unroll.config.Job;
import org.unroll.config.TrainingConfig;
import org.unroll.tensor.ParameterSpec;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Slice;
import org.unroll.tensor.UpdateKernels;

/**
 * One update of all parameters: average, clip, decay, step. Slices of the parameters are shared
 * among the processors of this process; no bit depends on how many there are, because norms are
 * summed slice by slice in one order.
 */
public final class Update {
  private final UpdateKernels kernels;
  private final Clipping clipping;
  private final WeightDecay decay;
  private final Optimizer optimizer;
  private final Parameters gradient;
  private final List<Slice> slices;
  private final double[] squares;
  private final boolean shared;
  private final boolean[] decays;

  /** The names of the layers, and for each slice the number of its layer. */
  private final List<String> layers = new ArrayList<>();

  private final int[] layerOf;

  /** Where the averaged gradient comes from. */
  public interface Mean {
    /**
     * Writes one slice of it.
     *
     * @param slice which values
     * @param gradient the array of the slice's parameter, modified between the slice's bounds
     */
    void write(Slice slice, float[] gradient);
  }

  /**
   * An update, with working space of its own.
   *
   * @param like parameters of the network, for names and shapes
   */
  Update(
      UpdateKernels kernels,
      Clipping clipping,
      WeightDecay decay,
      Optimizer optimizer,
      Parameters like,
      boolean shared) {
    this.kernels = kernels;
    this.clipping = clipping;
    this.decay = decay;
    this.optimizer = optimizer;
    this.shared = shared;
    gradient = like.like();
    slices = Slice.of(like.sizes());
    squares = new double[slices.size()];
    decays = new boolean[like.count()];
    for (int p = 0; p < decays.length; p++) {
      decays[p] = decay.covers(like.specs().get(p));
    }
    layerOf = new int[slices.size()];
    for (int i = 0; i < layerOf.length; i++) {
      String layer = ParameterSpec.layerOf(like.names().get(slices.get(i).parameter()));
      if (!layers.contains(layer)) {
        layers.add(layer);
      }
      layerOf[i] = layers.indexOf(layer);
    }
  }

  /**
   * The updates that a job asks for.
   *
   * @param like parameters of the network, for names and shapes
   * @param shared whether all processors of this process share an update, or one thread does it
   */
  public static Update of(Job job, UpdateKernels kernels, Parameters like, boolean shared) {
    TrainingConfig config = job.training();
    return new Update(
        kernels,
        new Clipping(config.clipValue(), config.clipNorm()),
        WeightDecay.of(config.optimizer(), job.model()::isFrozen),
        Optimizer.of(config.optimizer()),
        like,
        shared);
  }

  /**
   * Updates the parameters once.
   *
   * @param mean the averaged gradient
   * @param parameters θ; modified
   * @param state modified; the update is counted
   * @param rate learning rate of this update
   * @param loss mean loss of the round, at these parameters
   * @return Euclidean norm of the averaged gradient, after the cut by value, before that by norm
   */
  public double apply(
      Mean mean, Parameters parameters, OptimizerState state, double rate, double loss) {
    Slice.forEach(
        shared,
        slices,
        i -> {
          Slice slice = slices.get(i);
          float[] g = gradient.get(slice.parameter()).data;
          mean.write(slice, g);
          clipping.cut(g, slice.from(), slice.to());
          squares[i] = UpdateKernels.sumOfSquares(g, slice.from(), slice.to());
        });
    double norm = norm();
    float factor = clipping.factor(norm);
    state.countUpdate(loss);
    Slice.forEach(
        shared,
        slices,
        i -> {
          Slice slice = slices.get(i);
          if (factor != 1f) {
            float[] g = gradient.get(slice.parameter()).data;
            kernels.scale(g, slice.from(), slice.to(), factor);
          }
          if (decays[slice.parameter()]) {
            decay.apply(kernels, slice, parameters, gradient, rate);
          }
          optimizer.step(kernels, slice, parameters, gradient, state, rate);
        });
    return norm;
  }

  /**
   * Euclidean norms of the parts of the last averaged gradient, layer by layer, in the order of the
   * parameters; cut by value and not by norm, as what {@link #apply} returns. Their squares add up
   * to its square. 0 for a layer that is not trained.
   */
  public Map<String, Double> layerNorms() {
    double[] sums = new double[layers.size()];
    for (int i = 0; i < squares.length; i++) {
      sums[layerOf[i]] += squares[i];
    }
    Map<String, Double> norms = new LinkedHashMap<>();
    for (int i = 0; i < sums.length; i++) {
      norms.put(layers.get(i), Math.sqrt(sums[i]));
    }
    return norms;
  }

  private double norm() {
    double sum = 0;
    for (double square : squares) {
      sum += square;
    }
    return Math.sqrt(sum);
  }
}
