package org.unroll.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.unroll.batch.Block;
import org.unroll.batch.Shard;
import org.unroll.batch.ShardOrder;
import org.unroll.config.LayerConfig;
import org.unroll.nn.Network;
import org.unroll.nn.Pass;
import org.unroll.nn.head.Tally;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.train.TrainingSetup;

class TrainingBenchTest {
  private static final double SECONDS = .5;

  @ParameterizedTest
  @EnumSource
  void figuresArePositiveAndConsistent(LayerConfig.Cell cell) {
    NetworkFlags network = new NetworkFlags(cell, 24, 16, 20, 2, true, 32, 16);
    Workload workload =
        Workload.synthetic(
            network.job(), network.input(), 20, Lengths.parse("lognormal:3.2:0.6:60"), 2);
    TrainingBench.Result result;
    try (TrainingBench bench = new TrainingBench(workload, Kernels.choose(), 2)) {
      result = bench.run(SECONDS);
    }
    assertTrue(result.tokensPerSecond() > 0);
    double[] sorted = result.repetitions().clone();
    Arrays.sort(sorted);
    assertTrue(sorted[0] <= result.tokensPerSecond(), "the median is not below the least");
    assertTrue(sorted[sorted.length - 1] >= result.tokensPerSecond());
    assertTrue(result.laneUse() > .5 && result.laneUse() <= 1, "lane use " + result.laneUse());
    ExecutedWork work = ExecutedWork.of(workload, workload.setup("ejml"));
    assertEquals(result.tokensPerSecond() * work.flopsPerToken() * 1e-9, result.gigaflops(), 1e-6);
    checkPhases(result);
  }

  private static void checkPhases(TrainingBench.Result result) {
    assertEquals(Phase.values().length, result.phases().size());
    assertTrue(result.phaseSamples() > 0, "no thread was ever seen at work");
    double sum = 0;
    for (Phase phase : Phase.values()) {
      double share = share(result, phase);
      assertTrue(share >= 0 && share <= 1, phase + " has share " + share);
      sum += share;
    }
    assertEquals(1, sum, .001);
    assertTrue(share(result, Phase.OTHER) < .5, "most of the time is at no known phase");
  }

  private static double share(TrainingBench.Result result, Phase phase) {
    return (double) ((Map<?, ?>) result.phases().get(phase.key())).get("share");
  }

  @Test
  void theTableIsWhatWorkersAreToldAndByDefaultWhatTheNetworkDoes() {
    for (int symbols : new int[] {20, 300}) {
      NetworkFlags flags = new NetworkFlags(LayerConfig.Cell.LSTM, 8, 8, symbols, 1, false, 32, 32);
      Workload workload =
          Workload.synthetic(flags.job(), flags.input(), symbols, new Lengths.Fixed(20), 1);
      assertEquals(symbols == 20, workload.table());
      assertArrayEquals(gradient(workload, null), gradient(workload, workload.table()));
      Workload other = workload.withTable(!workload.table());
      assertEquals(other.table(), other.setup("ejml").table());
      assertFalse(Arrays.equals(gradient(workload, null), gradient(workload, other.table())));
    }
  }

  /** Gradient of the first block for the embedding. */
  private static float[] gradient(Workload workload, Boolean table) {
    TrainingSetup setup = workload.setup("ejml");
    Kernels kernels = Kernels.named("ejml").create();
    Network network =
        table == null
            ? new Network(setup.model(), setup.input(), setup.output(), kernels)
            : new Network(setup.model(), setup.input(), setup.output(), kernels, table);
    network.bind(Parameters.initial(network.parameters(), 1));
    Block block = new Block();
    Shard shard = workload.shards().get(0);
    ShardOrder.training(shard, setup.blockSize(), 1, 0).fill(shard, 0, block, true);
    Parameters gradient = network.train(new Pass().training(block, 0, 1, 0), new Tally());
    return gradient.get(0).data.clone();
  }

  @Test
  void synthesisGivesEveryBlockOfARoundAShardOfItsOwn() {
    NetworkFlags network = new NetworkFlags(LayerConfig.Cell.LSTM, 4, 4, 9, 1, false, 64, 32);
    Workload workload =
        Workload.synthetic(network.job(), network.input(), 9, new Lengths.Fixed(7), 1);
    assertEquals(2, workload.shards().size());
    assertEquals(16, workload.rounds().rounds());
    assertEquals(2, workload.rounds().blocksPerRound());
    assertEquals(2 * 16 * 32 * 7, workload.weightBound());
  }
}
