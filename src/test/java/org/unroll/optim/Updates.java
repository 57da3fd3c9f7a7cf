package org.unroll.optim;

import java.util.List;
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
    return new Update(kernels.updates(), clipping, keeps, gradient)
        .apply(given(gradient), gradient, state, 0);
  }

  /** Steps without clipping. */
  public static void step(
      Kernels kernels,
      Optimizer optimizer,
      Parameters parameters,
      Parameters gradient,
      OptimizerState state,
      double rate) {
    new Update(kernels.updates(), new Clipping(0, 0), optimizer, parameters)
        .apply(given(gradient), parameters, state, rate);
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
