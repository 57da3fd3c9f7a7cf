package org.unroll.nn.head;

import org.unroll.data.FeatureScaler;
import org.unroll.metric.Measures;
import org.unroll.metric.RealMeasures;

/**
 * Real values, with squared error.
 *
 * @param scaler of the values of a target
 */
public record LinearSpec(FeatureScaler scaler) implements ValueSpec {
  @Override
  public int perValue() {
    return 1;
  }

  @Override
  public Head create(Place place) {
    return new LinearHead(this, place);
  }

  @Override
  public Measures measures() {
    return new RealMeasures(scaler);
  }
}
