package org.unroll.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.unroll.store.HostName;
import org.unroll.store.OutputDirectory;

/**
 * {@code run.json}: how a run was made, each attempt at it (its first start and every resume), and
 * how it ended. Methods may be called by several threads.
 */
final class RunFile {
  static final String OUTCOME = "outcome";
  private static final String ATTEMPTS = OutputDirectory.ATTEMPTS;
  static final String OWED = "owed";
  static final String FROM_ROUND = "from-round";

  static final String RUNNING = "running";
  static final String FINISHED = "finished";
  static final String INTERRUPTED = "interrupted";
  static final String FAILED = "failed";

  /** Of an attempt that ended without a word; only the next one can say so. */
  static final String KILLED = "killed";

  private static final String STARTED = OutputDirectory.STARTED;
  private static final String ENDED = "ended";
  private static final String ERROR = "error";
  private static final String FINISHED_AT = "finished";

  /** Keys that say how a run ended: no longer true once it goes on. */
  private static final Set<String> RESULT =
      Set.of(ERROR, FINISHED_AT, "stopped-early", "test", OWED);

  private final OutputDirectory output;
  private final Figures run = new Figures();

  /** Figures of this attempt, which are true only once it trains. */
  private final Figures staged = new Figures();

  private final List<Object> attempts = new ArrayList<>();
  private final Map<String, Object> attempt = new LinkedHashMap<>();
  private boolean begun;

  /** The file of a run as it is when this process comes to it; nothing is written yet. */
  RunFile(OutputDirectory output) {
    this.output = output;
    Map<String, Object> before = output.readRun();
    before.forEach(run::put);
    attempts.addAll(former(before));
    attempt.put(STARTED, Instant.now().toString());
    attempt.put("host", HostName.get());
    attempt.put("pid", ProcessHandle.current().pid());
    attempt.put(OUTCOME, RUNNING);
    attempts.add(attempt);
  }

  /** Attempts of other processes, none of which can still be running: this one has the lock. */
  private static List<Object> former(Map<String, Object> before) {
    List<Object> former = new ArrayList<>();
    if (before.get(ATTEMPTS) instanceof List<?> list) {
      former.addAll(list);
    } else if (before.containsKey(OUTCOME)) {
      // Written by a release that kept the last start only.
      Figures only = new Figures().put(STARTED, before.get(STARTED));
      former.add(only.put(OUTCOME, before.get(OUTCOME)).put(ENDED, before.get(FINISHED_AT)).map());
    }
    former.replaceAll(
        each -> {
          if (each instanceof Map<?, ?> map && RUNNING.equals(map.get(OUTCOME))) {
            Map<String, Object> killed = new LinkedHashMap<>();
            map.forEach((key, value) -> killed.put((String) key, value));
            killed.put(OUTCOME, KILLED);
            return killed;
          }
          return each;
        });
    return former;
  }

  /**
   * Adds a figure; see {@link Figures#put}. Before {@link #begin} or {@link #complete} it is not in
   * the file: what the file says of a finished run stays true if this attempt comes to nothing.
   */
  synchronized RunFile put(String name, Object value) {
    (begun ? run : staged).put(name, value);
    return this;
  }

  /** A figure; null if there is none. */
  synchronized Object get(String name) {
    return staged.map().getOrDefault(name, run.map().get(name));
  }

  /** What the file is to hold. */
  synchronized Map<String, Object> map() {
    Map<String, Object> map = new LinkedHashMap<>(run.map());
    map.put(ATTEMPTS, List.copyOf(attempts));
    return map;
  }

  synchronized void write() {
    output.writeRun(map());
  }

  /**
   * Takes note of an attempt. A finished run stays one until {@link #begin}; one that never gets
   * there is no run, so that whoever mends a path may call again.
   */
  synchronized void open() {
    run.map().remove(ERROR);
    settle(RUNNING);
    write();
  }

  /** Training begins. */
  synchronized void begin() {
    begun = true;
    run.map().keySet().removeAll(RESULT);
    run.map().keySet().removeIf(KeptModel::isKey);
    staged.map().forEach(run::put);
    staged.map().clear();
    run.map().putIfAbsent(STARTED, attempt.get(STARTED));
    run.put(OUTCOME, RUNNING);
    write();
  }

  /** Nothing is trained: figures are added to those of a finished run. */
  synchronized void complete() {
    begun = true;
  }

  /** What a finished run still has to do; nothing if empty. */
  synchronized void owes(List<String> owed) {
    run.map().remove(OWED);
    if (!owed.isEmpty()) {
      run.put(OWED, List.copyOf(owed));
    }
  }

  /** How many rounds were done when this attempt went on. */
  synchronized void from(long round) {
    attempt.put(FROM_ROUND, round);
  }

  /** This attempt ends; does nothing if it has ended already. */
  synchronized void end(String outcome) {
    if (!RUNNING.equals(attempt.get(OUTCOME))) {
      return;
    }
    attempt.put(OUTCOME, outcome);
    attempt.put(ENDED, Instant.now().toString());
    settle(outcome);
    write();
  }

  /** Whether training has ended, in this attempt or before. */
  synchronized boolean isFinished() {
    return FINISHED.equals(run.map().get(OUTCOME));
  }

  /** A finished run stays one, whatever becomes of later attempts that do not train. */
  private void settle(String outcome) {
    if (!isFinished()) {
      run.put(OUTCOME, outcome);
    }
  }

  /** This attempt ends by a failure. */
  synchronized void fail(Throwable error) {
    String message = String.valueOf(error.getMessage());
    attempt.put(ERROR, message);
    if (!isFinished()) {
      run.put(ERROR, message);
    }
    end(FAILED);
  }
}
