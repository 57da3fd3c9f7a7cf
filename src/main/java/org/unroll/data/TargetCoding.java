package org.unroll.data;

import java.io.Serializable;
import org.unroll.hash.Hash;

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
   * Real targets as the network is to give them; a missing one, NaN, stays so.
   *
   * @param values {@code [target][number]}; not modified
   * @throws BadRowException if one does not fit single precision any more
   */
  float[] scale(double[] values) throws BadRowException {
    double[] there = values.clone();
    for (int i = 0; i < there.length; i++) {
      there[i] = Double.isNaN(there[i]) ? scaler.mean(i % scaler.features()) : there[i];
    }
    float[] scaled = scaler.apply(there);
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = Double.isNaN(values[i]) ? Float.NaN : scaled[i];
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
