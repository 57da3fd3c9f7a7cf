package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.store.Directory;
import org.unroll.store.Json;
import org.unroll.store.OutputDirectory;
import org.unroll.store.StoreException;

/** What {@code run.json} says after one process and the next. */
class RunFileTest {
  @TempDir Path folder;

  private Directory directory() {
    return Directory.at(folder.resolve("run"));
  }

  private void process(Consumer<RunFile> work) {
    try (OutputDirectory output =
        OutputDirectory.open(directory(), OutputDirectory.Existing.RESUME)) {
      work.accept(new RunFile(output));
    }
  }

  private Map<String, Object> json() {
    return Json.readObject(directory(), "run.json");
  }

  @SuppressWarnings("unchecked")
  private List<Map<String, Object>> attempts() {
    return (List<Map<String, Object>>) json().get("attempts");
  }

  private List<Object> outcomes() {
    return attempts().stream().map(each -> each.get("outcome")).toList();
  }

  private static void train(RunFile run, long from, String outcome) {
    run.open();
    run.put("parameters", 7L);
    run.from(from);
    run.begin();
    if (outcome != null) {
      run.end(outcome);
    }
  }

  @Test
  void everyAttemptIsThereWithWhatBecameOfIt() {
    process(run -> train(run, 0, null));
    assertEquals("running", json().get("outcome"));
    process(run -> train(run, 3, RunFile.INTERRUPTED));
    process(
        run -> {
          train(run, 5, null);
          run.fail(new IllegalStateException("diverged"));
        });
    assertEquals("failed", json().get("outcome"));
    assertEquals("diverged", json().get("error"));
    process(run -> train(run, 5, RunFile.FINISHED));
    assertEquals("finished", json().get("outcome"));
    assertNull(json().get("error"));
    assertEquals(List.of("killed", "interrupted", "failed", "finished"), outcomes());
    assertEquals(
        List.of(0L, 3L, 5L, 5L), attempts().stream().map(each -> each.get("from-round")).toList());
    for (Map<String, Object> attempt : attempts()) {
      assertTrue(attempt.get("started") instanceof String, attempt.toString());
      assertTrue(attempt.get("host") instanceof String, attempt.toString());
      assertEquals(ProcessHandle.current().pid(), attempt.get("pid"));
      assertEquals(!"killed".equals(attempt.get("outcome")), attempt.containsKey("ended"));
    }
    // The run's own start is that of its first attempt.
    assertEquals(attempts().get(0).get("started"), json().get("started"));
  }

  /** It says what became of it, and is no obstacle to whoever mends a path and calls again. */
  @Test
  void aRunThatDidNotBeginIsNone() {
    process(
        run -> {
          run.open();
          run.put("parameters", 7L);
          run.fail(new IllegalStateException("no data"));
        });
    assertEquals("failed", json().get("outcome"));
    assertEquals("no data", json().get("error"));
    assertFalse(json().containsKey("parameters"));
    assertFalse(json().containsKey("started"));
    try (OutputDirectory output =
        OutputDirectory.open(directory(), OutputDirectory.Existing.RESUME)) {
      assertFalse(output.resumed());
      RunFile run = new RunFile(output);
      train(run, 0, null);
      assertTrue(json().containsKey("started"));
    }
    assertEquals(List.of("failed", "running"), outcomes());
    assertFalse(json().containsKey("error"));
    assertThrows(
        StoreException.class,
        () -> OutputDirectory.open(directory(), OutputDirectory.Existing.REFUSE));
  }

  @Test
  void whoeverDoesNotResumeBeginsWithAnEmptyRecord() {
    process(RunFile::open);
    try (OutputDirectory output =
        OutputDirectory.open(directory(), OutputDirectory.Existing.REFUSE)) {
      train(new RunFile(output), 0, RunFile.FINISHED);
    }
    assertEquals(List.of("finished"), outcomes());
  }

  /** While data are read, and when that is interrupted or fails. */
  @Test
  void anAttemptThatCameToNothingIsRecordedAsWell() {
    process(run -> train(run, 0, null));
    process(
        run -> {
          run.open();
          assertEquals("running", json().get("outcome"));
          run.end(RunFile.INTERRUPTED);
        });
    assertEquals("interrupted", json().get("outcome"));
    process(
        run -> {
          run.open();
          run.fail(new IllegalStateException("no data"));
        });
    assertEquals("failed", json().get("outcome"));
    assertEquals(List.of("killed", "interrupted", "failed"), outcomes());
  }

  /** More epochs were asked for, and it failed before the first of them. */
  @Test
  void aFinishedRunStaysFinishedUntilItTrains() {
    process(
        run -> {
          train(run, 0, null);
          run.put("best-epoch", 2L);
          run.end(RunFile.FINISHED);
        });
    process(
        run -> {
          run.open();
          run.put("fingerprint", "of more epochs");
          run.fail(new IllegalStateException("no data"));
        });
    assertEquals("finished", json().get("outcome"));
    assertEquals(2L, json().get("best-epoch"));
    assertFalse(json().containsKey("fingerprint"));
    assertFalse(json().containsKey("error"));
    assertEquals(List.of("finished", "failed"), outcomes());
    process(run -> train(run, 9, null));
    assertEquals("running", json().get("outcome"));
    assertFalse(json().containsKey("best-epoch"));
  }

  @Test
  void aRunOfAnOlderReleaseHasOneAttempt() {
    try (OutputDirectory output =
        OutputDirectory.open(directory(), OutputDirectory.Existing.RESUME)) {
      output.writeRun(Map.of("started", "2025-01-01T00:00:00Z", "outcome", "running"));
    }
    process(run -> train(run, 3, RunFile.FINISHED));
    assertEquals(List.of("killed", "finished"), outcomes());
    assertEquals("2025-01-01T00:00:00Z", attempts().get(0).get("started"));
    assertEquals("2025-01-01T00:00:00Z", json().get("started"));
  }

  /** The process is ended in the midst of its last words, or after it has ended by itself. */
  @Test
  void whatEndedEndsOnlyOnce() {
    process(
        run -> {
          train(run, 0, RunFile.FINISHED);
          run.end(RunFile.INTERRUPTED);
        });
    assertEquals("finished", json().get("outcome"));
    assertEquals(List.of("finished"), outcomes());
  }
}
