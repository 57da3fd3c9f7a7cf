package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.unroll.data.Role;

class ShardLayoutTest {
  @ParameterizedTest
  @CsvSource({"1,0,0,1", "16,3,1,4", "7,0,5,7", "4096,16,1,1000", "10,10,10,3", "0,0,2,9"})
  void everyShardIsWhereItIsLookedFor(int train, int valid, int test, int parallelism) {
    ShardLayout layout = ShardLayout.of(new int[] {train, valid, test}, parallelism);
    ShardPartitioner partitioner = new ShardPartitioner(layout);
    int seen = 0;
    for (Role role : Role.values()) {
      for (int p = 0; p < layout.partitions(role); p++) {
        int partition = layout.firstPartition(role) + p;
        assertEquals(role, layout.role(partition));
        for (int s = layout.firstShard(role, p); s < layout.firstShard(role, p + 1); s++) {
          assertEquals(seen++, layout.key(role, s));
          assertEquals(partition, partitioner.getPartition(layout.key(role, s)));
          assertEquals(p, (long) s * layout.partitions(role) / layout.shards()[role.ordinal()]);
        }
      }
    }
    assertEquals(train + valid + test, seen);
    int last = partitioner.getPartition(layout.intakeKey());
    assertEquals(partitioner.numPartitions() - 1, last);
    assertNull(layout.role(last));
  }
}
