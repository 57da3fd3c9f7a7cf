package org.unroll.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.unroll.data.Example;

class ShardTest {
  @Test
  void holdsWhatItWasGivenInTheOrderOfIdentities() {
    Shard shard =
        Shard.of(
            3,
            List.of(
                new Example(9, new int[] {4, 5, 6}, new int[] {1, 2, 3}),
                new Example(-1, new int[] {7}, new int[] {8}),
                new Example(5, new int[] {1, 2}, new int[] {0})));
    assertEquals(3, shard.index());
    assertEquals(3, shard.size());
    assertEquals(6, shard.steps());
    assertEquals(5, shard.targets());
    assertEquals(3, shard.longest());
    assertArrayEquals(new long[] {-1, 5, 9}, ids(shard));
    assertEquals(2, shard.length(1));
    assertEquals(1, shard.targets(1));
    assertEquals(2, shard.input(1, 1));
    assertEquals(0, shard.target(1, 0));
    assertEquals(6, shard.input(2, 2));
    assertEquals(3, shard.target(2, 2));
  }

  @Test
  void anEmptyShardIsAShard() {
    Shard shard = Shard.of(0, List.of());
    assertEquals(0, shard.size());
    assertEquals(0, shard.steps());
    assertEquals(0, shard.longest());
    assertEquals(0, ShardOrder.training(shard, 4, 1, 0).blocks());
    assertEquals(0, ShardOrder.evaluation(shard, 4).blocks());
  }

  @Test
  void isTheSameWhateverOrderRecordsArriveIn() throws IOException {
    List<Example> examples =
        new ArrayList<>(TestBlocks.sequences(1, 5, 4, true, TestBlocks.ragged(50, 6, 1)));
    // One identity three times: other inputs, and the same inputs with other targets.
    examples.add(new Example(examples.get(0).id(), new int[] {1, 2}, new int[] {0, 1}));
    examples.add(new Example(examples.get(0).id(), new int[] {1, 2}, new int[] {0, 2}));
    byte[] expected = bytes(Shard.of(0, examples));
    for (int seed = 0; seed < 10; seed++) {
      Collections.shuffle(examples, new Random(seed));
      assertArrayEquals(expected, bytes(Shard.of(0, examples)));
    }
  }

  /** A cached order is a convenience of one process; it must not travel with the data. */
  @Test
  void theOrderLastAskedForIsNotPartOfIt() throws IOException {
    Shard shard = Shard.of(0, TestBlocks.sequences(1, 5, 4, true, 3, 1, 2));
    byte[] before = bytes(shard);
    ShardOrder.training(shard, 2, 1, 0);
    assertArrayEquals(before, bytes(shard));
  }

  @Test
  void placesSpreadEvenlyAndStayWhereTheyAre() {
    int shards = 16;
    int[] sizes = new int[shards];
    for (long id = 0; id < 16_000; id++) {
      int place = Shard.place(id, shards);
      assertEquals(place, Shard.place(id, shards));
      sizes[place]++;
    }
    for (int size : sizes) {
      assertEquals(1000, size, 150);
    }
  }

  @Test
  void countDependsOnDataAndBlockSizeAlone() {
    assertEquals(1, Shard.count(0, 32));
    assertEquals(1, Shard.count(100, 32));
    assertEquals(7, Shard.count(1_000, 32));
    assertEquals(16, Shard.count(4_000, 32));
    assertEquals(195, Shard.count(100_000, 32));
    assertEquals(4096, Shard.count(Long.MAX_VALUE, 1));
    for (long n = 1; n < 100_000; n += 97) {
      assertTrue(Shard.count(n, 8) <= Shard.count(n + 97, 8), "grows with the data");
    }
  }

  private static long[] ids(Shard shard) {
    long[] ids = new long[shard.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = shard.id(i);
    }
    return ids;
  }

  private static byte[] bytes(Shard shard) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(shard);
    }
    return bytes.toByteArray();
  }
}
