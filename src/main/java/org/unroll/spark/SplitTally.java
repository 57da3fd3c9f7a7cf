package org.unroll.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.unroll.batch.Shard;
import org.unroll.data.Intake;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.hash.Hash;
import org.unroll.metric.ExactSum;

/** Adds up the shards of one role; partial tallies of several tasks are added in turn. */
final class SplitTally implements Serializable {
  private static final long serialVersionUID = 1;

  private final Role role;
  private final int unknown;
  private final long[] perShard;
  private final long[] targetCounts;
  private final List<ExactSum> sums = new ArrayList<>();
  private final long[] lengths = new long[Integer.SIZE];
  private long sequences;
  private long steps;
  private long targets;
  private long unknowns;
  private long unknownTargets;
  private int longest;
  private float heaviest;
  private long contentA;
  private long contentB;

  /**
   * @param shards of the role
   * @param unknown the unknown input symbol
   * @param classes number of labels to count, or of values of real targets; 0 to count none
   */
  SplitTally(Role role, int shards, int unknown, int classes) {
    this.role = role;
    this.unknown = unknown;
    perShard = new long[shards];
    targetCounts = new long[classes];
  }

  Role role() {
    return role;
  }

  void add(Shard shard) {
    perShard[shard.index()] += shard.size();
    sequences += shard.size();
    steps += shard.steps();
    targets += shard.targets();
    longest = Math.max(longest, shard.longest());
    double[] values = new double[shard.targetWidth()];
    for (int i = 0; i < shard.size(); i++) {
      lengths[31 - Integer.numberOfLeadingZeros(shard.length(i))]++;
      heaviest = Math.max(heaviest, shard.weight(i));
      long content = Hash.of(shard.id(i));
      if (shard.weight(i) != 1f) {
        content = Hash.with(content, Float.floatToIntBits(shard.weight(i)));
      }
      for (int t = 0; t < shard.length(i); t++) {
        content = shard.contentOf(i, t, content);
        unknowns += shard.symbols() > 0 && shard.input(i, t) == unknown ? 1 : 0;
      }
      for (int t = 0; t < shard.targets(i); t++) {
        content = shard.contentOfTarget(i, t, content);
        if (shard.hasLabels()) {
          for (int l = 0; l < shard.labels(i, t); l++) {
            count(shard.label(i, t, l));
          }
        } else if (shard.targetWidth() > 0) {
          countValues(shard, i, t, values);
        } else {
          count(shard.target(i, t));
        }
      }
      // Two sums that wrap: exact in any order, and as good as 128 bits against chance.
      contentA += Hash.of(1, content);
      contentB += Hash.of(2, content);
    }
    for (int v = 0; v < values.length; v++) {
      sum(v).add(values[v]);
    }
  }

  private void count(int target) {
    if (target < 0) {
      unknownTargets++;
    } else if (targetCounts.length > 0) {
      targetCounts[target]++;
    }
  }

  /**
   * Counts the values of a target that are there.
   *
   * @param own sums of the shard's
   */
  private void countValues(Shard shard, int sequence, int target, double[] own) {
    int there = 0;
    for (int v = 0; v < shard.targetWidth(); v++) {
      float value = shard.targetValue(sequence, target, v);
      if (!Float.isNaN(value)) {
        there++;
        targetCounts[v]++;
        own[v] += value;
      }
    }
    unknownTargets += there == 0 ? 1 : 0;
  }

  /** Σ of a value of real targets. */
  private ExactSum sum(int value) {
    while (sums.size() <= value) {
      sums.add(new ExactSum());
    }
    return sums.get(value);
  }

  private double[] means() {
    double[] means = new double[sums.size()];
    for (int v = 0; v < means.length; v++) {
      means[v] = targetCounts[v] == 0 ? 0 : sums.get(v).value() / targetCounts[v];
    }
    return means;
  }

  void add(SplitTally other) {
    addTo(perShard, other.perShard);
    addTo(targetCounts, other.targetCounts);
    for (int v = 0; v < other.sums.size(); v++) {
      sum(v).add(other.sums.get(v));
    }
    addTo(lengths, other.lengths);
    sequences += other.sequences;
    steps += other.steps;
    targets += other.targets;
    unknowns += other.unknowns;
    unknownTargets += other.unknownTargets;
    longest = Math.max(longest, other.longest);
    heaviest = Math.max(heaviest, other.heaviest);
    contentA += other.contentA;
    contentB += other.contentB;
  }

  private static void addTo(long[] to, long[] from) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }

  /** 32 hexadecimal digits that depend on the sequences and on what their numbers mean. */
  String fingerprint(long meaning) {
    return String.format(
        Locale.ROOT, "%016x%016x", Hash.with(contentA, meaning), Hash.with(contentB, meaning));
  }

  SplitSummary summary(Intake.Counts intake) {
    int used = lengths.length;
    while (used > 0 && lengths[used - 1] == 0) {
      used--;
    }
    return new SplitSummary(
        intake,
        sequences,
        steps,
        targets,
        longest,
        heaviest,
        unknowns,
        unknownTargets,
        Arrays.copyOf(lengths, used),
        perShard,
        targetCounts,
        means());
  }
}
