package org.unroll.baseline;

import java.io.Serializable;
import org.unroll.batch.Shard;

/** A model made of counts: what a network must beat. */
public interface Baseline extends Serializable {
  /** Its name in reports. */
  String name();

  /** A sum of nothing, for {@link #score}. */
  BaselineSum sum();

  /**
   * Adds what it loses on each target of a shard.
   *
   * @param sum of this baseline, see {@link #sum}
   */
  void score(Shard shard, BaselineSum sum);
}
