package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Makes it visible when the tests of the network had to do without some kernels. */
class KernelAvailabilityTest {
  static List<String> names() {
    return TestKernels.NAMES;
  }

  @ParameterizedTest
  @MethodSource("names")
  void kernelsCanBeUsedHere(String name) {
    try {
      assertEquals(name, KernelChoice.named(name).create().name());
    } catch (IllegalStateException unusable) {
      abort(unusable.getMessage());
    }
  }
}
