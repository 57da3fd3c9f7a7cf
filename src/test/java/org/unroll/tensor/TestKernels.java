package org.unroll.tensor;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;

/** The kernels that every test of the network and its layers runs over. */
public final class TestKernels {
  /** A new implementation in here is a new column of every such test. */
  private static final List<Supplier<Kernels>> ALL = List.of(EjmlKernels::new);

  private TestKernels() {}

  /** New instances of all implementations. */
  public static List<Kernels> all() {
    return ALL.stream().map(Supplier::get).toList();
  }

  /** As {@link #all}, with the names that a test report shows. */
  public static List<Named<Kernels>> named() {
    return all().stream().map(kernels -> Named.of(kernels.name(), kernels)).toList();
  }
}
