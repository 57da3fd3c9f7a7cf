package org.unroll.tensor;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Named;

/** The kernels that every test of the network and its layers runs over. */
public final class TestKernels {
  /** A name more in here is a column more in every such test. */
  static final List<String> NAMES = List.of(KernelChoice.VECTOR, KernelChoice.EJML);

  private TestKernels() {}

  /** New instances of all implementations that can be used here. */
  public static List<Kernels> all() {
    List<Kernels> kernels = new ArrayList<>();
    for (String name : NAMES) {
      try {
        kernels.add(KernelChoice.named(name).create());
      } catch (IllegalStateException e) {
        // Cannot be used here: KernelAvailabilityTest shows it in the report, with the reason.
        continue;
      }
    }
    return kernels;
  }

  /** As {@link #all}, with the names that a test report shows. */
  public static List<Named<Kernels>> named() {
    return all().stream().map(kernels -> Named.of(kernels.name(), kernels)).toList();
  }
}
