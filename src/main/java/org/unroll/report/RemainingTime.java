package org.unroll.report;

/**
 * How long training will still take, from the rounds done. The first round, which waits for
 * compilers and caches, tells nothing of those that follow, and neither do a few short ones.
 */
final class RemainingTime {
  /** Rounds after the first that an estimate needs. */
  private static final int ROUNDS = 2;

  /** Time that these must have taken together. */
  private static final long NANOS = 3_000_000_000L;

  private long firstEnded;
  private long rounds;

  /**
   * Takes note of the end of a round.
   *
   * @param now as {@link System#nanoTime}
   * @param left rounds that are left
   * @return seconds to the end of training, validations included; -1 while unknown
   */
  double after(long now, long left) {
    if (rounds++ == 0) {
      firstEnded = now;
    }
    long measured = rounds - 1;
    long nanos = now - firstEnded;
    if (left == 0) {
      return 0;
    }
    return measured < ROUNDS || nanos < NANOS ? -1 : nanos / 1e9 / measured * left;
  }
}
