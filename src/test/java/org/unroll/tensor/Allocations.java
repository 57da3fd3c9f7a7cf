package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

/**
 * What a thread asks of memory. Vectors are objects until the compiler has dealt with them, and how
 * it does depends on what the process has run before. So this is measured as in training: in a
 * process of its own, in which kernels are warmed up first. On a busy machine the compiler takes
 * its time; it is waited for.
 */
public final class Allocations {
  /** Generous: where the processor is shared with many, the compiler waits its turn. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final String DONE = "nothing allocates more than it may";

  private Allocations() {}

  /**
   * Runs a main class that calls {@link #check} with what it is about; fails if that does.
   *
   * @param options of the Java machine
   */
  public static void checkInAFreshProcess(Class<?> main, String... options) throws Exception {
    assumeTrue(
        THREADS.isThreadAllocatedMemorySupported() && THREADS.isThreadAllocatedMemoryEnabled(),
        "the Java machine counts a thread's allocations");
    String output = Forked.run(main, options).strip();
    assertTrue(output.endsWith(DONE), output);
  }

  /** Measures; says on standard output what is measured, and where it ends. */
  public static void check(Runnable measurements) {
    try {
      measurements.run();
      System.out.println(DONE);
    } catch (AssertionError e) {
      System.out.println(e.getMessage());
    }
  }

  /** Warms kernels up, again where they were not compiled in time; fails if some never are. */
  public static void compile(Kernels kernels) {
    WarmUp outcome = kernels.warmUp();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!outcome.allocating().isEmpty() && System.nanoTime() < end) {
      VectorWarmUp.forgetAllocating();
      outcome = kernels.warmUp();
    }
    assertEquals(List.of(), outcome.allocating(), "kernels that allocate although compiled");
  }

  /**
   * Runs something until it has asked for at most so many bytes; fails if it never does.
   *
   * @param bytes in one run, of the calling thread
   */
  public static void assertAtMost(long bytes, String what, Runnable run) {
    System.out.println(what);
    long end = System.nanoTime() + PATIENCE.toNanos();
    long asked = Long.MAX_VALUE;
    while (asked > bytes && System.nanoTime() < end) {
      long before = allocated();
      run.run();
      asked = allocated() - before;
    }
    long last = asked;
    assertTrue(last <= bytes, () -> last + " bytes allocated, " + bytes + " are enough");
  }

  private static long allocated() {
    return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
