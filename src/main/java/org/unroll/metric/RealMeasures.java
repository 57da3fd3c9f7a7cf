package org.unroll.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.unroll.data.FeatureScaler;

/**
 * Errors of predictions of real values, in the unit of the data, over all values that are there:
 * {@code rmse}, {@code mae} and {@code mse}.
 */
public class RealMeasures implements Measures {
  private static final long serialVersionUID = 1;

  static final Metric RMSE = Metric.amount("rmse");
  static final Metric MAE = Metric.amount("mae");
  private static final Metric MSE = Metric.amount("mse");

  private final FeatureScaler scaler;
  private final List<BlockSum> squares = new ArrayList<>();
  private final List<BlockSum> absolutes = new ArrayList<>();
  private final long[] counts;

  /**
   * Nothing measured yet.
   *
   * @param scaler of the values of a target
   */
  public RealMeasures(FeatureScaler scaler) {
    this.scaler = scaler;
    counts = new long[scaler.features()];
    for (int v = 0; v < counts.length; v++) {
      squares.add(new BlockSum());
      absolutes.add(new BlockSum());
    }
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RMSE, MAE, MSE);
  }

  /**
   * Counts a prediction.
   *
   * @param value its number within the target
   * @param error what it is too large by, standardised
   */
  public void add(int value, double error) {
    double own = error * scaler.deviation(value);
    squares.get(value).add(own * own);
    absolutes.get(value).add(Math.abs(own));
    counts[value]++;
  }

  /** Ends a block, within which numbers are added in its own order. */
  public void endBlock() {
    squares.forEach(BlockSum::endBlock);
    absolutes.forEach(BlockSum::endBlock);
  }

  /** Standard deviation of a value, the unit of what is standardised. */
  final double unit(int value) {
    return scaler.deviation(value);
  }

  /** Number of predictions of all values. */
  final long count() {
    long count = 0;
    for (long each : counts) {
      count += each;
    }
    return count;
  }

  @Override
  public double value(Metric metric, double loss) {
    return switch (metric.name()) {
      case "mse" -> sum(squares) / count();
      case "rmse" -> Math.sqrt(sum(squares) / count());
      case "mae" -> sum(absolutes) / count();
      default -> throw new IllegalArgumentException("no such metric: " + metric.name());
    };
  }

  private static double sum(List<BlockSum> sums) {
    double sum = 0;
    for (BlockSum each : sums) {
      sum += each.value();
    }
    return sum;
  }

  @Override
  public void add(Measures other) {
    RealMeasures part = (RealMeasures) other;
    for (int v = 0; v < counts.length; v++) {
      squares.get(v).add(part.squares.get(v));
      absolutes.get(v).add(part.absolutes.get(v));
      counts[v] += part.counts[v];
    }
  }

  /** Errors of each value, where a target has several. */
  @Override
  public Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    if (counts.length > 1) {
      Map<String, Object> values = new LinkedHashMap<>();
      for (int v = 0; v < counts.length; v++) {
        Map<String, Object> own = new LinkedHashMap<>();
        own.put("rmse", Math.sqrt(squares.get(v).value() / counts[v]));
        own.put("mae", absolutes.get(v).value() / counts[v]);
        own.put("targets", counts[v]);
        values.put(Integer.toString(v), own);
      }
      details.put("values", values);
    }
    return details;
  }
}
