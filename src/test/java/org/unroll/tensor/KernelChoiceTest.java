package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which kernels are chosen, and what is said where that cannot be. */
class KernelChoiceTest {
  private static final Path HERE = Path.of(System.getProperty("java.home"));
  private static final String MODULE = "--add-modules=jdk.incubator.vector";

  /** Prints the choice, or the error. */
  static final class Choose {
    private Choose() {}

    public static void main(String[] args) {
      try {
        KernelChoice choice = Kernels.choose();
        System.out.println(choice.create().name() + ": " + choice.reason());
      } catch (IllegalStateException | IllegalArgumentException e) {
        System.out.println("error: " + e.getMessage());
      }
    }
  }

  /** Prints what an executor says whose driver chose the vector kernels. */
  static final class Named {
    private Named() {}

    public static void main(String[] args) {
      try {
        System.out.println(Kernels.named("vector").create().name());
      } catch (IllegalStateException e) {
        System.out.println("error: " + e.getMessage());
      }
    }
  }

  private static String choose(String... options) throws Exception {
    return Forked.start(HERE, Choose.class, List.of(options)).strip();
  }

  @Test
  void withoutTheModuleThePortableKernels() throws Exception {
    String choice = choose();
    assertTrue(choice.startsWith("ejml: the module jdk.incubator.vector is missing"), choice);
  }

  @Test
  void withoutTheOptimisingCompilerThePortableKernels() throws Exception {
    assertEquals(
        "ejml: the optimising compiler is switched off", choose(MODULE, "-XX:TieredStopAtLevel=1"));
  }

  @Test
  void aChoiceCanBeForced() throws Exception {
    assertEquals("ejml: forced by -Dunroll.kernels=ejml", choose(MODULE, "-Dunroll.kernels=ejml"));
    String missing = choose("-Dunroll.kernels=vector");
    assertTrue(
        missing.startsWith(
            "error: forced by -Dunroll.kernels=vector, but the module jdk.incubator.vector is"),
        missing);
    assertEquals(
        "error: -Dunroll.kernels must be ejml or vector, got fast",
        choose(MODULE, "-Dunroll.kernels=fast"));
  }

  @Test
  void anExecutorThatLacksTheDriversKernelsSaysSo() throws Exception {
    String answer = Forked.start(HERE, Named.class, List.of()).strip();
    assertTrue(
        answer.startsWith(
            "error: the driver chose the vector kernels, but on this executor the module"),
        answer);
  }

  @Test
  void withTheModuleTheVectorKernelsWhereTheyWork() throws Exception {
    KernelsUnderTest.open("vector");
    String choice = choose(MODULE);
    assertTrue(choice.startsWith("vector: vectors of "), choice);
  }

  @Test
  void unknownKernelsAreAnError() {
    assertEquals(
        "kernels must be ejml or vector, got fast",
        assertThrows(IllegalArgumentException.class, () -> Kernels.named("fast")).getMessage());
  }
}
