package org.unroll.tensor;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The threads that share a round. Each has blocks of its own; who has none left helps the others:
 * it takes parts of their products, until the last block of the round is done. So a round waits
 * less for its slowest block, and a round of fewer blocks than there are threads occupies them all.
 *
 * <p>No bit depends on it. A part is some rows or some steps of a product, and every element is
 * computed by one thread, its terms in the usual order.
 */
public final class Crew {
  /** Looks in vain, about half a millisecond of them, before a thread rests between looks. */
  private static final int PATIENCE = 10_000;

  private static final long REST_NANOS = 50_000;

  /** What each thread lets others take part in; null until it computes in parts. */
  private final AtomicReferenceArray<SharedWork> members;

  /** Scratch space for helping, of those who do not help at the moment. */
  private final Queue<Products> spare = new ConcurrentLinkedQueue<>();

  private final AtomicInteger idle = new AtomicInteger();

  /**
   * A crew.
   *
   * @param size number of threads
   */
  public Crew(int size) {
    members = new AtomicReferenceArray<>(size);
  }

  /** Number of threads that help: those that would take a part, and those that are at one. */
  int idle() {
    return idle.get();
  }

  /** What the {@code i}-th thread lets others take part in from now on, instead of before. */
  SharedWork join(int i) {
    SharedWork work = new SharedWork();
    members.set(i, work);
    return work;
  }

  /**
   * Takes parts of what the others compute. To be called by a thread that has nothing else to do.
   *
   * @param done whether there is nothing to wait for any more
   * @return how many parts it took
   */
  public long help(BooleanSupplier done) {
    Products products = null;
    long taken = 0;
    int looks = 0;
    idle.incrementAndGet();
    try {
      while (!done.getAsBoolean()) {
        long before = taken;
        for (int i = 0; i < members.length(); i++) {
          SharedWork work = members.get(i);
          if (work != null && work.isOpen()) {
            products = products == null ? takeSpare() : products;
            taken += work.take(products) ? 1 : 0;
          }
        }
        looks = taken > before ? 0 : Math.min(looks + 1, PATIENCE);
        if (looks < PATIENCE) {
          Thread.onSpinWait();
        } else {
          LockSupport.parkNanos(REST_NANOS);
        }
      }
    } finally {
      idle.decrementAndGet();
      if (products != null) {
        spare.add(products);
      }
    }
    return taken;
  }

  private Products takeSpare() {
    Products products = spare.poll();
    return products == null ? new Products() : products;
  }
}
