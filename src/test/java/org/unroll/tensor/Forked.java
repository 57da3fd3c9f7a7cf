package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.Matrix;

/** Runs a main class of the tests in a virtual machine of its own. */
public final class Forked {
  private static final Path HERE = Path.of(System.getProperty("java.home"));

  private Forked() {}

  /** Standard output of a run as this one, with everything on the class path. */
  public static String run(Class<?> main, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of(options));
    return start(HERE, main, System.getProperty("java.class.path"), command);
  }

  /** Standard output of a run with the vector module. */
  static String run(Path jdk, Class<?> main, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add("--add-modules");
    command.add("jdk.incubator.vector");
    command.addAll(List.of(options));
    return start(jdk, main, command);
  }

  /** Standard output of a run with these options only. */
  static String start(Path jdk, Class<?> main, List<String> options) throws Exception {
    return start(jdk, main, classPath(), options);
  }

  private static String start(Path jdk, Class<?> main, String classPath, List<String> options)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(jdk.resolve("bin/java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(classPath);
    command.add(main.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", command) + "\n" + output);
    return output;
  }

  /** Of kernels alone. */
  private static String classPath() {
    return Stream.of(Kernels.class, KernelBits.class, FMatrixRMaj.class, Matrix.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(location -> Path.of(java.net.URI.create(location.toString())).toString())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }
}
