package org.unroll.nn.head;

import org.unroll.metric.QuantileMeasures;
import org.unroll.metric.RealMeasures;

/**
 * Pinball loss (Koenker and Bassett 1978): {@code Σ_q max(q (y − ŷ_q), (q − 1) (y − ŷ_q))} of each
 * value, gradient {@code −q} where ŷ_q is too small, else {@code 1 − q}. Answers are the outputs in
 * rising order, which never cross and lose no more than the outputs do (Chernozhukov 2010).
 */
final class QuantileHead extends ValueHead {
  private final double[] quantiles;

  QuantileHead(QuantileSpec spec, HeadSpec.Place place) {
    super(spec, place);
    quantiles = spec.quantiles().stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Override
  double train(float[] z, int at, int lanes, float y, double weight) {
    double loss = loss(z, at, lanes, y);
    for (int i = 0, o = at; i < quantiles.length; i++, o += lanes) {
      z[o] = (float) (weight * (y > z[o] ? -quantiles[i] : 1 - quantiles[i]));
    }
    return loss;
  }

  private double loss(float[] z, int at, int lanes, float y) {
    double loss = 0;
    for (int i = 0, o = at; i < quantiles.length; i++, o += lanes) {
      double error = (double) y - z[o];
      loss += Math.max(quantiles[i] * error, (quantiles[i] - 1) * error);
    }
    return loss;
  }

  @Override
  double evaluate(float[] z, int at, int lanes, float y, int value, RealMeasures measures) {
    double loss = loss(z, at, lanes, y);
    sort(z, at, lanes);
    ((QuantileMeasures) measures).add(value, z, at, lanes, y);
    return loss;
  }

  /** Few values, nearly in order: by insertion. */
  private void sort(float[] z, int at, int lanes) {
    for (int i = 1; i < quantiles.length; i++) {
      float own = z[at + i * lanes];
      int j = i;
      for (; j > 0 && z[at + (j - 1) * lanes] > own; j--) {
        z[at + j * lanes] = z[at + (j - 1) * lanes];
      }
      z[at + j * lanes] = own;
    }
  }

  @Override
  void answer(float[] z, int at, int lanes, double mean, double deviation) {
    sort(z, at, lanes);
    for (int i = 0, o = at; i < quantiles.length; i++, o += lanes) {
      z[o] = (float) (mean + deviation * z[o]);
    }
  }
}
