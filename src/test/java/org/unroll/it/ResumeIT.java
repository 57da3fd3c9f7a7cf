package org.unroll.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is killed or interrupted and resumed ends in the bits of one left alone. */
@Timeout(1800)
class ResumeIT {
  private static final long SEED = 20260101;
  private static final int EVERY_ROUNDS = 2;
  private static final Duration TO_STOP = Duration.ofSeconds(10);
  private static final Pattern RESUMED = Pattern.compile("resuming after round (\\d+) ");
  private static final Pattern INTERRUPTED = Pattern.compile("interrupted after round (\\d+);");

  @TempDir static Path folder;

  private static Launcher launcher;
  private static Path job;
  private static String expected;
  private static List<Map<String, Object>> expectedMetrics;

  @BeforeAll
  static void trainUndisturbed() throws Exception {
    launcher = Launcher.quick(folder);
    job = SmallJob.write(folder);
    Path output = folder.resolve("undisturbed");
    try (Run run = train(output, EVERY_ROUNDS)) {
      run.expect(0);
    }
    expected = SmallJob.sha256(output);
    expectedMetrics = SmallJob.expectRounds(output);
  }

  /** Every run is started with {@code --resume}, the first one too: then it begins afresh. */
  private static Run train(Path output, int everyRounds) throws IOException {
    return train(output, everyRounds, "auto");
  }

  private static Run train(Path output, int everyRounds, String engine) throws IOException {
    return launcher.local(
        "train",
        job.toString(),
        "--resume",
        "--set",
        "output.dir=" + output,
        "--set",
        "checkpoint.every-rounds=" + everyRounds,
        "--set",
        "sync.engine=" + engine);
  }

  private static void expectSameResult(Path output) {
    assertEquals(expected, SmallJob.sha256(output));
    assertEquals(expectedMetrics, SmallJob.expectRounds(output));
  }

  private static long number(Pattern pattern, Run run) {
    Matcher matcher = pattern.matcher(run.log());
    assertTrue(matcher.find(), run::log);
    return Long.parseLong(matcher.group(1));
  }

  @Test
  void threeKillsAreResumed() throws Exception {
    killAndResume(3);
  }

  @Test
  @Tag("soak")
  void twentyKillsAreResumed() throws Exception {
    killAndResume(20);
  }

