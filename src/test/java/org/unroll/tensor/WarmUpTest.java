package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Compiling kernels before they are needed. */
class WarmUpTest {
  @Test
  void happensOncePerProcessWhateverTheThread() throws Exception {
    Kernels kernels = KernelsUnderTest.open("vector");
    WarmUp[] other = new WarmUp[1];
    Thread thread = new Thread(() -> other[0] = Kernels.named("vector").create().warmUp());
    thread.start();
    WarmUp outcome = kernels.warmUp();
    thread.join();
    assertEquals(outcome, other[0]);
    assertTrue(outcome.kernels() > 20);
  }

  @Test
  void saysWhatItFound() {
    assertEquals("no warm-up needed", new EjmlKernels().warmUp().toString());
    assertEquals(
        "12 kernels compiled in 0.50 s; none allocates", new WarmUp(12, .5, List.of()).toString());
    assertEquals(
        "12 kernels compiled in 0.50 s; slow, they allocate: tile 8×2, exp",
        new WarmUp(12, .5, List.of("tile 8×2", "exp")).toString());
  }
}
