package org.unroll.baseline;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.unroll.batch.Shard;
import org.unroll.metric.LabelMeasures;
import org.unroll.metric.Metric;

/**
 * Each label with its frequency in the training data, whatever the input: those that more than half
 * of the targets have are given. Frequencies are {@code (n + ½) / (N + 1)}, never 0 or 1.
 */
public final class LabelBaseline implements Baseline {
  private static final long serialVersionUID = 1;

  private final double[] probabilities;

  /**
   * As frequent as in training.
   *
   * @param counts of each label
   * @param targets number of targets that may have them
   */
  public LabelBaseline(long[] counts, long targets) {
    probabilities = new double[counts.length];
    Arrays.setAll(probabilities, k -> (counts[k] + 0.5) / (targets + 1.0));
  }

  @Override
  public String name() {
    return "label frequencies";
  }

  @Override
  public BaselineSum sum() {
    return new Sum(probabilities);
  }

  @Override
  public void score(Shard shard, BaselineSum to) {
    Sum sum = (Sum) to;
    for (int i = 0; i < shard.size(); i++) {
      for (int t = 0; t < shard.targets(i); t++) {
        sum.targets++;
        for (int l = 0; l < shard.labels(i, t); l++) {
          int label = shard.label(i, t, l);
          if (label < 0) {
            sum.unknown++;
          } else {
            sum.counts[label]++;
          }
        }
      }
    }
  }

  /** How often each label occurs: all that the losses depend on. */
  private static final class Sum implements BaselineSum {
    private static final long serialVersionUID = 1;

    private final double[] probabilities;
    private final long[] counts;
    private long targets;
    private long unknown;

    Sum(double[] probabilities) {
      this.probabilities = probabilities;
      counts = new long[probabilities.length];
    }

    @Override
    public void merge(BaselineSum other) {
      Sum part = (Sum) other;
      for (int k = 0; k < counts.length; k++) {
        counts[k] += part.counts[k];
      }
      targets += part.targets;
      unknown += part.unknown;
    }

    @Override
    public BaselineScore score(String name) {
      double loss = 0;
      long gold = unknown;
      long given = 0;
      long hits = 0;
      for (int k = 0; k < counts.length; k++) {
        double p = probabilities[k];
        long without = targets - counts[k];
        loss -= counts[k] * StrictMath.log(p) + without * StrictMath.log1p(-p);
        gold += counts[k];
        given += p > 0.5 ? targets : 0;
        hits += p > 0.5 ? counts[k] : 0;
      }
      Map<Metric, Double> values = new LinkedHashMap<>();
      values.put(Metric.LOSS, loss / targets);
      values.put(LabelMeasures.MICRO_F1, given + gold == 0 ? 0 : 2.0 * hits / (given + gold));
      return new BaselineScore(name, values, targets);
    }
  }
}
