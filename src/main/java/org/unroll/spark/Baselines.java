package org.unroll.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.unroll.baseline.Baseline;
import org.unroll.baseline.BaselineScore;
import org.unroll.baseline.BaselineSum;
import org.unroll.baseline.BigramBaseline;
import org.unroll.baseline.BigramCounts;
import org.unroll.batch.Shard;
import org.unroll.data.Role;
import org.unroll.task.Task;
import scala.Tuple2;

/** Makes the baseline of a data set from its training shards and scores it on others. */
public final class Baselines {
  private Baselines() {}

  /**
   * Bigrams for language models; of other models what their task says.
   *
   * @param role what to score it on, of a data set with training data
   * @return empty if the task has no baseline
   */
  public static Optional<BaselineScore> score(
      JavaSparkContext spark, Task task, Dataset dataset, Role role) {
    return score(spark, task, dataset, role, BigramCounts.MAX_PAIRS);
  }

  static Optional<BaselineScore> score(
      JavaSparkContext spark, Task task, Dataset dataset, Role role, int maxPairs) {
    Optional<Baseline> baseline =
        dataset.languageModel()
            ? Optional.of(new BigramBaseline(bigrams(dataset, maxPairs)))
            : task.baseline(dataset.targets(), dataset.summary().train());
    return baseline.map(each -> score(spark, each, dataset.of(role)));
  }

  private static BaselineScore score(
      JavaSparkContext spark, Baseline baseline, JavaRDD<Shard> shards) {
    Broadcast<Baseline> shared = spark.broadcast(baseline);
    try {
      BaselineSum sum = baseline.sum();
      shards.mapPartitions(part -> score(shared.value(), part)).collect().forEach(sum::merge);
      return sum.score(baseline.name());
    } finally {
      shared.destroy();
    }
  }

  private static Iterator<BaselineSum> score(Baseline baseline, Iterator<Shard> shards) {
    BaselineSum sum = baseline.sum();
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
