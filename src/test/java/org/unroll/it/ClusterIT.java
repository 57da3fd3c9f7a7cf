package org.unroll.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shaded jar on a real cluster: the same bits as locally, whatever becomes of an executor. */
@Timeout(900)
class ClusterIT {
  private static final Pattern LAUNCHED = Pattern.compile("Launching driver (driver-\\S+)");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

  @TempDir static Path folder;

  private static Launcher quick;
  private static StandaloneCluster cluster;
  private static Path job;
  private static String expected;

  @BeforeAll
  static void start() throws Exception {
    quick = Launcher.quick(folder);
    job = SmallJob.write(folder);
    expected = trainLocally(quick, folder.resolve("local"));
    cluster = new StandaloneCluster(Files.createDirectories(folder.resolve("cluster")));
  }

  private static String trainLocally(Launcher launcher, Path output) throws Exception {
    try (Run run = launcher.local("train", job.toString(), "--set", "output.dir=" + output)) {
      run.expect(0);
    }
    SmallJob.expectRounds(output);
    return SmallJob.sha256(output);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Run train(Launcher launcher, Path output, String... executorOptions)
      throws IOException {
    List<String> options = new ArrayList<>();
    options.addAll(List.of("--master", cluster.url(), "--deploy-mode", "client"));
    options.addAll(List.of("--executor-memory", "512m"));
    options.addAll(List.of(executorOptions));
    String target = "output.dir=" + output;
    return launcher.submit(
        "512m", options, "train", job.toString(), "--set", target, "--set", "sync.engine=spark");
  }

  /** With the kernels that users get: those on vectors, where the processor has them. */
  @Test
  void aClusterGivesTheSameBits() throws Exception {
    Launcher usual = Launcher.usual(Files.createDirectories(folder.resolve("usual")));
    String local = trainLocally(usual, folder.resolve("usual-local"));
    Path output = folder.resolve("undisturbed");
    try (Run run = train(usual, output)) {
      run.expect(0);
    }
    SmallJob.expectRounds(output);
    assertEquals(local, SmallJob.sha256(output));
  }

  @Test
  void anExecutorKilledInTheMiddleChangesNothing() throws Exception {
    Path output = folder.resolve("disturbed");
    String[] quickly = {
      "--conf", "spark.executor.extraJavaOptions=" + String.join(" ", Launcher.QUICK)
    };
    try (Run run = train(quick, output, quickly)) {
      int third = SmallJob.ROUNDS / 3;
      run.until("round " + third, () -> SmallJob.round(output) >= third);
      List<ProcessHandle> executors = cluster.executors();
      assertEquals(2, executors.size(), "executors");
      Run.signal("KILL", executors.get(0).pid());
      assertTrue(SmallJob.round(output) < SmallJob.ROUNDS, "killed in the middle");
      run.expect(0);
      assertTrue(run.log().contains("Lost executor"), run::log);
    }
    SmallJob.expectRounds(output);
    assertEquals(expected, SmallJob.sha256(output));
  }

  @Test
  void inClusterModeDriversReturnTheirCodes() throws Exception {
    Path output = folder.resolve("cluster-mode");
    String trained =
        submitDriver(
            "train", job.toString(), "--set", "output.dir=" + output, "--set", "sync.engine=spark");
    cluster.master().untilSaid("Removing driver: " + trained + " (FINISHED");
    assertEquals(expected, SmallJob.sha256(output));

    // The master only tells failure from success; what the driver's process returned is seen by
    // starting it once more as its worker did.
    String failed = submitDriver("train", folder.resolve("missing.conf").toString());
    cluster.master().untilSaid("Removing driver: " + failed + " (FAILED");
    List<String> command = launchCommand(failed);
    assertCode(2, command, "train", folder.resolve("missing.conf").toString());
    String sameOutput = "output.dir=" + output;
    assertCode(1, command, "train", job.toString(), "--set", sameOutput);
    assertCode(0, command, "train", job.toString(), "--set", sameOutput, "--resume");
    assertCode(3, command, BadRows.arguments(folder));
  }

  /** Submits in cluster mode; the id of the driver. */
  private static String submitDriver(String... arguments) throws Exception {
    int before = cluster.master().log().length();
    List<String> options =
        List.of(
            "--master",
            cluster.url(),
            "--deploy-mode",
            "cluster",
            "--driver-memory",
            "512m",
            "--executor-memory",
            "512m",
            "--driver-java-options",
            options());
    try (Run submit = quick.submit("256m", options, arguments)) {
      submit.expect(0);
    }
    Matcher launched = LAUNCHED.matcher(cluster.master().log().substring(before));
    assertTrue(launched.find(), () -> cluster.master().log());
    return launched.group(1);
  }

  /** Module options, which a driver in cluster mode does not get by itself. */
  private static String options() throws IOException {
    List<String> lines = Files.readAllLines(Launcher.PROJECT.resolve("conf/java-options"));
    List<String> options = new ArrayList<>(lines);
    options.removeIf(line -> line.startsWith("#"));
    options.addAll(Launcher.QUICK);
    return String.join(" ", options);
  }

  /** The command by which the worker started a driver, up to our own arguments. */
  private static List<String> launchCommand(String driver) throws IOException {
    String said = Files.readString(cluster.driver(driver).orElseThrow().resolve("stderr"));
    String line =
        said.lines().filter(each -> each.startsWith("Launch Command")).findFirst().orElseThrow();
    List<String> command = new ArrayList<>();
    Matcher word = QUOTED.matcher(line);
    while (word.find() && !word.group(1).equals("train")) {
      command.add(word.group(1));
    }
    return command;
  }

  private static void assertCode(int code, List<String> command, String... arguments)
      throws Exception {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    try (Run run = quick.start("driver", all)) {
      run.expect(code);
    }
  }
}
