package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** A wish to stop, and what still is a failure. */
class InterruptsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void everySignalIsAWishThatEndsWhatIsBeingDone(String signal) {
    assumeFalse(isIgnored(signal), "the shell that started this process has it ignored");
    try (Interrupts interrupts = Interrupts.listen()) {
      CountDownLatch cancelled = new CountDownLatch(2);
      interrupts.onRequest(cancelled::countDown);
      Signal.raise(new Signal(signal));
      // Again and again, for what begins meanwhile.
      assertTimeoutPreemptively(LIMIT, () -> cancelled.await());
      assertTrue(interrupts.requested());
      assertThrows(Interrupts.StoppedException.class, interrupts::check);
    }
  }

  /** As SIGINT is in what a shell runs in the background, and SIGHUP after nohup. */
  private static boolean isIgnored(String name) {
    Signal signal = new Signal(name);
    SignalHandler before = Signal.handle(signal, SignalHandler.SIG_DFL);
    Signal.handle(signal, before);
    return before == SignalHandler.SIG_IGN;
  }

  private static <E extends Throwable> RuntimeException sneak(Throwable thrown) throws E {
    @SuppressWarnings("unchecked")
    E unchecked = (E) thrown;
    throw unchecked;
  }

  /** Spark's exceptions are checked, which Scala does not tell. */
  private static Integer cancelled() {
    throw InterruptsTest.<RuntimeException>sneak(
        new SparkException("[SPARK_JOB_CANCELLED] Job 3 cancelled part of cancelled job group x"));
  }

  @Test
  void whatIsCancelledIsNoFailure() {
    try (Interrupts interrupts = new Interrupts()) {
      interrupts.onRequest(() -> {});
      assertThrows(
          Interrupts.StoppedException.class,
          () ->
              interrupts.stoppable(
                  () -> {
                    interrupts.request();
                    return cancelled();
                  }));
      // Nothing begins any more.
      assertThrows(
          Interrupts.StoppedException.class,
          () ->
              interrupts.stoppable(
                  () -> {
                    throw new AssertionError("begun");
                  }));
    }
  }

  @Test
  void whatFailsByItselfIsAFailureAlsoAfterASignal() {
    try (Interrupts interrupts = new Interrupts()) {
      interrupts.onRequest(() -> {});
      IllegalStateException failure = new IllegalStateException("disk full");
      assertSame(
          failure,
          assertThrows(
              IllegalStateException.class,
              () ->
                  interrupts.stoppable(
                      () -> {
                        interrupts.request();
                        throw failure;
                      })));
    }
  }

  @Test
  void withoutAWishACancelledJobIsAFailure() {
    try (Interrupts interrupts = new Interrupts()) {
      assertThrows(SparkException.class, () -> interrupts.stoppable(InterruptsTest::cancelled));
      assertEquals(7, interrupts.stoppable(() -> 7));
    }
  }
}
