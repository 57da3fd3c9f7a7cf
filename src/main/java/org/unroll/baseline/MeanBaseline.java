package org.unroll.baseline;

import java.util.LinkedHashMap;
import java.util.Map;
import org.unroll.batch.Shard;
import org.unroll.data.FeatureScaler;
import org.unroll.metric.ExactSum;
import org.unroll.metric.Metric;
import org.unroll.metric.RealMeasures;

/** Real values, each predicted by its mean over the training data. */
public final class MeanBaseline implements Baseline {
  private static final long serialVersionUID = 1;

  private final double[] means;
  private final FeatureScaler scaler;

  /**
   * Of the means of the training data.
   *
   * @param means of each value, standardised
   * @param scaler of the values
   */
  public MeanBaseline(double[] means, FeatureScaler scaler) {
    this.means = means.clone();
    this.scaler = scaler;
  }

  @Override
  public String name() {
    return "mean";
  }

  @Override
  public BaselineSum sum() {
    return new Sum(scaler);
  }

  @Override
  public void score(Shard shard, BaselineSum to) {
    Sum sum = (Sum) to;
    double loss = 0;
    for (int i = 0; i < shard.size(); i++) {
      for (int t = 0; t < shard.targets(i); t++) {
        boolean known = false;
        for (int v = 0; v < means.length; v++) {
          float y = shard.targetValue(i, t, v);
          if (!Float.isNaN(y)) {
            double error = means[v] - y;
            loss += error * error;
            sum.measures.add(v, error);
            known = true;
          }
        }
        sum.targets += known ? 1 : 0;
      }
    }
    sum.loss.add(loss);
    sum.measures.endBlock();
  }

  /** Squared errors, shard by shard. */
  private static final class Sum implements BaselineSum {
    private static final long serialVersionUID = 1;

    private final RealMeasures measures;
    private final ExactSum loss = new ExactSum();
    private long targets;

    private Sum(FeatureScaler scaler) {
      measures = new RealMeasures(scaler);
    }

    @Override
    public void merge(BaselineSum other) {
      Sum part = (Sum) other;
      measures.add(part.measures);
      loss.add(part.loss);
      targets += part.targets;
    }

    @Override
    public BaselineScore score(String name) {
      Map<Metric, Double> values = new LinkedHashMap<>();
      double mean = loss.value() / targets;
      values.put(Metric.LOSS, mean);
      measures.headline().forEach(metric -> values.put(metric, measures.value(metric, mean)));
      return new BaselineScore(name, values, targets);
    }
  }
}