  /** Kills runs at moments drawn from a seed, prints a table row of each, resumes it to its end. */
  private static void killAndResume(int kills) throws Exception {
    Random random = new Random(SEED);
    System.out.println(
        "| kill | engine | drawn: round, ms | killed after | resumed after | same SHA-256 |");
    System.out.println("|---|---|---|---|---|---|");
    for (int kill = 1; kill <= kills; kill++) {
      Path output = folder.resolve(kills + "-kills-" + kill);
      // Not among the last: the run must not end by itself before it is killed.
      int round = EVERY_ROUNDS + 1 + random.nextInt(SmallJob.ROUNDS * 4 / 5);
      int milliseconds = random.nextInt(50);
      String engine = kill % 2 == 1 ? "spark" : "driver";
      try (Run run = train(output, EVERY_ROUNDS, engine)) {
        run.until("round " + round, () -> SmallJob.round(output) >= round);
        Thread.sleep(milliseconds);
        run.signal("KILL");
        assertNotEquals(0, run.await());
      }
      assertTrue(SmallJob.hasCheckpoint(output));
      long killed = SmallJob.round(output);
      try (Run run = train(output, EVERY_ROUNDS, engine)) {
        run.expect(0);
        long resumed = number(RESUMED, run);
        assertTrue(resumed > 0 && resumed <= killed + 1, run::log);
        System.out.printf(
            "| %d | %s | %d, %d | %d | %d | %s |%n",
            kill,
            engine,
            round,
            milliseconds,
            killed,
            resumed,
            expected.equals(SmallJob.sha256(output)) ? "yes" : "no");
      }
      expectSameResult(output);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void aSignalSavesAndReturns130(String signal) throws Exception {
    assumeNotIgnored(signal);
    Path output = folder.resolve("signal-" + signal);
    int round = SmallJob.ROUNDS / 3;
    long saved;
    // No checkpoint is due by itself: what is resumed from was saved because of the signal.
    try (Run run = train(output, 1000)) {
      run.until("round " + round, () -> SmallJob.round(output) >= round);
      long begin = System.nanoTime();
      run.signal(signal).expect(130);
      assertTrue(System.nanoTime() - begin < TO_STOP.toNanos(), run::log);
      saved = number(INTERRUPTED, run);
      assertTrue(saved >= round, run::log);
    }
    try (Run run = train(output, 1000)) {
      run.expect(0);
      assertEquals(saved, number(RESUMED, run));
    }
    expectSameResult(output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark", "driver"})
  void aSignalInTheMiddleOfALongRoundIsNotKeptWaiting(String engine) throws Exception {
    Path own = Files.createDirectories(folder.resolve("long-rounds-" + engine));
    Path slow = SmallJob.write(own, 96, 4000, 900, 1000);
    Path output = own.resolve("output");
    String[] arguments = {
      "train",
      slow.toString(),
      "--set",
      "output.dir=" + output,
      "--set",
      "training.batch-size=4000",
      "--set",
      "sync.engine=" + engine,
    };
    try (Run run = launcher.submit("1g", List.of("--master", "local[2]"), arguments)) {
      run.untilSaid("to beat:");
      Thread.sleep(500);
      long begin = System.nanoTime();
      run.signal("TERM").expect(130);
      assertTrue(System.nanoTime() - begin < TO_STOP.toNanos(), run::log);
      assertEquals(0, number(INTERRUPTED, run));
    }
    assertTrue(SmallJob.hasCheckpoint(output));
  }

  @Test
  void aSignalWhileSparkLooksForItsMasterEndsTheProcess() throws Exception {
    List<String> nobody = List.of("--master", "spark://127.0.0.1:9");
    String target = "output.dir=" + folder.resolve("no-master");
    try (Run run = launcher.submit("512m", nobody, "train", job.toString(), "--set", target)) {
      run.untilSaid("Failed to connect to master");
      long begin = System.nanoTime();
      run.signal("TERM").expect(130);
      assertTrue(System.nanoTime() - begin < TO_STOP.toNanos(), run::log);
    }
  }

  @Test
  void withoutACheckpointItStartsAfresh() throws Exception {
    Path output = folder.resolve("no-checkpoint");
    try (Run run = train(output, 1000)) {
      run.until("round 5", () -> SmallJob.round(output) >= 5);
      run.signal("KILL");
      run.await();
    }
    assertFalse(SmallJob.hasCheckpoint(output));
    try (Run run = train(output, 1000)) {
      run.expect(0);
      assertFalse(run.log().contains("resuming after"), run::log);
    }
    expectSameResult(output);
  }

  @Test
  void aFinishedRunSaysSo() throws Exception {
    try (Run run = train(folder.resolve("undisturbed"), EVERY_ROUNDS)) {
      run.expect(0);
      assertTrue(run.log().contains("this run is finished"), run::log);
    }
    expectSameResult(folder.resolve("undisturbed"));
  }

  @Test
  void anOutputDirectoryHasOneWriterWhoseLockDiesWithIt() throws Exception {
    Path output = folder.resolve("contended");
    try (Run first = train(output, EVERY_ROUNDS)) {
      first.until("a checkpoint", () -> SmallJob.hasCheckpoint(output));
      // It stays alive without going on, however slow the second is.
      first.signal("STOP");
      try (Run second = train(output, EVERY_ROUNDS)) {
        second.expect(1);
        String owner = "pid " + first.process().pid() + " of user ";
        assertTrue(second.log().contains(owner), second::log);
      }
      first.signal("KILL");
      first.await();
    }
    assertTrue(Files.exists(output.resolve("lock")), "the killed run left its lock");
    try (Run third = train(output, EVERY_ROUNDS)) {
      third.expect(0);
    }
    expectSameResult(output);
  }

  /** A script's background process ignores SIGINT, one under nohup SIGHUP; so do its children. */
  private static void assumeNotIgnored(String signal) throws IOException {
    Path status = Path.of("/proc/self/status");
    int bit = signal.equals("INT") ? 2 : signal.equals("HUP") ? 1 : 0;
    if (bit == 0 || !Files.exists(status)) {
      return;
    }
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElse("SigIgn: 0");
    long mask = Long.parseUnsignedLong(ignored.substring(ignored.indexOf(':') + 1).strip(), 16);
    Assumptions.assumeTrue((mask & bit) == 0, signal + " is ignored by whoever started the tests");
  }
}
