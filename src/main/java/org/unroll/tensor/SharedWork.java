package org.unroll.tensor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one thread of a {@link Crew} computes in parts, so that others can take some of them. One
 * product after the other goes through the same object; nothing is allocated for it.
 */
final class SharedWork {
  private static final int PART_BITS = 16;
  private static final long PART_MASK = (1L << PART_BITS) - 1;

  /** Looks at a counter before the processor is left to others. */
  private static final int PATIENCE = 2_000;

  /** Work that can be cut into parts which do not depend on one another. */
  interface Parts {
    /**
     * Computes one part.
     *
     * @param products of the thread that does it
     * @param part from 0
     * @param parts how many there are
     */
    void compute(Products products, int part, int parts);
  }

  /**
   * How often there was work, and how many of its parts nobody has taken yet: in one number, so
   * that who takes a part knows that it is one of the work it has looked at.
   */
  private final AtomicLong open = new AtomicLong();

  private final AtomicInteger finished = new AtomicInteger();

  // Written before the parts are open, and not again until all are finished.
  private Parts work;
  private int parts;

  private volatile Throwable failure;

  /**
   * Has work done, by this thread and by whoever is idle.
   *
   * @param own products of this thread, the owner's
   * @param parts at least 1 and below 2^16
   */
  void run(Products own, Parts work, int parts) {
    this.work = work;
    this.parts = parts;
    failure = null;
    finished.set(0);
    long number = (open.get() >>> PART_BITS) + 1;
    open.set(number << PART_BITS | parts);
    while (isOpen()) {
      take(own);
    }
    // Whoever took a part is at it: most waits are short, so the processor is not left at first.
    for (int looks = 0; finished.get() < parts; looks = Math.min(looks + 1, PATIENCE)) {
      if (looks < PATIENCE) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** Whether there are parts that nobody has taken. */
  boolean isOpen() {
    return (open.get() & PART_MASK) != 0;
  }

  /** Computes a part, if there is one that nobody has taken. */
  boolean take(Products products) {
    long now = open.get();
    int left = (int) (now & PART_MASK);
    if (left == 0 || !open.compareAndSet(now, now - 1)) {
      return false;
    }
    try {
      work.compute(products, left - 1, parts);
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      finished.incrementAndGet();
    }
    return true;
  }
}
