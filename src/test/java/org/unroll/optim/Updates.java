package org.unroll.optim;

import java.util.List;
import java.util.stream.Stream;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.config.OptimizerConfig;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;

/** The parts of an {@link Update} by themselves. */
public final class Updates {
  private Updates() {}

  /** Clips a gradient, and returns its norm. */
  public static double clip(Kernels kernels, Clipping clipping, Parameters gradient) {
    Optimizer keeps =
        new Optimizer() {
          @Override
          public List<String> slots() {
            return List.of();
          }

          @Override
          public void step(
              org.unroll.tensor.UpdateKernels kernels,
              org.unroll.tensor.Slice slice,
              Parameters parameters,
              Parameters clipped,
              OptimizerState state,
              double rate) {
            System.arraycopy(
                clipped.get(slice.parameter()).data,
                slice.from(),
                gradient.get(slice.parameter()).data,
                slice.from(),
                slice.to() - slice.from());
          }
        };
    OptimizerState state = OptimizerState.initial(keeps, gradient);
    return new Update(kernels.updates(), clipping, WeightDecay.NONE, keeps, gradient, true)
        .apply(given(gradient), gradient, state, 0, 0);
  }

  /** Steps without clipping. */
  public static void step(
      Kernels kernels,
      Optimizer optimizer,
      Parameters parameters,
      Parameters gradient,
      OptimizerState state,
      double rate) {
    new Update(kernels.updates(), new Clipping(0, 0), WeightDecay.NONE, optimizer, parameters, true)
        .apply(given(gradient), parameters, state, rate, 0);
  }

  /** The updates of an optimiser, after clipping. */
  public static Update clipped(
      Kernels kernels, double norm, Optimizer optimizer, Parameters parameters) {
    return new Update(
        kernels.updates(), new Clipping(0, norm), WeightDecay.NONE, optimizer, parameters, true);
  }

  /** A section of a job that says this of the optimiser. */
  public static OptimizerConfig config(String... settings) {
    return job(settings).training().optimizer();
  }

  /** A job that says this of the optimiser. */
  public static Job job(String... settings) {
    String text =
        """
        data { format = lines, train = unused, valid = 0.1 }
        model { topology = many-to-many, layers = [ { cell = rnn, units = 2 } ] }
        training.epochs = 1
        """;
    List<String> overrides =
        Stream.of(settings).map(setting -> "training.optimizer." + setting).toList();
    return JobReader.read(text, "test.conf", overrides);
  }

  /** A gradient that is there already. */
  public static Update.Mean given(Parameters gradient) {
    return (slice, into) ->
        System.arraycopy(
            gradient.get(slice.parameter()).data,
            slice.from(),
            into,
            slice.from(),
            slice.to() - slice.from());
  }
}
