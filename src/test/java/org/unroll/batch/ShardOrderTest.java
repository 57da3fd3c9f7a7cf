package org.unroll.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.unroll.data.Example;

class ShardOrderTest {
  @ParameterizedTest
  @CsvSource({"1,1", "1,4", "4,4", "5,4", "63,4", "64,4", "65,4", "300,4", "300,1", "300,33"})
  void everySequenceIsInExactlyOneBlock(int size, int blockSize) {
    Shard shard = Shard.of(2, examples(size));
    for (ShardOrder order :
        List.of(
            ShardOrder.training(shard, blockSize, 1, 0), ShardOrder.evaluation(shard, blockSize))) {
      assertEquals((size + blockSize - 1) / blockSize, order.blocks());
      Set<Long> seen = new HashSet<>();
      for (List<Long> block : blocks(shard, order)) {
        assertTrue(block.size() <= blockSize, "size of a block");
        seen.addAll(block);
      }
      assertEquals(size, blocks(shard, order).stream().mapToInt(List::size).sum());
      assertEquals(size, seen.size());
    }
  }

  @Test
  void lanesFallInLengthAndHoldTheirSequence() {
    List<Example> examples = examples(100);
    Shard shard = Shard.of(0, examples);
    ShardOrder order = ShardOrder.training(shard, 7, 3, 1);
    Block block = new Block();
    for (int b = 0; b < order.blocks(); b++) {
      order.fill(shard, b, block, true);
      for (int lane = 0; lane < block.size(); lane++) {
        long id = block.id(lane);
        Example example = examples.stream().filter(e -> e.id() == id).findFirst().orElseThrow();
        assertEquals(example.inputs().length, block.length(lane));
        assertTrue(lane == 0 || block.length(lane - 1) >= block.length(lane), "falling length");
        for (int t = 0; t < block.length(lane); t++) {
          int cell = t * block.timeline().lanes() + lane;
          assertEquals(example.inputs()[t], block.inputs()[cell]);
          assertEquals(example.targets().symbols()[t], block.targets()[cell]);
        }
      }
    }
  }

  @Test
  void dependsOnSeedAndEpochAndNothingElse() {
    List<Example> examples = examples(200);
    List<List<Long>> order = order(examples, 8, 1, 0);
    assertEquals(order, order(examples, 8, 1, 0));
    Collections.shuffle(examples, new Random(5));
    assertEquals(order, order(examples, 8, 1, 0), "whatever the order of arrival");
    assertNotEquals(order, order(examples, 8, 1, 1), "another epoch");
    assertNotEquals(order, order(examples, 8, 2, 0), "another seed");
    assertNotEquals(
        new HashSet<>(order), new HashSet<>(order(examples, 8, 1, 1)), "other company, too");
  }

  @Test
  void whatWasAskedBeforeChangesNothing() {
    Shard asked = Shard.of(0, examples(100));
    ShardOrder.training(asked, 8, 1, 4);
    ShardOrder.training(asked, 4, 1, 5);
    ShardOrder.training(asked, 8, 2, 5);
    assertEquals(order(examples(100), 8, 1, 5), blocks(asked, ShardOrder.training(asked, 8, 1, 5)));
  }

  @Test
  void blocksHoldAboutEqualLengthsButDoNotComeSorted() {
    Shard shard = Shard.of(0, examples(32 * ShardOrder.POOL));
    ShardOrder order = ShardOrder.training(shard, 16, 1, 0);
    Block block = new Block();
    long wasted = 0;
    long cells = 0;
    List<Integer> longest = new ArrayList<>();
    for (int b = 0; b < order.blocks(); b++) {
      order.fill(shard, b, block, true);
      longest.add(block.timeline().steps());
      cells += (long) block.timeline().steps() * block.size();
      wasted += (long) block.timeline().steps() * block.size() - block.tokens();
    }
    assertTrue(wasted < 0.1 * cells, "wasted lanes: " + wasted + " of " + cells);
    List<Integer> sorted = new ArrayList<>(longest);
    Collections.sort(sorted);
    assertNotEquals(sorted, longest);
    Collections.reverse(sorted);
    assertNotEquals(sorted, longest);
  }

  @Test
  void evaluationGoesByFallingLength() {
    Shard shard = Shard.of(0, examples(100));
    ShardOrder order = ShardOrder.evaluation(shard, 8);
    Block block = new Block();
    int before = Integer.MAX_VALUE;
    for (int b = 0; b < order.blocks(); b++) {
      order.fill(shard, b, block, true);
      for (int lane = 0; lane < block.size(); lane++) {
        assertTrue(block.length(lane) <= before, "falling length");
        before = block.length(lane);
      }
    }
  }

  private static List<Example> examples(int size) {
    return TestBlocks.sequences(4, 9, 5, true, TestBlocks.ragged(size, 20, 2));
  }

  private static List<List<Long>> order(
      List<Example> examples, int blockSize, long seed, int epoch) {
    Shard shard = Shard.of(0, examples);
    return blocks(shard, ShardOrder.training(shard, blockSize, seed, epoch));
  }

  /** Identities of every block, in order. */
  private static List<List<Long>> blocks(Shard shard, ShardOrder order) {
    List<List<Long>> blocks = new ArrayList<>();
    Block block = new Block();
    for (int b = 0; b < order.blocks(); b++) {
      order.fill(shard, b, block, true);
      List<Long> ids = new ArrayList<>();
      for (int lane = 0; lane < block.size(); lane++) {
        ids.add(block.id(lane));
      }
      blocks.add(ids);
    }
    return blocks;
  }
}
