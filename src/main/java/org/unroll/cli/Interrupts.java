package org.unroll.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.unroll.spark.SparkErrors;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGINT, SIGTERM and SIGHUP as a wish to stop, whatever the process is doing. Each stage of a
 * command says how it is ended: at first, where there is nothing to lose, the process just exits;
 * training ends after the round or, if that takes too long, in the middle of it, and the state of
 * the last committed round is saved. The process ends within ten seconds, unless saving alone takes
 * longer. A second signal ends it at once.
 */
final class Interrupts implements AutoCloseable {
  private static final String[] SIGNALS = {"INT", "TERM", "HUP"};

  /** How long a round may go on. */
  private static final long PATIENCE_MILLIS = 4000;

  /** When the process ends whatever it does, except saving. */
  private static final long LIMIT_MILLIS = 9000;

  private static final long LAST_WORDS_MILLIS = 500;

  private static final long LOOK_MILLIS = 50;

  /** Thrown where work ends because the user wants to stop. */
  static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private StoppedException(Throwable cause) {
      super("stopped", cause);
    }
  }

  /**
   * What is being done.
   *
   * @param cancel ends it; may be called more than once
   * @param patienceMillis how long it may go on by itself
   */
  private record Stage(Runnable cancel, long patienceMillis) {}

  private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
  private final AtomicBoolean requested = new AtomicBoolean();
  private final AtomicBoolean leaving = new AtomicBoolean();
  private volatile Stage stage = new Stage(this::leave, 0);
  private volatile Runnable silence = () -> {};
  private volatile Runnable lastWords = () -> {};
  private volatile boolean saving;
  private volatile boolean closed;

  /** Begins to listen. */
  static Interrupts listen() {
    Interrupts interrupts = new Interrupts();
    for (String name : SIGNALS) {
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

  /** Asks for the end, as a signal does. */
  void request() {
    if (requested.getAndSet(true)) {
      halt();
    }
    Thread watch = new Thread(this::watch, "unroll-interrupt");
    watch.setDaemon(true);
    watch.start();
  }

  private void watch() {
    long begin = System.nanoTime();
    runQuietly(silence);
    try {
      while (!closed) {
        long millis = (System.nanoTime() - begin) / 1_000_000;
        Stage now = stage;
        if (millis >= now.patienceMillis()) {
          // Again and again: what is cancelled once may begin something else.
          runQuietly(now.cancel());
        }
        if (millis >= LIMIT_MILLIS && !saving) {
          Thread words = new Thread(() -> runQuietly(lastWords), "unroll-last-words");
          words.setDaemon(true);
          words.start();
          words.join(LAST_WORDS_MILLIS);
          halt();
        }
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void runQuietly(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      // Whatever it was, the process ends.
      return;
    }
  }

  /** Ends the process in good order: Spark stops and removes its files. */
  private void leave() {
    if (!leaving.getAndSet(true)) {
      System.err.println("unroll: interrupted");
      Thread exit = new Thread(() -> System.exit(ExitCode.INTERRUPTED), "unroll-exit");
      exit.setDaemon(true);
      exit.start();
    }
  }

  /** From now on nothing is lost if the process just exits. */
  void leaveOnRequest() {
    stage = new Stage(this::leave, 0);
  }

  /** As {@link #leaveOnRequest}, but what is being done may take its time. */
  void leaveOnImpatience() {
    stage = new Stage(this::leave, PATIENCE_MILLIS);
  }

  /** What ends the work from now on, at once; its thread then finds that it was asked for. */
  void onRequest(Runnable cancel) {
    stage = new Stage(cancel, 0);
  }

  /** What ends work that takes too long. */
  void onImpatience(Runnable cancel) {
    stage = new Stage(cancel, PATIENCE_MILLIS);
  }

  /** What keeps the libraries from telling at length how they were stopped. */
  void silence(Runnable silence) {
    this.silence = silence;
  }

  /** What is still done where the process must end in the middle of its work. */
  void lastWords(Runnable words) {
    lastWords = words;
  }

  /** Whether the user wants to stop. */
  boolean requested() {
    return requested.get();
  }

  /** Whether the process is about to exit, and what fails now fails because of that. */
  boolean leaves() {
    return leaving.get();
  }

  /**
   * Goes on only if the user does not want to stop.
   *
   * @throws StoppedException if he does
   */
  void check() {
    if (requested()) {
      throw new StoppedException(null);
    }
  }

  /**
   * Does work that the user may stop.
   *
   * @throws StoppedException if the user wants to stop, unless the work failed for another reason
   */
  <T> T stoppable(Supplier<T> work) {
    T result;
    try {
      check();
      result = work.get();
    } catch (Exception e) {
      // Spark's own exceptions are checked only in Scala's eyes.
      if (requested() && SparkErrors.isCancelled(e)) {
        throw new StoppedException(e);
      }
      throw e;
    }
    return result;
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
    before.forEach(Signal::handle);
  }
}
