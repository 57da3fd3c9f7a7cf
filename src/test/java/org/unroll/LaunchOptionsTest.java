package org.unroll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.unroll.cli.Launch;

/** Keeps {@code conf/java-options} equal to what the Spark on the classpath asks of Java. */
class LaunchOptionsTest {

  @Test
  void javaOptionsAreThoseOfSpark() throws IOException {
    Path options = Path.of(System.getProperty("unroll.basedir", "."), "conf", "java-options");
    List<String> ours =
        Files.readAllLines(options).stream().filter(line -> !line.startsWith("#")).toList();
    assertEquals(List.of(JavaModuleOptions.defaultModuleOptionArray()), ours);
  }

  /** A class that listens to signals before Spark takes its second to start. */
  @Test
  void theScriptStartsTheClassThatListensAtOnce() throws IOException {
    Path script = Path.of(System.getProperty("unroll.basedir", "."), "run-local.sh");
    assertTrue(Files.readString(script).contains(" " + Launch.class.getName() + " "));
  }
}
