package org.unroll.baseline;

import java.io.Serializable;

/** What a baseline loses on parts of a data set, exact, so that any grouping gives the same. */
public interface BaselineSum extends Serializable {
  /** Adds another sum of the same baseline. */
  void merge(BaselineSum other);

  /**
   * Divides once, at the end.
   *
   * @param name of the baseline
   */
  BaselineScore score(String name);
}
