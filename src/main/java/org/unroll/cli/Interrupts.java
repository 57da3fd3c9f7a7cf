package org.unroll.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/**
 * SIGINT and SIGTERM as a wish to stop: training ends after the round, or, if that takes too long,
 * in the middle of it; the state of the last committed round is saved either way. A second signal
 * ends the process at once.
 */
final class Interrupts implements AutoCloseable {
  /** How long a round may go on, so that all is saved within ten seconds. */
  private static final long PATIENCE_MILLIS = 4000;

  private final AtomicBoolean requested = new AtomicBoolean();
  private volatile Runnable cancel = () -> {};

  /** Begins to listen. */
  static Interrupts listen() {
    Interrupts interrupts = new Interrupts();
    for (String name : new String[] {"INT", "TERM"}) {
      try {
        Signal.handle(new Signal(name), signal -> interrupts.request());
      } catch (IllegalArgumentException e) {
        // The JVM was told to leave this signal alone (-Xrs); then it ends the process.
        continue;
      }
    }
    return interrupts;
  }

  /** Asks for the end of training, as the first signal does. */
  void request() {
    if (requested.getAndSet(true)) {
      Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }
    Thread impatience =
        new Thread(
            () -> {
              try {
                Thread.sleep(PATIENCE_MILLIS);
                cancel.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "unroll-interrupt");
    impatience.setDaemon(true);
    impatience.start();
  }

  /** What ends a round that takes too long. */
  void onImpatience(Runnable cancel) {
    this.cancel = cancel;
  }

  /** Whether the user wants to stop. */
  boolean requested() {
    return requested.get();
  }

  /** Nothing is left to cancel. */
  @Override
  public void close() {
    cancel = () -> {};
  }
}
