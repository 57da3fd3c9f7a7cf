package org.unroll.baseline;

import java.io.Serializable;
import org.unroll.batch.Shard;

/** A model made of counts. */
public sealed interface Baseline extends Serializable permits MajorityBaseline, BigramBaseline {
  /** Its name in reports. */
  String name();

  /** Adds what it loses on each target of a shard. */
  void score(Shard shard, ScoreSum sum);
}
