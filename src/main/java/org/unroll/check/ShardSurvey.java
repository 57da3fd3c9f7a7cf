package org.unroll.check;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.unroll.batch.Block;
import org.unroll.batch.Shard;
import org.unroll.batch.ShardOrder;
import org.unroll.hash.Hash;
import org.unroll.tensor.Timeline;
import org.unroll.train.TrainingSetup;

/**
 * What training shards hold and what computing them will cost, exactly: made from the very blocks
 * of the first epoch. Parts can be added in any order.
 */
public final class ShardSurvey implements Serializable {
  private static final long serialVersionUID = 1;
  private static final long CONTENT = 0x434F4E54454E54L;

  /** Symbols counted at either end of a vocabulary, which is ordered by falling count. */
  private static final int COUNTED = 16;

  private final int symbols;
  private final long[] frequent;
  private final long[] rare;
  private final Lengths lengths = new Lengths();
  private long steps;
  private long executed;

  /** Lane-steps of lanes that no sequence was left for. */
  private long unfilled;

  /**
   * An empty survey.
   *
   * @param symbols size of the input vocabulary
   */
  public ShardSurvey(int symbols) {
    this.symbols = symbols;
    frequent = new long[Math.min(symbols, COUNTED)];
    rare = new long[Math.min(symbols - frequent.length, COUNTED)];
  }

  /**
   * How often a symbol is read.
   *
   * @param symbol its number
   * @param count steps that read it in an epoch
   */
  public record Count(int symbol, long count) {}

  /** Adds a shard. */
  public void add(Shard shard, TrainingSetup setup) {
    ShardOrder order = ShardOrder.training(shard, setup.blockSize(), setup.seed(), 0);
    Block block = new Block();
    for (int b = 0; b < order.blocks(); b++) {
      order.fill(shard, b, block, setup.targetPerStep());
      executed += executed(block.timeline());
      int lanes = Timeline.roundUp(block.size());
      unfilled += block.tokens() * (lanes - block.size()) / block.size();
    }
    steps += shard.steps();
    for (int i = 0; i < shard.size(); i++) {
      lengths.add(shard.length(i));
      for (int t = 0; t < shard.length(i); t++) {
        if (shard.symbols() > 0) {
          count(shard.input(i, t));
        }
      }
    }
  }

  private void count(int symbol) {
    if (symbol < frequent.length) {
      frequent[symbol]++;
    } else if (symbol >= symbols - rare.length) {
      rare[symbol - (symbols - rare.length)]++;
    }
  }

  /** Adds the survey of other shards with the same vocabulary. */
  public void add(ShardSurvey other) {
    lengths.add(other.lengths);
    steps += other.steps;
    executed += other.executed;
    unfilled += other.unfilled;
    for (int i = 0; i < frequent.length; i++) {
      frequent[i] += other.frequent[i];
    }
    for (int i = 0; i < rare.length; i++) {
      rare[i] += other.rare[i];
    }
  }

  /** Lane-steps that computing a block takes: the living lanes of each step, rounded up. */
  static long executed(Timeline timeline) {
    long executed = 0;
    for (int t = 0; t < timeline.steps(); t++) {
      executed += timeline.width(t);
    }
    return executed;
  }

  /** A hash of what a sequence holds, its place left out: equal for duplicates. */
  public static long content(Shard shard, int sequence) {
    return content(shard, sequence, 0, shard.length(sequence));
  }

  /** The same of a stretch of its steps; all targets belong to it where there is none per step. */
  private static long content(Shard shard, int sequence, int from, int to) {
    long hash = Hash.of(CONTENT, to - from);
    for (int t = from; t < to; t++) {
      hash = shard.contentOf(sequence, t, hash);
    }
    boolean perStep = shard.targets(sequence) == shard.length(sequence);
    for (int t = perStep ? from : 0; t < (perStep ? to : shard.targets(sequence)); t++) {
      hash = shard.contentOfTarget(sequence, t, hash);
    }
    return hash;
  }

  /**
   * Whether most of a stream is known, of which training holds pieces only.
   *
   * @param piece steps of a piece
   * @param known what {@link #content} gives for the pieces of training, in ascending order
   */
  public static boolean isMostlyKnown(Shard shard, int sequence, int piece, long[] known) {
    int length = shard.length(sequence);
    int found = 0;
    for (int from = 0; from < length; from += piece) {
      int to = Math.min(length, from + piece);
      found += Arrays.binarySearch(known, content(shard, sequence, from, to)) < 0 ? 0 : to - from;
    }
    return 2L * found > length;
  }

  /** Lengths of the sequences. */
  public Lengths lengths() {
    return lengths;
  }

  /** Lane-steps computed in an epoch; a part of them for nothing. */
  public long executed() {
    return executed;
  }

  /**
   * Share of the computed lane-steps that hold no symbol because the sequences of a block differ in
   * length.
   */
  public double padding() {
    return executed == 0 ? 0 : Math.max(0, executed - steps - unfilled) / (double) executed;
  }

  /**
   * Share of the computed lane-steps that hold no symbol because blocks have fewer sequences than
   * the vectors that compute them side by side have room for.
   */
  public double unfilled() {
    return executed == 0 ? 0 : Math.min(1, (double) unfilled / executed);
  }

  /**
   * The most frequent symbols.
   *
   * @param first number of the first symbol that is not special
   * @param most the most symbols, at most 10
   */
  public List<Count> mostFrequent(int first, int most) {
    return counts(first).stream()
        .sorted(Comparator.comparingLong(Count::count).reversed())
        .limit(most)
        .toList();
  }

  /**
   * The least frequent symbols, the rarest first, without those that are among the most frequent;
   * arguments as above.
   */
  public List<Count> rarest(int first, int most) {
    List<Count> counts = counts(first);
    counts.removeAll(mostFrequent(first, most));
    // Of equally rare ones the last: the vocabulary holds them in the order of their characters.
    Collections.reverse(counts);
    return counts.stream().sorted(Comparator.comparingLong(Count::count)).limit(most).toList();
  }

  private List<Count> counts(int first) {
    List<Count> counts = new ArrayList<>();
    for (int i = first; i < frequent.length; i++) {
      counts.add(new Count(i, frequent[i]));
    }
    for (int i = 0; i < rare.length; i++) {
      counts.add(new Count(symbols - rare.length + i, rare[i]));
    }
    return counts;
  }
}
