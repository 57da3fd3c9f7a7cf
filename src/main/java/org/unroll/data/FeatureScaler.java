package org.unroll.data;

import java.io.Serializable;
import java.util.Arrays;
import org.unroll.hash.Hash;

/**
 * Standardisation of real values, {@code (x − mean) / deviation} per feature. A feature that never
 * changed in the training data (deviation 0) becomes 0. Immutable.
 */
public final class FeatureScaler implements Serializable {
  private static final long serialVersionUID = 1;

  private final double[] mean;
  private final double[] deviation;

  /**
   * @param mean of each feature
   * @param deviation its standard deviation, at least 0
   * @throws IllegalArgumentException if the arrays differ in length or hold no such numbers
   */
  public FeatureScaler(double[] mean, double[] deviation) {
    if (mean.length != deviation.length) {
      throw new IllegalArgumentException(
          "there must be as many means as deviations, got "
              + mean.length
              + " and "
              + deviation.length);
    }
    for (int i = 0; i < mean.length; i++) {
      if (!Double.isFinite(mean[i]) || !Double.isFinite(deviation[i]) || deviation[i] < 0) {
        throw new IllegalArgumentException(
            "a mean must be finite and a deviation at least 0, got "
                + mean[i]
                + " and "
                + deviation[i]
                + " of feature "
                + i);
      }
    }
    this.mean = mean.clone();
    this.deviation = deviation.clone();
  }

  /** One that leaves values as they are. */
  public static FeatureScaler none(int features) {
    double[] ones = new double[features];
    Arrays.fill(ones, 1);
    return new FeatureScaler(new double[features], ones);
  }

  /** The scaling of {@code width} features from {@code first} on. */
  public FeatureScaler part(int first, int width) {
    return new FeatureScaler(
        Arrays.copyOfRange(mean, first, first + width),
        Arrays.copyOfRange(deviation, first, first + width));
  }

  /** Number of features. */
  public int features() {
    return mean.length;
  }

  /** Mean of a feature. */
  public double mean(int feature) {
    return mean[feature];
  }

  /** Standard deviation of a feature. */
  public double deviation(int feature) {
    return deviation[feature];
  }

  /**
   * Standardised values, rounded to single precision at the very end: far from 0 it may be too
   * coarse for what a feature differs in.
   *
   * @param values {@code [step][feature]}; not modified
   * @throws BadRowException if one does not fit single precision any more
   */
  public float[] apply(double[] values) throws BadRowException {
    float[] scaled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int feature = i % mean.length;
      scaled[i] = scaled(values[i], feature);
      if (!Float.isFinite(scaled[i])) {
        throw new BadRowException(
            "too-far-away",
            "a feature must be within the range of single precision once it is standardised",
            values[i] + " with mean " + mean[feature] + " and deviation " + deviation[feature],
            "mend the row, or switch standardize off for this input");
      }
    }
    return scaled;
  }

  /** A standardised value, rounded to single precision at the very end; possibly infinite. */
  float scaled(double value, int feature) {
    return deviation[feature] == 0 ? 0 : (float) ((value - mean[feature]) / deviation[feature]);
  }

  /** A hash of the numbers. */
  public long fingerprint() {
    return Hash.of(Arrays.hashCode(mean), Arrays.hashCode(deviation));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureScaler that
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(deviation, that.deviation);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(mean) * 31 + Arrays.hashCode(deviation);
  }
}
