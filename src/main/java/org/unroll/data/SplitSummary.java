package org.unroll.data;

import java.io.Serializable;
import java.util.stream.LongStream;

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
 * @param unknownTargets targets whose label is not in the vocabulary: no class, never right; of
 *     real targets, those all of whose values are missing
 * @param lengths sequences by length: entry i counts lengths of 2^i to 2^(i+1) - 1
 * @param sequencesPerShard sequences of each shard
 * @param targetCounts how often each target occurs; of real targets, how often each of their values
 *     is there
 * @param targetMeans mean of each value of real targets, as the network is to give them
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
    long[] targetCounts,
    double[] targetMeans)
    implements Serializable {

  /** Of targets that are names. */
  public SplitSummary(
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
      long[] targetCounts) {
    this(
        intake,
        sequences,
        steps,
        targets,
        longest,
        heaviest,
        unknown,
        unknownTargets,
        lengths,
        sequencesPerShard,
        targetCounts,
        new double[0]);
  }

  /** Share of steps whose symbol is not in the vocabulary. */
  public double unknownRate() {
    return steps == 0 ? 0 : (double) unknown / steps;
  }

  /** Number of values of real targets that are missing. */
  public long missingValues() {
    return targets * targetMeans.length
        - (targetMeans.length == 0 ? 0 : LongStream.of(targetCounts).sum());
  }

  /** Number of shards, empty ones included. */
  public int shards() {
    return sequencesPerShard.length;
  }
}
