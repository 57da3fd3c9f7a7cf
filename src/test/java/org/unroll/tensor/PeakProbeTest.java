package org.unroll.tensor;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeakProbeTest {

  @Test
  void oneCoreComputesAndSoDoTwo() {
    for (int threads = 1; threads <= 2; threads++) {
      double peak = PeakProbe.gigaflops(threads, .05);
      assertTrue(peak > .1 && peak < 10_000 * threads, threads + " threads: " + peak);
    }
  }

  @Test
  void withoutTheVectorModuleScalarsAreMeasured() throws Exception {
    String output = Forked.start(Path.of(System.getProperty("java.home")), Probe.class, List.of());
    double peak = Double.parseDouble(output.strip());
    assertTrue(peak > .1 && peak < 1000, output);
  }

  /** Prints the peak of one core. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) {
      System.out.println(PeakProbe.gigaflops(1, .05));
    }
  }
}
