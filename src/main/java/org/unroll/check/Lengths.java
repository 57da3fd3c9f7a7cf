package org.unroll.check;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many sequences have which length, exactly; parts can be added in any order. */
public final class Lengths implements Serializable {
  private static final long serialVersionUID = 1;

  private final TreeMap<Integer, Long> counts = new TreeMap<>();
  private long sequences;

  /**
   * A bar of the histogram.
   *
   * @param from shortest length counted
   * @param to longest length counted
   * @param count sequences
   */
  public record Bar(int from, int to, long count) {}

  /** Counts a sequence of {@code steps} steps. */
  public void add(int steps) {
    counts.merge(steps, 1L, Long::sum);
    sequences++;
  }

  /** Adds the lengths of another part. */
  public void add(Lengths other) {
    other.counts.forEach((steps, count) -> counts.merge(steps, count, Long::sum));
    sequences += other.sequences;
  }

  /** Number of sequences. */
  public long sequences() {
    return sequences;
  }

  /** Length of the longest sequence, 0 if there is none. */
  public int longest() {
    return counts.isEmpty() ? 0 : counts.lastKey();
  }

  /**
   * The shortest length that at least this share of the sequences does not exceed.
   *
   * @param share above 0, at most 1
   */
  public int quantile(double share) {
    long wanted = (long) Math.ceil(share * sequences);
    long seen = 0;
    for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
      seen += entry.getValue();
      if (seen >= wanted) {
        return entry.getKey();
      }
    }
    return 0;
  }

  /**
   * A histogram with bars of one width, 1, 2 or 5 times a power of ten, over the middle 98 % of the
   * sequences; one more bar at either end holds the others, so that a few of them do not squeeze
   * all into one bar.
   *
   * @param most the most bars of one width, at least 2
   */
  public List<Bar> histogram(int most) {
    List<Bar> bars = new ArrayList<>();
    if (sequences == 0) {
      return bars;
    }
    int begin = quantile(0.01);
    int end = quantile(0.99);
    int width = width(begin, end, most);
    int from = (begin - 1) / width * width + 1;
    int shortest = counts.firstKey();
    if (shortest < from) {
      bars.add(bar(shortest, from - 1));
    }
    for (; from <= end; from += width) {
      bars.add(bar(from, from + width - 1));
    }
    if (longest() >= from) {
      bars.add(bar(from, longest()));
    }
    return bars;
  }

  private static int width(int begin, int end, int most) {
    for (int ten = 1; ; ten *= 10) {
      for (int width : new int[] {ten, 2 * ten, 5 * ten}) {
        if ((end - 1) / width - (begin - 1) / width < most || ten == 100_000_000) {
          return width;
        }
      }
    }
  }

  private Bar bar(int from, int to) {
    long count =
        counts.subMap(from, true, to, true).values().stream().mapToLong(Long::longValue).sum();
    return new Bar(from, to, count);
  }
}
