package org.unroll.spark;

import org.apache.spark.Partitioner;

/** Sends every shard to its partition. */
final class ShardPartitioner extends Partitioner {
  private static final long serialVersionUID = 1;

  private final ShardLayout layout;

  ShardPartitioner(ShardLayout layout) {
    this.layout = layout;
  }

  @Override
  public int numPartitions() {
    return layout.partitionCount();
  }

  @Override
  public int getPartition(Object key) {
    return layout.partition((Integer) key);
  }
}
