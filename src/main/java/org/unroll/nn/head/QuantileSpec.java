package org.unroll.nn.head;

import java.util.List;
import org.unroll.data.FeatureScaler;
import org.unroll.metric.Measures;
import org.unroll.metric.QuantileMeasures;

/**
 * Quantiles of real values, with the pinball loss.
 *
 * @param scaler of the values of a target
 * @param quantiles that are predicted of each, rising
 */
public record QuantileSpec(FeatureScaler scaler, List<Double> quantiles) implements ValueSpec {
  public QuantileSpec {
    quantiles = List.copyOf(quantiles);
  }

  @Override
  public int perValue() {
    return quantiles.size();
  }

  @Override
  public Head create(Place place) {
    return new QuantileHead(this, place);
  }

  @Override
  public Measures measures() {
    return new QuantileMeasures(scaler, quantiles);
  }
}
