package org.unroll.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.unroll.batch.Shard;
import org.unroll.data.BadRowPolicy;
import org.unroll.data.Example;
import org.unroll.data.Intake;
import org.unroll.data.Role;
import scala.Tuple2;

/** From what arrived in a partition to its shards, all of them, empty ones included. */
final class ShardBuilder {
  private ShardBuilder() {}

  /** The shards of a partition in the order of their indices, or the account of the rows. */
  static Iterator<Serializable> build(
      ShardLayout layout, int partition, Iterator<Tuple2<Integer, Object>> arrived) {
    Role role = layout.role(partition);
    return role == null ? account(arrived) : shards(layout, role, partition, arrived);
  }

  private static Iterator<Serializable> account(Iterator<Tuple2<Integer, Object>> arrived) {
    Intake intake = new Intake(BadRowPolicy.QUARANTINE_ROWS);
    arrived.forEachRemaining(each -> intake.merge((Intake) each._2()));
    return List.<Serializable>of(intake).iterator();
  }

  private static Iterator<Serializable> shards(
      ShardLayout layout, Role role, int partition, Iterator<Tuple2<Integer, Object>> arrived) {
    int first = layout.firstShard(role, partition - layout.firstPartition(role));
    int end = layout.firstShard(role, partition - layout.firstPartition(role) + 1);
    List<List<byte[]>> bytes = new ArrayList<>();
    for (int shard = first; shard < end; shard++) {
      bytes.add(new ArrayList<>());
    }
    arrived.forEachRemaining(
        each -> bytes.get(each._1() - layout.key(role, first)).add((byte[]) each._2()));
    return IntStream.range(first, end)
        .<Serializable>mapToObj(
            shard -> {
              List<Example> examples = new ArrayList<>();
              for (byte[] chunk : bytes.set(shard - first, List.of())) {
                ExampleCodec.read(chunk, examples);
              }
              return Shard.of(shard, examples);
            })
        .iterator();
  }
}
