package org.unroll.bench;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Where the time of a round goes. A second thread looks at the stacks of those that train, about a
 * thousand times a second: training itself holds no timers, so they cannot slow it down, and a
 * cell's time step, too short for a clock, is seen as well as anything else.
 *
 * <p>The virtual machine shows a stack at its next safepoint, at the latest when the running kernel
 * returns: some microseconds, and within the same phase.
 */
final class PhaseProfile {
  private static final long PERIOD_NANOS = 1_000_000;

  private final Map<Phase, Long> samples = new EnumMap<>(Phase.class);
  private long busy;
  private double secondsPerSample;

  private PhaseProfile() {
    for (Phase phase : Phase.values()) {
      samples.put(phase, 0L);
    }
  }

  /** Watches the threads of a group until the work is done. */
  static PhaseProfile watch(ThreadGroup group, Future<?> work) {
    PhaseProfile profile = new PhaseProfile();
    long begin = System.nanoTime();
    long looks = 0;
    Thread[] threads = new Thread[0];
    while (!work.isDone()) {
      LockSupport.parkNanos(PERIOD_NANOS);
      if (threads.length <= group.activeCount()) {
        threads = new Thread[2 * group.activeCount() + 1];
      }
      int count = group.enumerate(threads);
      for (int i = 0; i < count; i++) {
        profile.add(Phase.of(threads[i].getStackTrace()));
      }
      looks++;
    }
    profile.secondsPerSample = (System.nanoTime() - begin) * 1e-9 / Math.max(1, looks);
    return profile;
  }

  private void add(Phase phase) {
    if (phase != null) {
      samples.merge(phase, 1L, Long::sum);
      busy++;
    }
  }

  /** Number of times a thread was seen at work. */
  long samples() {
    return busy;
  }

  /** Share of the time that the threads were at work. */
  double share(Phase phase) {
    return busy == 0 ? 0 : (double) samples.get(phase) / busy;
  }

  /** Time over all threads. */
  double seconds(Phase phase) {
    return samples.get(phase) * secondsPerSample;
  }

  /** By phase: seconds over all threads, share, microseconds per token. */
  Map<String, Object> figures(long tokens) {
    Map<String, Object> figures = new LinkedHashMap<>();
    for (Phase phase : Phase.values()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("seconds", Numbers.round(seconds(phase), 4));
      one.put("share", Numbers.round(share(phase), 4));
      one.put("microseconds-per-token", Numbers.round(seconds(phase) * 1e6 / tokens, 3));
      figures.put(phase.key(), one);
    }
    return figures;
  }
}
