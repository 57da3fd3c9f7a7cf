package org.unroll.spark;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Stream;
import org.unroll.batch.Shard;
import org.unroll.config.DataConfig;
import org.unroll.data.BadRowException;
import org.unroll.data.Example;
import org.unroll.data.ExampleEncoder;
import org.unroll.data.InputCoding;
import org.unroll.data.Role;
import org.unroll.data.TargetCoding;
import scala.Tuple2;

/**
 * Second pass over a task's rows: encodes them, each sequence to the bytes of its shard. The last
 * element is the account of the rows.
 */
final class ShardWriter extends BatchIterator<Tuple2<Integer, Object>> {
  private static final long BATCH_BYTES = 32L << 20;

  private final RowCursor rows;
  private final ShardLayout layout;
  private final ExampleEncoder[] encoders = new ExampleEncoder[Role.values().length];
  private final Map<Integer, ExampleCodec.Writer> shards = new HashMap<>();
  private boolean ended;

  ShardWriter(
      RowCursor rows,
      ReadSettings settings,
      ShardLayout layout,
      InputCoding inputs,
      TargetCoding targets) {
    this.rows = rows;
    this.layout = layout;
    for (Role role : Role.values()) {
      // What was never trained on cannot be right; leaving it out would raise the accuracy.
      boolean takesUnknown =
          role != Role.TRAIN && settings.data().badRows() != DataConfig.BadRows.FAIL;
      encoders[role.ordinal()] =
          new ExampleEncoder(settings.parser(role), inputs, targets, takesUnknown);
    }
  }

  @Override
  Iterator<Tuple2<Integer, Object>> nextBatch() {
    if (ended) {
      return null;
    }
    shards.clear();
    long bytes = 0;
    while (bytes < BATCH_BYTES) {
      if (!rows.advance()) {
        ended = true;
        break;
      }
      bytes += encode();
    }
    Stream<Tuple2<Integer, Object>> written =
        shards.entrySet().stream()
            .map(entry -> new Tuple2<>(entry.getKey(), entry.getValue().toBytes()));
    return ended
        ? Stream.concat(
                written, Stream.of(new Tuple2<Integer, Object>(layout.intakeKey(), rows.intake())))
            .iterator()
        : written.iterator();
  }

  private long encode() {
    Role role = rows.role();
    ExampleEncoder encoder = encoders[role.ordinal()];
    long bytes = 0;
    try {
      int sequences = 0;
      for (Example example : encoder.encode(rows.row(), rows.fileId(), rows.offset())) {
        int shard = Shard.place(example.id(), layout.shards()[role.ordinal()]);
        ExampleCodec.Writer writer =
            shards.computeIfAbsent(layout.key(role, shard), absent -> new ExampleCodec.Writer());
        bytes -= writer.size();
        writer.add(example);
        bytes += writer.size();
        sequences++;
      }
      rows.used(sequences);
      rows.unknownLabels(encoder.unknownTargets(rows.row()));
    } catch (BadRowException e) {
      rows.reject(e);
    }
    return bytes;
  }
}
