package org.unroll.spark;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.unroll.batch.Shard;
import org.unroll.data.DataSummary;
import org.unroll.data.InputCoding;
import org.unroll.data.Reject;
import org.unroll.data.Role;
import org.unroll.data.TargetCoding;
import org.unroll.data.Vocabulary;

/**
 * Encoded data, cached as shards in the executors until closed.
 *
 * @param train null in an evaluation
 * @param valid null if there is none
 * @param test null if there is none
 * @param inputs how the input became numbers
 * @param targets how targets became numbers
 * @param rejects bad rows, by place; all of them if they are to be put in quarantine
 * @param release frees the cached data
 */
public record Dataset(
    JavaRDD<Shard> train,
    JavaRDD<Shard> valid,
    JavaRDD<Shard> test,
    InputCoding inputs,
    TargetCoding targets,
    DataSummary summary,
    List<Reject> rejects,
    Runnable release)
    implements AutoCloseable {

  /** The shards of a role, null if there is no such data. Shard i of S is in partition i·P/S. */
  public JavaRDD<Shard> of(Role role) {
    return switch (role) {
      case TRAIN -> train;
      case VALID -> valid;
      case TEST -> test;
    };
  }

  /** Whether the next symbol is predicted, so that inputs and targets are the same symbols. */
  public boolean languageModel() {
    return targets.names().kind() != Vocabulary.Kind.LABELS;
  }

  /** Brings the shards of a role to the driver, in the order of their indices; none, if no data. */
  public List<Shard> collectShards(Role role) {
    JavaRDD<Shard> shards = of(role);
    return shards == null ? List.of() : shards.collect();
  }

  @Override
  public void close() {
    release.run();
  }
}
