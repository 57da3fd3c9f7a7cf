package org.unroll.metric;

import java.util.List;
import java.util.Map;
import org.unroll.data.FeatureScaler;

/**
 * Predictions of mean and variance, in the unit of the data: {@code nll} per value, errors of the
 * mean, and {@code coverage} of the interval of 90 %.
 */
public final class GaussianMeasures extends RealMeasures {
  private static final long serialVersionUID = 1;

  private static final Metric NLL = new Metric("nll", false, Metric.Unit.NUMBER);
  private static final double NOMINAL = 0.9;

  /** The 95 % quantile of the standard normal distribution. */
  private static final double HALF_WIDTH = 1.6448536269514722;

  private final BlockSum nll = new BlockSum();
  private final Coverage coverage = new Coverage(NOMINAL);

  /**
   * Nothing measured yet.
   *
   * @param scaler of the values of a target
   */
  public GaussianMeasures(FeatureScaler scaler) {
    super(scaler);
  }

  @Override
  public List<Metric> metrics() {
    return List.of(NLL, RMSE, MAE, Coverage.SHARE, Coverage.ERROR);
  }

  @Override
  public List<Metric> headline() {
    return List.of(NLL, RMSE);
  }

  /**
   * Counts a prediction.
   *
   * @param value its number within the target
   * @param error what the mean is too large by, standardised
   * @param variance standardised
   * @param loss negative log-likelihood of the standardised value
   */
  public void add(int value, double error, double variance, double loss) {
    add(value, error);
    nll.add(loss + StrictMath.log(unit(value)));
    coverage.add(Math.abs(error) <= HALF_WIDTH * Math.sqrt(variance));
  }

  @Override
  public void endBlock() {
    super.endBlock();
    nll.endBlock();
  }

  @Override
  public double value(Metric metric, double loss) {
    return switch (metric.name()) {
      case "nll" -> nll.value() / count();
      case "coverage" -> coverage.share();
      case "coverage-error" -> coverage.error();
      default -> super.value(metric, loss);
    };
  }

  @Override
  public void add(Measures other) {
    super.add(other);
    GaussianMeasures part = (GaussianMeasures) other;
    nll.add(part.nll);
    coverage.add(part.coverage);
  }

  @Override
  public Map<String, Object> details() {
    return Map.of("nominal-coverage", NOMINAL);
  }
}
