package org.unroll.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.unroll.data.Example;
import org.unroll.data.Targets;
import org.unroll.tensor.Steps;

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

  @Test
  void holdsRealValues() throws IOException {
    List<Example> examples =
        new ArrayList<>(TestBlocks.frames(1, 3, 4, true, TestBlocks.ragged(20, 6, 1)));
    // Zeros of either sign differ, and so do sequences of one identity by one value.
    Example first = examples.get(0);
    examples.add(new Example(first.id(), 1, new float[] {0f, 1f, 2f}, new int[] {0}));
    examples.add(new Example(first.id(), 1, new float[] {-0f, 1f, 2f}, new int[] {0}));
    byte[] expected = bytes(Shard.of(0, examples));
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(examples, new Random(seed));
      assertArrayEquals(expected, bytes(Shard.of(0, examples)));
    }
    Shard shard = Shard.of(0, examples);
    assertEquals(3, shard.width());
    assertEquals(examples.stream().mapToInt(Example::steps).sum(), shard.steps());
    for (Example example : examples) {
      if (example.id() == first.id()) {
        continue;
      }
      int i = Arrays.binarySearch(ids(shard), example.id());
      assertEquals(example.steps(), shard.length(i));
      for (int t = 0; t < example.steps(); t++) {
        for (int f = 0; f < 3; f++) {
          assertEquals(example.features()[t * 3 + f], shard.feature(i, t, f));
        }
      }
    }
  }

  @Test
  void holdsTheCharactersOfWords() throws IOException {
    List<Example> examples =
        new ArrayList<>(
            TestBlocks.spelt(
                TestBlocks.sequences(1, 5, 4, true, TestBlocks.ragged(20, 6, 1)), 7, 5, 3));
    Example first = examples.get(0);
    int[] one = {0};
    float[] none = {};
    examples.add(
        new Example(
            first.id(),
            1,
            one,
            none,
            new int[] {1, 2},
            new int[] {2},
            new Targets.Classes(one),
            1));
    examples.add(
        new Example(
            first.id(),
            1,
            one,
            none,
            new int[] {1, 3},
            new int[] {2},
            new Targets.Classes(one),
            1));
    byte[] expected = bytes(Shard.of(0, examples));
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(examples, new Random(seed));
      assertArrayEquals(expected, bytes(Shard.of(0, examples)));
    }
    examples.removeIf(each -> each.id() == first.id());
    Block block = TestBlocks.of(examples);
    int lanes = block.timeline().lanes();
    Block words = new Block();
    for (int lane = 0; lane < block.size(); lane++) {
      long id = block.id(lane);
      Example example = examples.stream().filter(e -> e.id() == id).findFirst().orElseThrow();
      for (int t = 0; t < example.steps(); t++) {
        int cell = t * lanes + lane;
        int from = t == 0 ? 0 : example.wordEnds()[t - 1];
        assertEquals(example.wordEnds()[t] - from, block.wordLength(cell));
        words.fillWords(block, new int[] {cell}, 0, 1);
        for (int c = 0; c < words.length(0); c++) {
          int character = words.inputs()[c * words.timeline().lanes()];
          assertEquals(example.characters()[from + c], character);
        }
      }
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Example(
                1, 2, new int[2], none, new int[3], new int[] {3, 3}, new Targets.Classes(one), 1));
  }

  @Test
  void sequencesOfOtherFormsAreRefused() {
    Example three = new Example(1, 2, new float[6], new int[] {0});
    Example two = new Example(2, 2, new float[4], new int[] {0});
    Example symbols = new Example(3, new int[] {1, 2}, new int[] {0});
    for (Example other : List.of(two, symbols)) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> Shard.of(0, List.of(three, other)));
      assertTrue(refused.getMessage().contains("3 real values"), refused.getMessage());
    }
    assertThrows(
        IllegalArgumentException.class, () -> new Example(1, 2, new float[5], new int[] {0}));
  }

  @Test
  void aBlockHoldsFeaturesByLanesAndZerosWhereNobodyIs() {
    int[] lengths = {5, 1, 3};
    List<Example> examples = TestBlocks.frames(4, 2, 3, true, lengths);
    Block block = TestBlocks.of(TestBlocks.frames(5, 4, 3, true, TestBlocks.ragged(20, 9, 2)));
    TestBlocks.fill(block, examples);
    Steps frames = block.frames();
    int lanes = block.timeline().lanes();
    assertEquals(2, frames.rows());
    for (int lane = 0; lane < lanes; lane++) {
      Example example = null;
      for (Example each : examples) {
        example = lane < block.size() && each.id() == block.id(lane) ? each : example;
      }
      for (int t = 0; t < 5; t++) {
        for (int f = 0; f < 2; f++) {
          boolean alive = example != null && t < example.steps();
          float expected = alive ? example.features()[t * 2 + f] : 0f;
          assertEquals(expected, frames.data()[frames.offset(t) + f * lanes + lane]);
        }
      }
    }
  }

  @Test
  void aWindowOfABlockHoldsItsOwnStepsOfRealValues() {
    List<Example> examples = TestBlocks.frames(4, 2, 3, true, 5);
    Shard shard = Shard.of(0, examples);
    Block block = new Block();
    assertTrue(block.fill(shard, new int[] {0}, 0, 1, true, 3, 10));
    assertEquals(2, block.timeline().steps());
    assertEquals(
        examples.get(0).features()[3 * 2], block.frames().data()[block.frames().offset(0)]);
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
