package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.unroll.batch.Shard;
import org.unroll.bench.RoundBench;
import org.unroll.nn.Network;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.train.RoundRequest;

/** Three hundred rounds keep no more than one hundred: broadcasts, results and sums are let go. */
class FlatMemoryIT {
  private static final long PARAMETERS = 500_000;

  /** What Spark's own books may grow by. A round's broadcast alone is 2 MB, its results 5 MB. */
  private static final long SLACK = 12L << 20;

  @Test
  void threeHundredRoundsKeepNothing() throws InterruptedException {
    JavaSparkContext spark = SparkForTests.context();
    RoundBench bench = new RoundBench(PARAMETERS, 2, Kernels.choose());
    JavaRDD<Shard> shards = spark.parallelize(bench.shards(), 2).cache();
    Network network =
        new Network(
            bench.setup().model(),
            bench.setup().input(),
            bench.setup().output(),
            Kernels.choose().create());
    Parameters theta = Parameters.initial(network.parameters(), 1);
    try (SparkGradientSource source =
        new SparkGradientSource(
            spark, bench.setup(), shards, null, bench.rounds(), bench.weightBound())) {
      rounds(source, theta, 0, 100);
      long before = used();
      rounds(source, theta, 100, 300);
      long after = used();
      assertTrue(
          after - before < SLACK,
          () -> (after - before >> 10) + " KiB more after 300 rounds than after 100");
    } finally {
      shards.unpersist();
    }
  }

  private static void rounds(SparkGradientSource source, Parameters theta, int from, int to) {
    for (int r = from; r < to; r++) {
      source.gradient(theta, new RoundRequest(r, 0, 0));
    }
  }

  /** Bytes of the heap after collecting garbage; Spark lets go of what is collected a bit later. */
  private static long used() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(200);
      long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      least = Math.min(least, used);
    }
    return least;
  }
}
