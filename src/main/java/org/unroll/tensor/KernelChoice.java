package org.unroll.tensor;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which kernels a run computes with, and why. The driver chooses once; everything that takes part
 * uses the same, because their results differ in the last bits.
 *
 * @param name {@link #EJML} or {@link #VECTOR}
 * @param reason why these, for the log
 * @param supplier makes an instance; one for each thread
 */
public record KernelChoice(String name, String reason, Supplier<Kernels> supplier) {
  /** The portable kernels. */
  public static final String EJML = "ejml";

  /** Those on {@code jdk.incubator.vector}. */
  public static final String VECTOR = "vector";

  /** The system property that forces a choice. */
  public static final String PROPERTY = "unroll.kernels";

  private static final String MODULE = "jdk.incubator.vector";

  /** An instance for the calling thread. */
  public Kernels create() {
    return supplier.get();
  }

  /**
   * The vector kernels where they can be used, else the portable ones.
   *
   * @throws IllegalArgumentException if {@value #PROPERTY} names no kernels
   * @throws IllegalStateException if it forces kernels that cannot be used
   */
  static KernelChoice choose() {
    String forced = System.getProperty(PROPERTY);
    if (forced != null) {
      return forced(forced);
    }
    return obstacle()
        .map(obstacle -> ejml(obstacle))
        .orElseGet(() -> vector("vectors of " + width() + " bits"));
  }

  private static KernelChoice forced(String name) {
    String reason = "forced by -D" + PROPERTY + "=" + name;
    switch (name) {
      case EJML:
        return ejml(reason);
      case VECTOR:
        obstacle()
            .ifPresent(
                obstacle -> {
                  throw new IllegalStateException(reason + ", but " + obstacle);
                });
        return vector(reason + ", vectors of " + width() + " bits");
      default:
        throw new IllegalArgumentException(
            "-D" + PROPERTY + " must be " + EJML + " or " + VECTOR + ", got " + name);
    }
  }

  /**
   * The kernels of this name, in an executor whose driver chose them.
   *
   * @throws IllegalArgumentException if the name is unknown
   * @throws IllegalStateException if they cannot be used here
   */
  static KernelChoice named(String name) {
    String reason = "chosen by the driver";
    switch (name) {
      case EJML:
        return ejml(reason);
      case VECTOR:
        obstacle()
            .ifPresent(
                obstacle -> {
                  throw new IllegalStateException(
                      "the driver chose the vector kernels, but on this executor "
                          + obstacle
                          + "; give driver and executors the same JDK and options, or the driver -D"
                          + PROPERTY
                          + "="
                          + EJML);
                });
        return vector(reason);
      default:
        throw new IllegalArgumentException(
            "kernels must be " + EJML + " or " + VECTOR + ", got " + name);
    }
  }

  private static KernelChoice ejml(String reason) {
    return new KernelChoice(EJML, reason, EjmlKernels::new);
  }

  private static KernelChoice vector(String reason) {
    return new KernelChoice(VECTOR, reason, VectorKernels::new);
  }

  /** What stands against the vector kernels here; empty if nothing. */
  private static Optional<String> obstacle() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return Optional.of(
          "the module " + MODULE + " is missing (java --add-modules " + MODULE + ")");
    }
    if (is("UseFMA", "false")) {
      return Optional.of("the processor has no fused multiply-add");
    }
    if (is("TieredStopAtLevel", "0", "1", "2", "3") || is("UseCompiler", "false")) {
      return Optional.of("the optimising compiler is switched off");
    }
    try {
      return width() < 128
          ? Optional.of("vectors of " + width() + " bits are narrower than 128")
          : Optional.empty();
    } catch (LinkageError e) {
      return Optional.of("the module " + MODULE + " cannot be used: " + e);
    }
  }

  private static int width() {
    return Simd.LENGTH * Float.SIZE;
  }

  /** Whether an option of the virtual machine has one of these values; no if it does not exist. */
  private static boolean is(String option, String... values) {
    HotSpotDiagnosticMXBean options =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (options == null) {
      return false;
    }
    try {
      String value = options.getVMOption(option).getValue();
      return List.of(values).contains(value);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
