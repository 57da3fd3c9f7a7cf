package org.unroll.data;

import java.io.Serializable;

/**
 * What the data of one role amounts to.
 *
 * @param intake what became of the rows read
 * @param sequences in all shards
 * @param steps of all sequences
 * @param targets of all sequences
 * @param longest steps of the longest sequence
 * @param heaviest the largest weight of a sequence
 * @param unknown steps whose symbol is not in the vocabulary
 * @param unknownTargets targets whose label is not in the vocabulary: no class, never right
 * @param lengths sequences by length: entry i counts lengths of 2^i to 2^(i+1) - 1
 * @param sequencesPerShard sequences of each shard
 * @param targetCounts how often each target occurs
 */
public record SplitSummary(
    Intake.Counts intake,
    long sequences,
    long steps,
    long targets,
    int longest,
    float heaviest,
    long unknown,
    long unknownTargets,
    long[] lengths,
    long[] sequencesPerShard,
    long[] targetCounts)
    implements Serializable {

  /** Share of steps whose symbol is not in the vocabulary. */
  public double unknownRate() {
    return steps == 0 ? 0 : (double) unknown / steps;
  }

  /** Number of shards, empty ones included. */
  public int shards() {
    return sequencesPerShard.length;
  }
}
