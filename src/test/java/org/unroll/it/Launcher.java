package org.unroll.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts processes as {@code run-local.sh} and the scripts of Spark do, in a folder of their own.
 */
final class Launcher {
  static final Path PROJECT = Path.of(System.getProperty("unroll.basedir"));
  static final Path SPARK_HOME = Path.of(System.getProperty("unroll.spark.home"));
  static final Path JAR = Path.of(System.getProperty("unroll.jar"));

  private static final String SUBMIT = "org.apache.spark.deploy.SparkSubmit";

  /** Starts sooner; with the portable kernels, which need no time to be compiled. */
  static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-Dunroll.kernels=ejml");

  private final Path folder;
  private final Path configuration;
  private final List<String> javaOptions;
  private int count;

  private Launcher(Path folder, Path configuration, List<String> javaOptions) {
    this.folder = folder;
    this.configuration = configuration;
    this.javaOptions = javaOptions;
  }

  /** Processes as users have them. */
  static Launcher usual(Path folder) {
    return new Launcher(folder, PROJECT.resolve("conf"), List.of());
  }

  /** Processes for tests in which speed of computing does not matter. */
  static Launcher quick(Path folder) {
    return new Launcher(folder, PROJECT.resolve("conf"), QUICK);
  }

  /** Daemons, with a configuration of their own. */
  static Launcher daemons(Path folder, Path configuration) {
    return new Launcher(folder, configuration, QUICK.subList(0, 1));
  }

  Path folder() {
    return folder;
  }

  /** {@code spark-submit --master local[2] unroll.jar arguments}. */
  Run local(String... arguments) throws IOException {
    return submit("512m", List.of("--master", "local[2]"), arguments);
  }

  /**
   * {@code spark-submit options unroll.jar arguments}.
   *
   * @param heap of the JVM, as 512m
   */
  Run submit(String heap, List<String> options, String... arguments) throws IOException {
    List<String> command = java(heap);
    command.add(SUBMIT);
    command.addAll(options);
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    command.addAll(List.of("--class", "org.unroll.cli.Main", JAR.toString()));
    command.addAll(List.of(arguments));
    return start("submit", command);
  }

  /** A JVM with Spark on its class path; the main class is to be added. */
  List<String> java(String heap) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + PROJECT.resolve("conf/java-options"));
    command.addAll(List.of("-Xmx" + heap, "-XX:+UseParallelGC"));
    command.addAll(javaOptions);
    command.add("-cp");
    command.add(configuration + File.pathSeparator + SPARK_HOME.resolve("jars") + "/*");
    return command;
  }

  /** Starts a command; what it says goes to a file. */
  Run start(String name, List<String> command) throws IOException {
    Path log = folder.resolve(name + "-" + ++count + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME",
                SPARK_HOME.toString(),
                "SPARK_CONF_DIR",
                configuration.toString(),
                "SPARK_SCALA_VERSION",
                "2.13",
                "SPARK_LOCAL_IP",
                "127.0.0.1"));
    return new Run(builder.start(), log);
  }
}
