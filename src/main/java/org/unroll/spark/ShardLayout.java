package org.unroll.spark;

import java.io.Serializable;
import org.unroll.data.Role;

/**
 * Where shards are: those of all roles come out of one shuffle, each role in partitions of its own,
 * shard i of S in the role's partition i·P/S. One more partition receives the account of rows.
 *
 * @param shards number of shards of each role, by ordinal; 0 if there is no such data
 * @param partitions number of partitions of each role, at most the number of shards
 */
record ShardLayout(int[] shards, int[] partitions) implements Serializable {
  static ShardLayout of(int[] shards, int parallelism) {
    int[] partitions = new int[shards.length];
    for (int role = 0; role < shards.length; role++) {
      partitions[role] = Math.min(shards[role], parallelism);
    }
    return new ShardLayout(shards, partitions);
  }

  /** Key of a shard in the shuffle. */
  int key(Role role, int shard) {
    return sum(shards, role.ordinal()) + shard;
  }

  /** Key of the account of rows. */
  int intakeKey() {
    return sum(shards, shards.length);
  }

  /** Partitions of all roles and of the account. */
  int partitionCount() {
    return sum(partitions, partitions.length) + 1;
  }

  /** First partition of a role. */
  int firstPartition(Role role) {
    return sum(partitions, role.ordinal());
  }

  int partitions(Role role) {
    return partitions[role.ordinal()];
  }

  /** The partition of a key. */
  int partition(int key) {
    int first = 0;
    int firstKey = 0;
    for (int role = 0; role < shards.length; role++) {
      if (key < firstKey + shards[role]) {
        return first + (int) ((long) (key - firstKey) * partitions[role] / shards[role]);
      }
      first += partitions[role];
      firstKey += shards[role];
    }
    return first;
  }

  /** The role of a partition, null for that of the account. */
  Role role(int partition) {
    int first = 0;
    for (Role role : Role.values()) {
      first += partitions(role);
      if (partition < first) {
        return role;
      }
    }
    return null;
  }

  /** First shard of the p-th partition of a role; that of p + 1 is the end. */
  int firstShard(Role role, int p) {
    long s = shards[role.ordinal()];
    long of = partitions(role);
    return (int) ((p * s + of - 1) / of);
  }

  private static int sum(int[] values, int to) {
    int sum = 0;
    for (int i = 0; i < to; i++) {
      sum += values[i];
    }
    return sum;
  }
}
