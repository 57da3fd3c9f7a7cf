package org.unroll.cli;

import java.util.BitSet;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.unroll.batch.Shard;
import org.unroll.config.Job;
import org.unroll.data.WordVectors;
import org.unroll.spark.Dataset;

/**
 * How much of the training data a file of pretrained vectors knows.
 *
 * @param parameter the embedding that starts from them
 * @param symbols of the vocabulary, and how many of them are covered
 * @param tokens of the training data, and how many of them are covered
 * @param missing the most frequent symbols that are not
 */
record VectorCoverage(
    String parameter,
    long symbols,
    long coveredSymbols,
    long tokens,
    long coveredTokens,
    List<String> missing) {

  /** The coverage of every file that a job names. */
  static List<VectorCoverage> of(Job job, JavaSparkContext spark, Dataset dataset) {
    return PretrainedFile.of(job).stream().map(file -> of(file, spark, dataset)).toList();
  }

  private static VectorCoverage of(PretrainedFile file, JavaSparkContext spark, Dataset dataset) {
    WordVectors.Coverage found = file.read(spark.hadoopConfiguration(), dataset.inputs(), null);
    Broadcast<BitSet> covered = spark.broadcast(found.covered());
    try {
      return new VectorCoverage(
          file.parameter(),
          found.symbols(),
          found.count(),
          dataset.summary().train().steps(),
          tokens(dataset.train(), file.field(), covered),
          found.missing());
    } finally {
      covered.destroy();
    }
  }

  private static long tokens(JavaRDD<Shard> train, int field, Broadcast<BitSet> covered) {
    return train.map(shard -> tokens(shard, field, covered.value())).fold(0L, Long::sum);
  }

  private static long tokens(Shard shard, int field, BitSet covered) {
    long tokens = 0;
    for (int i = 0; i < shard.size(); i++) {
      for (int t = 0; t < shard.length(i); t++) {
        tokens += covered.get(shard.input(i, t, field)) ? 1 : 0;
      }
    }
    return tokens;
  }
}
