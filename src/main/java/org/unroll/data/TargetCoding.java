package org.unroll.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.unroll.hash.Hash;
import org.unroll.text.Counts;

/**
 * How targets become numbers.
 *
 * @param names vocabulary of labels, tags or symbols; that of the inputs in a language model; empty
 *     if targets are numbers
 * @param scaler scaling of real targets; of none if targets are names
 */
public record TargetCoding(Vocabulary names, FeatureScaler scaler) implements Serializable {
  /** Of names. */
  public static TargetCoding of(Vocabulary names) {
    return new TargetCoding(names, FeatureScaler.none(0));
  }

  /** Number of names, or of real numbers of a target. */
  public int size() {
    return names.size() > 0 ? names.size() : scaler.features();
  }

  /**
   * Of real values.
   *
   * @param moments of each value of the training targets
   * @param standardize whether they are scaled
   */
  public static TargetCoding ofValues(List<FeatureMoments> moments, boolean standardize) {
    int width = moments.size();
    double[] mean = new double[width];
    double[] deviation = new double[width];
    for (int i = 0; i < width; i++) {
      mean[i] = standardize ? moments.get(i).mean(0) : 0;
      // What never changed in training may do so later: it has the unit of the data.
      deviation[i] = standardize && moments.get(i).changes() ? moments.get(i).deviation(0) : 1;
    }
    return ofValues(new FeatureScaler(mean, deviation));
  }

  /** Moments of nothing, of each real value of a target by itself, because any may be missing. */
  public static List<FeatureMoments> moments(int width) {
    List<FeatureMoments> moments = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      moments.add(new FeatureMoments(1));
    }
    return moments;
  }

  /** Adds the real values that are there among a row's answers to their moments. */
  public static void count(Answers answers, List<FeatureMoments> moments) {
    if (answers instanceof Answers.Values values) {
      for (int i = 0; i < values.values().length; i++) {
        if (!Double.isNaN(values.values()[i])) {
          moments.get(i % values.width()).add(new double[] {values.values()[i]});
        }
      }
    }
  }

  /** Of real values. */
  public static TargetCoding ofValues(FeatureScaler scaler) {
    return new TargetCoding(
        Vocabulary.build(Vocabulary.Kind.LABELS, Map.of(), 1, Integer.MAX_VALUE), scaler);
  }

  /** Whether targets are real values. */
  public boolean areValues() {
    return scaler.features() > 0;
  }

  /** Such as {@code 3 labels}. */
  public String describe() {
    return Counts.of(size(), areValues() ? "target value" : "label");
  }

  /**
   * Real targets as the network is to give them; a missing one, NaN, stays so.
   *
   * @param values {@code [target][value]}; not modified
   * @throws BadRowException if one does not fit single precision any more
   */
  float[] scale(double[] values) throws BadRowException {
    float[] scaled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int value = i % scaler.features();
      scaled[i] = Double.isNaN(values[i]) ? Float.NaN : scaler.scaled(values[i], value);
      if (Float.isInfinite(scaled[i])) {
        throw new BadRowException(
            "too-far-away",
            "a target value must be within the range of single precision once it is standardised",
            values[i]
                + " with mean "
                + scaler.mean(value)
                + " and deviation "
                + scaler.deviation(value),
            "mend the row, or set data.target.standardize = false");
      }
    }
    return scaled;
  }

  /** A hash of what its numbers mean. */
  public long fingerprint() {
    // What it was when targets were names only: it tells whether a run may be resumed.
    return scaler.features() == 0
        ? names.fingerprint()
        : Hash.of(names.fingerprint(), scaler.fingerprint());
  }
}
