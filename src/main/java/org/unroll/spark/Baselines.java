package org.unroll.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.unroll.baseline.Baseline;
import org.unroll.baseline.BaselineScore;
import org.unroll.baseline.BigramBaseline;
import org.unroll.baseline.BigramCounts;
import org.unroll.baseline.MajorityBaseline;
import org.unroll.baseline.ScoreSum;
import org.unroll.batch.Shard;
import org.unroll.data.Role;
import scala.Tuple2;

/** Makes the baseline of a data set from its training shards and scores it on others. */
public final class Baselines {
  private Baselines() {}

  /**
   * The majority class for labels, bigrams for language models.
   *
   * @param role what to score it on, of a data set with training data
   */
  public static BaselineScore score(JavaSparkContext spark, Dataset dataset, Role role) {
    return score(spark, dataset, role, BigramCounts.MAX_PAIRS);
  }

  static BaselineScore score(JavaSparkContext spark, Dataset dataset, Role role, int maxPairs) {
    Baseline baseline =
        dataset.languageModel()
            ? new BigramBaseline(bigrams(dataset, maxPairs))
            : new MajorityBaseline(dataset.summary().train().targetCounts());
    Broadcast<Baseline> shared = spark.broadcast(baseline);
    try {
      ScoreSum sum = new ScoreSum();
      dataset
          .of(role)
          .mapPartitions(shards -> score(shared.value(), shards))
          .collect()
          .forEach(sum::merge);
      return sum.score(baseline.name());
    } finally {
      shared.destroy();
    }
  }

  private static Iterator<ScoreSum> score(Baseline baseline, Iterator<Shard> shards) {
    ScoreSum sum = new ScoreSum();
    shards.forEachRemaining(shard -> baseline.score(shard, sum));
    return List.of(sum).iterator();
  }

  private static BigramCounts bigrams(Dataset dataset, int maxPairs) {
    int symbols = dataset.inputs().first().size();
    JavaRDD<Shard> train = dataset.train();
    BigramCounts all = new BigramCounts(symbols, maxPairs);
    int slices = train.getNumPartitions();
    // Merged in slices first: the driver must not receive the same pairs from every partition.
    train
        .mapPartitionsToPair(shards -> slices(shards, symbols, maxPairs, slices))
        .reduceByKey(
            (a, b) -> {
              a.merge(b);
              return a;
            },
            slices)
        .values()
        .collect()
        .forEach(all::merge);
    return all;
  }

  private static Iterator<Tuple2<Integer, BigramCounts>> slices(
      Iterator<Shard> shards, int symbols, int maxPairs, int slices) {
    BigramCounts counts = new BigramCounts(symbols, maxPairs);
    shards.forEachRemaining(counts::add);
    List<Tuple2<Integer, BigramCounts>> parts = new ArrayList<>();
    for (int s = 0; s < slices; s++) {
      int slice = s;
      parts.add(new Tuple2<>(slice, counts.slice(first -> first % slices == slice)));
    }
    return parts.iterator();
  }
}
