package org.unroll.baseline;

import org.unroll.batch.Shard;

/**
 * Labels by their frequency in the training data, whatever the input: its accuracy is that of
 * always giving the most frequent one.
 */
public final class MajorityBaseline implements Baseline {
  private static final long serialVersionUID = 1;

  private final double[] losses;
  private int majority;

  /**
   * @param counts of each label in the training data, at least one above 0
   */
  public MajorityBaseline(long[] counts) {
    long sum = 0;
    for (int label = 0; label < counts.length; label++) {
      sum += counts[label];
      if (counts[label] > counts[majority]) {
        majority = label;
      }
    }
    if (sum == 0) {
      throw new IllegalArgumentException("a majority needs at least 1 label, got 0");
    }
    losses = new double[counts.length];
    for (int label = 0; label < counts.length; label++) {
      losses[label] = -StrictMath.log((double) counts[label] / sum);
    }
  }

  @Override
  public String name() {
    return "majority";
  }

  @Override
  public BaselineSum sum() {
    return new ScoreSum();
  }

  @Override
  public void score(Shard shard, BaselineSum to) {
    ScoreSum sum = (ScoreSum) to;
    for (int i = 0; i < shard.size(); i++) {
      for (int t = 0; t < shard.targets(i); t++) {
        int target = shard.target(i, t);
        if (target < 0) {
          sum.addUnknown();
        } else {
          sum.add(losses[target], target == majority);
        }
      }
    }
  }
}
