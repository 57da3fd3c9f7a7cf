package org.unroll.baseline;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.unroll.batch.Shard;
import org.unroll.hash.Hash;

/**
 * How often each symbol follows each other one. Counts of parts of the data merge into those of the
 * whole. When there are more distinct pairs than allowed the pairs are given up and only the
 * symbols are counted; as a part never has more pairs than the whole, this too is the same in any
 * grouping.
 */
public final class BigramCounts implements Serializable {
  private static final long serialVersionUID = 1;

  /** Pairs that are worth their memory in the driver: 80 MB. */
  public static final int MAX_PAIRS = 5_000_000;

  private final int maxPairs;
  private final long[] unigrams;

  /** Open addressing; 0 counts are free places. Null when there were too many pairs. */
  private long[] keys = new long[16];

  private long[] counts = new long[16];
  private int pairs;

  public BigramCounts(int symbols, int maxPairs) {
    this.maxPairs = maxPairs;
    unigrams = new long[symbols];
  }

  /** Counts every step: its input is followed by its target. */
  public void add(Shard shard) {
    for (int i = 0; i < shard.size(); i++) {
      for (int t = 0; t < shard.targets(i); t++) {
        unigrams[shard.target(i, t)]++;
        add((long) shard.input(i, t) << 32 | shard.target(i, t), 1);
      }
    }
  }

  /** Adds the counts of another part of the data. */
  public void merge(BigramCounts other) {
    for (int i = 0; i < unigrams.length; i++) {
      unigrams[i] += other.unigrams[i];
    }
    if (other.keys == null) {
      giveUpPairs();
      return;
    }
    for (int i = 0; i < other.keys.length; i++) {
      if (other.counts[i] > 0) {
        add(other.keys[i], other.counts[i]);
      }
    }
  }

  /**
   * The part of the counts whose first symbols are chosen, so that many tasks can merge at once;
   * the counts of single symbols go with symbol 0.
   */
  public BigramCounts slice(IntPredicate first) {
    BigramCounts slice = new BigramCounts(unigrams.length, maxPairs);
    if (first.test(0)) {
      System.arraycopy(unigrams, 0, slice.unigrams, 0, unigrams.length);
    }
    if (keys == null) {
      slice.giveUpPairs();
      return slice;
    }
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] > 0 && first.test((int) (keys[i] >>> 32))) {
        slice.add(keys[i], counts[i]);
      }
    }
    return slice;
  }

  /** Whether pairs are known, not only single symbols. */
  public boolean hasPairs() {
    return keys != null;
  }

  long[] unigrams() {
    return unigrams;
  }

  /** The distinct pairs, first symbol in the upper half, in ascending order. */
  long[] pairs() {
    long[] sorted = new long[pairs];
    int n = 0;
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] > 0) {
        sorted[n++] = keys[i];
      }
    }
    Arrays.sort(sorted);
    return sorted;
  }

  long count(long pair) {
    return counts[slot(pair)];
  }

  private void add(long key, long count) {
    if (keys == null) {
      return;
    }
    int slot = slot(key);
    if (counts[slot] == 0) {
      if (pairs == maxPairs) {
        giveUpPairs();
        return;
      }
      pairs++;
      keys[slot] = key;
    }
    counts[slot] += count;
    if (pairs > keys.length / 2) {
      grow();
    }
  }

  private void giveUpPairs() {
    keys = null;
    counts = null;
    pairs = 0;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldCounts = counts;
    keys = new long[2 * oldKeys.length];
    counts = new long[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldCounts[i] > 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        counts[slot] = oldCounts[i];
      }
    }
  }

  private int slot(long key) {
    int mask = keys.length - 1;
    int slot = (int) Hash.mix(key) & mask;
    while (counts[slot] > 0 && keys[slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
