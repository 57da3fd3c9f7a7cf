package org.unroll.nn.head;

import org.unroll.data.FeatureScaler;

/** An output layer of real values, some outputs for each. */
interface ValueSpec extends HeadSpec {
  /** Scaling of the values of a target. */
  FeatureScaler scaler();

  /** Outputs for each value. */
  int perValue();

  @Override
  default int outputs() {
    return scaler().features() * perValue();
  }

  @Override
  default boolean choosesClass() {
    return false;
  }

  @Override
  default Rows rows(String parameter) {
    return null;
  }
}
