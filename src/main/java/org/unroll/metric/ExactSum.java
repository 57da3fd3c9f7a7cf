package org.unroll.metric;

import java.io.Serializable;
import java.math.BigDecimal;

/** A sum of doubles without any rounding, so it does not depend on the order of its terms. */
public final class ExactSum implements Serializable {
  private static final long serialVersionUID = 1;

  /** Decimal places of the smallest double. */
  private static final int FINEST = 1074;

  private BigDecimal sum;

  /** The empty sum. */
  public ExactSum() {
    this(BigDecimal.ZERO);
  }

  private ExactSum(BigDecimal sum) {
    this.sum = sum;
  }

  /**
   * A sum as {@link #toString} wrote it.
   *
   * @throws IllegalArgumentException if it is no sum of doubles
   */
  public static ExactSum parse(String text) {
    BigDecimal sum = new BigDecimal(text);
    if (sum.scale() < 0 || sum.scale() > FINEST || Double.isInfinite(sum.doubleValue())) {
      // Adding to 1e999999999 would take all memory.
      throw new NumberFormatException(text + " is no sum of doubles");
    }
    return new ExactSum(sum);
  }

  /** Adds a finite number. */
  public void add(double value) {
    sum = sum.add(new BigDecimal(value));
  }

  /** Adds another sum. */
  public void add(ExactSum other) {
    sum = sum.add(other.sum);
  }

  /** The sum, rounded once. */
  public double value() {
    return sum.doubleValue();
  }

  /** The sum, exactly. */
  @Override
  public String toString() {
    return sum.toString();
  }
}
