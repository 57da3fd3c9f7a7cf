package org.unroll.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spark's own cluster on this machine: a master and two workers of one core each, as processes. */
final class StandaloneCluster implements AutoCloseable {
  private static final Pattern URL = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final int WORKERS = 2;

  private final List<Run> processes = new ArrayList<>();
  private final Path folder;
  private final String url;

  /** Starts it; when this returns, both workers are registered. */
  StandaloneCluster(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    try {
      Launcher launcher = Launcher.daemons(folder, configuration(folder));
      Run master = daemon(launcher, "master.Master", "--port", "0");
      Matcher[] started = new Matcher[1];
      master.until(
          "the master's address",
          () -> {
            started[0] = URL.matcher(master.log());
            return started[0].find();
          });
      url = started[0].group(1);
      for (int w = 0; w < WORKERS; w++) {
        Path work = folder.resolve("work-" + w);
        daemon(
            launcher,
            "worker.Worker",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            work.toString(),
            url);
      }
      for (Run worker : workers()) {
        worker.untilSaid("Successfully registered with master");
      }
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** The daemons tell at level INFO what we wait for. */
  private static Path configuration(Path folder) throws IOException {
    Path configuration = Files.createDirectories(folder.resolve("daemon-conf"));
    String logging = Files.readString(Launcher.PROJECT.resolve("conf/log4j2.properties"));
    Files.writeString(
        configuration.resolve("log4j2.properties"),
        logging + "\nlogger.deploy.name = org.apache.spark.deploy\nlogger.deploy.level = info\n");
    // It would listen on a fixed port.
    Files.writeString(
        configuration.resolve("spark-defaults.conf"), "spark.master.rest.enabled false\n");
    return configuration;
  }

  private Run daemon(Launcher launcher, String name, String... arguments) throws IOException {
    List<String> command = launcher.java("256m");
    command.add("org.apache.spark.deploy." + name);
    command.addAll(List.of("--host", "127.0.0.1", "--webui-port", "0"));
    command.addAll(List.of(arguments));
    Run run = launcher.start(name.substring(0, name.indexOf('.')), command);
    processes.add(run);
    return run;
  }

  String url() {
    return url;
  }

  Run master() {
    return processes.get(0);
  }

  private List<Run> workers() {
    return processes.subList(1, processes.size());
  }

  /** Processes that compute for applications. */
  List<ProcessHandle> executors() {
    return workers().stream()
        .flatMap(worker -> worker.process().children())
        .filter(child -> commandLine(child).contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      // ProcessHandle shows no more than a page of it.
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    } catch (IOException e) {
      return process.info().commandLine().orElse("");
    }
  }

  /** What drivers in cluster mode said, of the driver with this id. */
  Optional<Path> driver(String id) {
    for (int w = 0; w < WORKERS; w++) {
      Path driver = folder.resolve("work-" + w).resolve(id);
      if (Files.isDirectory(driver)) {
        return Optional.of(driver);
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    // Workers first: they end what they started; whatever is left then is ended by us.
    for (int p = processes.size() - 1; p >= 0; p--) {
      processes.get(p).close();
    }
  }
}
