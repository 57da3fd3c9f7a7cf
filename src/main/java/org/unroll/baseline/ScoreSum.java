package org.unroll.baseline;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.unroll.metric.Metric;

/** Losses added exactly, in units of 2^-40 nats: any order and grouping gives the same sum. */
public final class ScoreSum implements BaselineSum {
  private static final long serialVersionUID = 1;

  private static final double SCALE = 0x1p40;

  /** Losses of one target are under 64 nats, 2^46 units, so this leaves ample room. */
  private static final long CARRY = 1L << 60;

  private BigInteger high = BigInteger.ZERO;
  private long low;
  private long right;
  private long targets;
  private long unknown;

  /** Adds one target's loss in nats, at most 64. */
  void add(double loss, boolean correct) {
    low += Math.round(Math.min(loss, 64) * SCALE);
    if (low >= CARRY) {
      high = high.add(BigInteger.valueOf(low));
      low = 0;
    }
    right += correct ? 1 : 0;
    targets++;
  }

  /** Adds a target that is no class: it has no loss, and nothing is right. */
  void addUnknown() {
    targets++;
    unknown++;
  }

  @Override
  public void merge(BaselineSum part) {
    ScoreSum other = (ScoreSum) part;
    high = high.add(other.high).add(BigInteger.valueOf(other.low));
    right += other.right;
    targets += other.targets;
    unknown += other.unknown;
  }

  @Override
  public BaselineScore score(String name) {
    if (targets == 0) {
      throw new IllegalStateException("a baseline needs at least 1 target, got 0");
    }
    Map<Metric, Double> values = new LinkedHashMap<>();
    values.put(Metric.LOSS, loss());
    values.put(Metric.ACCURACY, (double) right / targets);
    return new BaselineScore(name, values, targets);
  }

  private double loss() {
    if (targets == unknown) {
      return Double.NaN;
    }
    BigDecimal sum = new BigDecimal(high.add(BigInteger.valueOf(low)));
    BigDecimal mean = sum.divide(BigDecimal.valueOf(targets - unknown), MathContext.DECIMAL64);
    return mean.doubleValue() / SCALE;
  }
}
