package org.unroll.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.unroll.tensor.Kernels;
import org.unroll.train.LocalGradientSource;

class RoundBenchTest {

  @Test
  void theNetworkHasAboutAsManyParametersAsAskedFor() {
    for (long wanted : new long[] {1_000, 100_000, 2_000_000}) {
      long got = new RoundBench(wanted, 1, Kernels.choose()).parameters();
      assertTrue(got <= wanted && got > .8 * wanted, got + " parameters for " + wanted);
    }
    assertEquals(
        new RoundBench(1, 1, Kernels.choose()).parameters(),
        new RoundBench(0, 1, Kernels.choose()).parameters());
  }

  @Test
  void aRoundIsItsGradientAndItsUpdate() {
    RoundBench bench = new RoundBench(10_000, 2, Kernels.choose());
    List<Long> observed = new ArrayList<>();
    RoundBench.Timing timing;
    try (LocalGradientSource source =
        new LocalGradientSource(
            bench.setup(), bench.shards(), List.of(), bench.rounds(), bench.weightBound(), 2)) {
      assertEquals(1, bench.rounds().rounds());
      timing = bench.run(source, .1, (begin, end) -> observed.add(end - begin));
    }
    assertEquals(timing.rounds(), observed.size());
    assertTrue(timing.rounds() >= 3);
    assertTrue(timing.update() > 0);
    assertTrue(timing.compute() > 0);
    assertTrue(timing.gradient() <= timing.round());
    assertTrue(timing.update() <= timing.round());
  }
}
