package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same bits whatever the width of vectors, the instructions and the JDK; in forked processes.
 */
class VectorBitsTest {
  private static final Path HERE = Path.of(System.getProperty("java.home"));

  private static String[] reference;

  @ParameterizedTest
  @ValueSource(strings = {"-XX:MaxVectorSize=16", "-XX:MaxVectorSize=32", "-XX:UseAVX=2"})
  void theSameBitsWithOtherVectors(String option) throws Exception {
    assumeTrue(KernelsUnderTest.open("vector") != null);
    String[] reference = reference();
    String[] other = bits(HERE, option);
    assertEquals(reference[1], other[1]);
    if (option.contains("MaxVectorSize")) {
      int bytes = Integer.parseInt(option.substring(option.indexOf('=') + 1));
      assertTrue(Integer.parseInt(other[0]) <= 8 * bytes, other[0] + " bits wide");
    }
  }

  @Test
  void theSameBitsOnOtherJdks() throws Exception {
    assumeTrue(KernelsUnderTest.open("vector") != null);
    List<Path> others = otherJdks();
    assumeTrue(!others.isEmpty(), "no other JDK beside " + HERE);
    String[] reference = reference();
    for (Path jdk : others) {
      assertEquals(reference[1], bits(jdk)[1], jdk.toString());
    }
  }

  /** JDKs of another version, 17 or later, beside the one that runs. */
  private static List<Path> otherJdks() throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> siblings = Files.list(HERE.toRealPath().getParent())) {
      for (Path jdk : siblings.sorted().toList()) {
        if (Files.isExecutable(jdk.resolve("bin/java")) && feature(jdk) > 17) {
          found.add(jdk);
        }
      }
    }
    found.removeIf(jdk -> feature(jdk) == Runtime.version().feature());
    return found;
  }

  private static int feature(Path jdk) {
    try {
      return Files.readAllLines(jdk.resolve("release"), StandardCharsets.UTF_8).stream()
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> line.replaceAll("[^0-9.]", ""))
          .mapToInt(version -> Integer.parseInt(version.split("\\.")[0]))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Of this machine as it is. */
  private static synchronized String[] reference() throws Exception {
    if (reference == null) {
      reference = bits(HERE);
    }
    return reference;
  }

  private static String[] bits(Path jdk, String... options) throws Exception {
    return Forked.run(jdk, KernelBits.class, options).strip().split(" ");
  }
}
