package org.unroll.nn.head;

import org.unroll.data.FeatureScaler;
import org.unroll.metric.GaussianMeasures;
import org.unroll.metric.Measures;

/**
 * Mean and variance of real values, with the Gaussian likelihood.
 *
 * @param scaler of the values of a target
 */
public record GaussianSpec(FeatureScaler scaler) implements ValueSpec {
  @Override
  public int perValue() {
    return 2;
  }

  @Override
  public Head create(Place place) {
    return new GaussianHead(this, place);
  }

  @Override
  public Measures measures() {
    return new GaussianMeasures(scaler);
  }
}
