package org.unroll.metric;

import java.io.Serializable;
import java.util.Locale;

/**
 * A figure by which a model is judged.
 *
 * @param name in kebab-case, as in {@code validation.metric} and, with {@code valid-} before it, in
 *     {@code metrics.jsonl}
 * @param higherIsBetter whether larger values are better
 * @param unit how it is shown
 */
public record Metric(String name, boolean higherIsBetter, Unit unit) implements Serializable {
  /** Loss per unit of weight, in nats for likelihoods. */
  public static final Metric LOSS = new Metric("loss", false, Unit.NUMBER);

  /** Share of targets predicted right. */
  public static final Metric ACCURACY = share("accuracy");

  /** How a figure is shown. */
  public enum Unit {
    /** As it is. */
    NUMBER,
    /** In the unit of the data, however large or small that is. */
    AMOUNT,
    /** A share of 1, in percent. */
    SHARE
  }

  /** An error in the unit of the data. */
  static Metric amount(String name) {
    return new Metric(name, false, Unit.AMOUNT);
  }

  /** A share of 1, where 1 is best. */
  static Metric share(String name) {
    return new Metric(name, true, Unit.SHARE);
  }

  /** Whether a value is better than another one; NaN never is. */
  public boolean isBetter(double value, double other) {
    return higherIsBetter ? value > other : value < other;
  }

  /** A value that every other one is better than. */
  public double worst() {
    return higherIsBetter ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /** A value for people, such as {@code 81.25 %}. */
  public String show(double value) {
    return switch (unit) {
      case NUMBER -> String.format(Locale.ROOT, "%.4f", value);
      case AMOUNT -> String.format(Locale.ROOT, "%.5g", value);
      case SHARE -> String.format(Locale.ROOT, "%.2f %%", 100 * value);
    };
  }
}
