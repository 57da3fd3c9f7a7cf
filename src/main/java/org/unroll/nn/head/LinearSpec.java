package org.unroll.nn.head;

import org.unroll.data.FeatureScaler;
import org.unroll.metric.Measures;
import org.unroll.metric.RealMeasures;

/**
 * Real values, with squared error.
 *
 * @param scaler of the values of a target
 */
public record LinearSpec(FeatureScaler scaler) implements HeadSpec {
  @Override
  public int outputs() {
    return scaler.features();
  }

  @Override
  public Head create(Place place) {
    return new LinearHead(this, place);
  }

  @Override
  public long parameters(long inputs, boolean tied) {
    return outputs() * (inputs + 1);
  }

  @Override
  public boolean choosesClass() {
    return false;
  }

  @Override
  public Rows rows(String parameter) {
    return null;
  }

  @Override
  public Measures measures() {
    return new RealMeasures(scaler);
  }
}
