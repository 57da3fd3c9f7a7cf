package org.unroll.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A process and what it says, standard output and standard error together. Closing it kills it. */
final class Run implements AutoCloseable {
  /** How long anything may take; generous, because a loaded machine is slow and not broken. */
  static final Duration LIMIT = Duration.ofSeconds(240);

  private static final long LOOK_MILLIS = 5;

  private final Process process;
  private final Path log;

  Run(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  Process process() {
    return process;
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Waits until it ends; its exit code. */
  int await() throws InterruptedException {
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      fail("still running after " + LIMIT + ":\n" + log());
    }
    return process.exitValue();
  }

  /** Waits until it ends, with this code. */
  Run expect(int code) throws InterruptedException {
    int actual = await();
    assertEquals(code, actual, this::log);
    return this;
  }

  /** Waits for something that happens while it runs. */
  Run until(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (!process.isAlive() && !condition.getAsBoolean()) {
        fail("ended with " + process.exitValue() + " before " + what + ":\n" + log());
      }
      if (System.nanoTime() > end) {
        fail("no " + what + " after " + LIMIT + ":\n" + log());
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return this;
  }

  /** Waits until it has said something. */
  Run untilSaid(String text) throws InterruptedException {
    return until("saying \"" + text + "\"", () -> log().contains(text));
  }

  /** Sends a signal by its name, as KILL. */
  Run signal(String name) throws IOException, InterruptedException {
    signal(name, process.pid());
    return this;
  }

  static void signal(String name, long pid) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
    assertEquals(0, code, "kill -" + name + " " + pid);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
