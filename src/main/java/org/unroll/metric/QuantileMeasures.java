package org.unroll.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.unroll.data.FeatureScaler;

/**
 * Predictions of quantiles, in the unit of the data: {@code pinball}, the mean over values and
 * quantiles; {@code coverage} of the interval from the first to the last; {@code mae} of the
 * median.
 */
public final class QuantileMeasures extends RealMeasures {
  private static final long serialVersionUID = 1;

  private static final Metric PINBALL = Metric.amount("pinball");

  private final double[] quantiles;
  private final int median;
  private final BlockSum pinball = new BlockSum();
  private final Coverage coverage;

  /**
   * Nothing measured yet.
   *
   * @param scaler of the values of a target
   * @param quantiles that are predicted, rising
   */
  public QuantileMeasures(FeatureScaler scaler, List<Double> quantiles) {
    super(scaler);
    this.quantiles = quantiles.stream().mapToDouble(Double::doubleValue).toArray();
    median = quantiles.indexOf(0.5);
    coverage = new Coverage(quantiles.get(quantiles.size() - 1) - quantiles.get(0));
  }

  @Override
  public List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>(List.of(PINBALL));
    if (quantiles.length > 1) {
      metrics.addAll(List.of(Coverage.SHARE, Coverage.ERROR));
    }
    if (median >= 0) {
      metrics.add(MAE);
    }
    return metrics;
  }

  @Override
  public List<Metric> headline() {
    return quantiles.length > 1 ? List.of(PINBALL, Coverage.SHARE) : List.of(PINBALL);
  }

  /**
   * Counts a prediction.
   *
   * @param value its number within the target
   * @param answers rising, the i-th at {@code at + i · stride}, standardised
   * @param y the target, standardised
   */
  public void add(int value, float[] answers, int at, int stride, float y) {
    double sum = 0;
    for (int i = 0; i < quantiles.length; i++) {
      double error = (double) y - answers[at + i * stride];
      sum += Math.max(quantiles[i] * error, (quantiles[i] - 1) * error);
    }
    pinball.add(sum * unit(value));
    coverage.add(answers[at] <= y && y <= answers[at + (quantiles.length - 1) * stride]);
    if (median >= 0) {
      add(value, (double) answers[at + median * stride] - y);
    }
  }

  @Override
  public void endBlock() {
    super.endBlock();
    pinball.endBlock();
  }

  @Override
  public double value(Metric metric, double loss) {
    return switch (metric.name()) {
      case "pinball" -> pinball.value() / ((double) coverage.values() * quantiles.length);
      case "coverage" -> coverage.share();
      case "coverage-error" -> coverage.error();
      default -> super.value(metric, loss);
    };
  }

  @Override
  public void add(Measures other) {
    super.add(other);
    QuantileMeasures part = (QuantileMeasures) other;
    pinball.add(part.pinball);
    coverage.add(part.coverage);
  }

  @Override
  public Map<String, Object> details() {
    return quantiles.length > 1 ? Map.of("nominal-coverage", coverage.nominal()) : Map.of();
  }
}
