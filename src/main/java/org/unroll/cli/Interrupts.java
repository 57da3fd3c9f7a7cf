package org.unroll.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGINT and SIGTERM as a wish to stop: training ends after the round, or, if that takes too long,
 * in the middle of it; the state of the last committed round is saved either way. The process ends
 * within ten seconds, unless saving alone takes longer. A second signal ends it at once.
 */
final class Interrupts implements AutoCloseable {
  /** How long a round may go on. */
  private static final long PATIENCE_MILLIS = 4000;

  /** When the process ends whatever it does, except saving. */
  private static final long LIMIT_MILLIS = 9000;

  private static final long LOOK_MILLIS = 50;

  /** Thrown in place of the failure of work that was cancelled. */
  static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private StoppedException(RuntimeException cause) {
      super("stopped", cause);
    }
  }

  private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
  private final AtomicBoolean requested = new AtomicBoolean();
  private volatile Runnable cancel = Interrupts::halt;
  private volatile boolean saving;
  private volatile boolean closed;

  /** Begins to listen. */
  static Interrupts listen() {
    Interrupts interrupts = new Interrupts();
    for (String name : new String[] {"INT", "TERM"}) {
      Signal signal = new Signal(name);
      try {
        interrupts.before.put(signal, Signal.handle(signal, s -> interrupts.request()));
      } catch (IllegalArgumentException e) {
        // The JVM was told to leave this signal alone (-Xrs); then it ends the process.
        continue;
      }
    }
    return interrupts;
  }

  private static void halt() {
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
  }

  /** Asks for the end of training, as a signal does. */
  void request() {
    if (requested.getAndSet(true)) {
      halt();
    }
    Thread impatience = new Thread(this::watch, "unroll-interrupt");
    impatience.setDaemon(true);
    impatience.start();
  }

  private void watch() {
    try {
      Thread.sleep(PATIENCE_MILLIS);
      cancel.run();
      Thread.sleep(LIMIT_MILLIS - PATIENCE_MILLIS);
      while (saving && !closed) {
        Thread.sleep(LOOK_MILLIS);
      }
      if (!closed) {
        halt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What ends work that takes too long; at first, when there is nothing to lose, the process. */
  void onImpatience(Runnable cancel) {
    this.cancel = cancel;
  }

  /** Whether the user wants to stop. */
  boolean requested() {
    return requested.get();
  }

  /**
   * Does work that the user may stop.
   *
   * @throws StoppedException if it failed and the user wants to stop: it was cancelled
   */
  <T> T stoppable(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      throw requested() ? new StoppedException(e) : e;
    }
  }

  /** Saves what would be lost; the process waits for it, however long it takes. */
  void save(Runnable work) {
    saving = true;
    try {
      work.run();
    } finally {
      saving = false;
    }
  }

  /** Nothing is left to cancel; signals mean again what they meant before. */
  @Override
  public void close() {
    closed = true;
    cancel = () -> {};
    before.forEach(Signal::handle);
  }
}
