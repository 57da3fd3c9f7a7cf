package org.unroll.nn.head;

import org.unroll.metric.RealMeasures;

/** Squared error: loss {@code (ŷ − y)²} of each value, gradient {@code 2 (ŷ − y)}. */
final class LinearHead extends ValueHead {
  LinearHead(LinearSpec spec, HeadSpec.Place place) {
    super(spec, place);
  }

  @Override
  double train(float[] z, int at, int lanes, float y, double weight) {
    double error = (double) z[at] - y;
    z[at] = (float) (2 * weight * error);
    return error * error;
  }

  @Override
  double evaluate(float[] z, int at, int lanes, float y, int value, RealMeasures measures) {
    double error = (double) z[at] - y;
    measures.add(value, error);
    return error * error;
  }

  @Override
  void answer(float[] z, int at, int lanes, double mean, double deviation) {
    z[at] = (float) (mean + deviation * z[at]);
  }
}
