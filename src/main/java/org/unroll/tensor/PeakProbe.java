package org.unroll.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * How fast this machine multiplies and adds when nothing comes from memory: the limit that a
 * network's speed is compared with. The vector module's fused multiply-add where {@link
 * VectorKernels} can be used, else one plain product and sum after the other.
 */
public final class PeakProbe {
  /** Calls after which the virtual machine has compiled the loop for good. */
  private static final int WARM_UP_CALLS = 1000;

  private static final int WARM_UP_ROUNDS = 500;

  /** About a millisecond: short enough that some batches are not interrupted by anything else. */
  private static final int ROUNDS = 200_000;

  private PeakProbe() {}

  /** A loop of so many rounds; what it returns keeps it from being optimised away. */
  private interface Loop {
    float run(int rounds);
  }

  /**
   * GFLOP/s of the best batch of each thread, added up; a fused multiply-add counts as two.
   *
   * @param threads how many cores compute at once: they share clock and power
   * @param seconds how long to measure, beside some 10 ms to compile
   */
  public static double gigaflops(int threads, double seconds) {
    boolean vector = vectorUsable();
    Loop loop = vector ? FmaLoop::run : PeakProbe::scalar;
    double flops = vector ? FmaLoop.FLOPS_PER_ROUND : 2.0 * SCALARS;
    CyclicBarrier start = new CyclicBarrier(threads);
    List<FutureTask<Double>> tasks = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      FutureTask<Double> task = new FutureTask<>(() -> best(loop, seconds, start));
      tasks.add(task);
      Thread thread = new Thread(task, "unroll-peak");
      thread.setDaemon(true);
      thread.start();
    }
    double sum = 0;
    for (FutureTask<Double> task : tasks) {
      sum += flops * get(task);
    }
    return sum * 1e-9;
  }

  private static boolean vectorUsable() {
    try {
      KernelChoice.named(KernelChoice.VECTOR);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static double get(FutureTask<Double> task) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring the peak", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("measuring the peak failed: " + e.getCause(), e);
    }
  }

  /** Rounds per second of the fastest batch. */
  private static double best(Loop loop, double seconds, CyclicBarrier start)
      throws InterruptedException, BrokenBarrierException {
    float sink = 0;
    for (int i = 0; i < WARM_UP_CALLS; i++) {
      sink += loop.run(WARM_UP_ROUNDS);
    }
    // Leaves the processor to the compiler's threads for a moment.
    Thread.sleep(10);
    start.await();
    long begin = System.nanoTime();
    long fastest = Long.MAX_VALUE;
    long now = begin;
    do {
      sink += loop.run(ROUNDS);
      long end = System.nanoTime();
      fastest = Math.min(fastest, end - now);
      now = end;
    } while (now - begin < seconds * 1e9);
    return Float.isNaN(sink) ? 0 : ROUNDS * 1e9 / fastest;
  }

  private static final int SCALARS = 8;

  /** Not Math.fma: without the instruction for it, it is thousands of times slower. */
  private static float scalar(int rounds) {
    float a = 1;
    float b = 2;
    float c = 3;
    float d = 4;
    float e = 5;
    float f = 6;
    float g = 7;
    float h = 8;
    for (int i = 0; i < rounds; i++) {
      a = a * .999f + .001f;
      b = b * .999f + .001f;
      c = c * .999f + .001f;
      d = d * .999f + .001f;
      e = e * .999f + .001f;
      f = f * .999f + .001f;
      g = g * .999f + .001f;
      h = h * .999f + .001f;
    }
    return a + b + c + d + e + f + g + h;
  }
}
