package org.unroll.tensor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The threads that share a round. Each has blocks of its own; who has none left helps the others:
 * it takes parts of their products, until the last block of the round is done. So a round takes as
 * long as its work does, and not as its slowest block, and a round of fewer blocks than there are
 * threads still occupies them all.
 *
 * <p>No bit depends on it. A part is some rows or some steps of a product, and every element is
 * computed by one thread, its terms in the usual order.
 */
public final class Crew {
  private final SharedWork[] members;

  /** What the threads help with; each made at first use. */
  private final Products[] products;

  private final AtomicInteger idle = new AtomicInteger();
  private volatile boolean joined;

  /**
   * A crew.
   *
   * @param size number of threads
   */
  public Crew(int size) {
    members = new SharedWork[size];
    products = new Products[size];
    for (int i = 0; i < size; i++) {
      members[i] = new SharedWork();
    }
  }

  /** Number of threads that would take a part now. */
  int idle() {
    return idle.get();
  }

  /** What the {@code i}-th thread lets others take part in. */
  SharedWork join(int i) {
    joined = true;
    return members[i];
  }

  /**
   * Takes parts of what the others compute. To be called by a thread that has nothing else to do.
   *
   * @param i number of the thread; no other thread helps by the same number meanwhile
   * @param done whether there is nothing to wait for any more
   * @return how many parts it took; 0 at once if the others compute nothing in parts
   */
  public long help(int i, BooleanSupplier done) {
    long taken = 0;
    if (!joined) {
      return taken;
    }
    if (products[i] == null) {
      products[i] = new Products();
    }
    idle.incrementAndGet();
    try {
      for (int spins = 0; !done.getAsBoolean(); spins++) {
        int found = takeAny(products[i]);
        taken += found;
        spins = found > 0 ? 0 : spins;
        SharedWork.pause(spins);
      }
    } finally {
      idle.decrementAndGet();
    }
    return taken;
  }

  private int takeAny(Products own) {
    int taken = 0;
    for (SharedWork member : members) {
      taken += member.take(own) ? 1 : 0;
    }
    return taken;
  }
}
