package org.unroll.optim;

import java.util.List;
import org.unroll.config.OptimizerConfig;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Slice;
import org.unroll.tensor.UpdateKernels;

/**
 * RMSProp (Tieleman and Hinton 2012, as PyTorch writes it): {@code v = ρ v + (1−ρ) g²}, {@code u =
 * μ u + g / (√v + ε)}, {@code θ = θ − α u}. ε is outside the root, and v is not corrected for its
 * start at 0. Centred (Graves 2013), the gradient is divided by its deviation instead: {@code m = ρ
 * m + (1−ρ) g}, {@code √(v − m²)} in place of {@code √v}.
 */
final class Rmsprop implements Optimizer {
  private static final String SQUARE = "square-mean";
  private static final String MEAN = "mean";
  private static final String VELOCITY = "velocity";

  private final double smoothing;
  private final double momentum;
  private final double epsilon;
  private final boolean centred;

  Rmsprop(OptimizerConfig config) {
    smoothing = config.smoothing();
    momentum = config.momentum();
    epsilon = config.epsilon();
    centred = config.centered();
  }

  @Override
  public List<String> slots() {
    if (centred) {
      // The velocity is there without momentum, too: one loop serves both.
      return List.of(SQUARE, MEAN, VELOCITY);
    }
    return momentum > 0 ? List.of(SQUARE, VELOCITY) : List.of(SQUARE);
  }

  @Override
  public boolean canHold(String slot, float value) {
    return !slot.equals(SQUARE) || value >= 0;
  }

  @Override
  public void step(
      UpdateKernels kernels,
      Slice slice,
      Parameters parameters,
      Parameters gradient,
      OptimizerState state,
      double learningRate) {
    int p = slice.parameter();
    float[] theta = parameters.get(p).data;
    float[] g = gradient.get(p).data;
    float[] square = state.slot(SQUARE).get(p).data;
    int from = slice.from();
    int to = slice.to();
    if (centred) {
      float[] mean = state.slot(MEAN).get(p).data;
      float[] velocity = state.slot(VELOCITY).get(p).data;
      kernels.rmspropCentred(
          theta, square, mean, velocity, g, from, to, learningRate, smoothing, momentum, epsilon);
    } else {
      float[] velocity = momentum > 0 ? state.slot(VELOCITY).get(p).data : null;
      kernels.rmsprop(
          theta, square, velocity, g, from, to, learningRate, smoothing, momentum, epsilon);
    }
  }
}
