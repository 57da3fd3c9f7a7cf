package org.unroll.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.unroll.data.Example;
import org.unroll.data.Targets;

/** Targets of every kind come through a shard into a block as they were. */
class ShardTargetsTest {
  /** Two sequences, of three steps and of one. */
  private static Shard shard(Targets longer, Targets shorter) {
    return Shard.of(
        0,
        List.of(
            new Example(1, new int[3], new int[3]).withTargets(longer),
            new Example(2, new int[1], new int[1]).withTargets(shorter)));
  }

  private static Block block(Shard shard, boolean perStep, int firstStep) {
    int longer = shard.length(0) == 3 ? 0 : 1;
    Block block = new Block();
    block.fill(shard, new int[] {longer, 1 - longer}, 0, 2, perStep, firstStep, 2);
    return block;
  }

  private static List<Integer> labels(Block block, int cell) {
    List<Integer> labels = new ArrayList<>();
    int place = block.targets()[cell];
    for (int i = block.labelStart(place); i < block.labelStart(place + 1); i++) {
      labels.add(block.label(i));
    }
    return labels;
  }

  @Test
  void labels() {
    Targets steps = new Targets.Labels(new int[] {4, 5, 6}, new int[] {2, 2, 3});
    Shard shard = shard(steps, new Targets.Labels(new int[] {7}, new int[] {1}));
    assertTrue(shard.hasLabels());
    Block block = block(shard, true, 0);
    int lanes = block.timeline().lanes();
    assertEquals(List.of(4, 5), labels(block, 0));
    assertEquals(List.of(7), labels(block, 1));
    assertEquals(List.of(), labels(block, lanes));
    assertEquals(List.of(6), labels(block(shard, true, 2), 0));
    assertEquals(4, shard.targets());
    Targets part = steps.range(1, 3);
    assertEquals(
        0, Targets.ORDER.compare(part, new Targets.Labels(new int[] {6}, new int[] {0, 1})));
  }

  @Test
  void realNumbers() {
    Targets steps = new Targets.Reals(3, new float[] {1, 2, 3, Float.NaN, 5, 6});
    Shard shard = shard(steps, new Targets.Reals(1, new float[] {7, 8}));
    assertEquals(2, shard.targetWidth());
    Block block = block(shard, true, 0);
    int lanes = block.timeline().lanes();
    assertEquals(2, block.targetValue(block.targets()[0], 1));
    assertEquals(7, block.targetValue(block.targets()[1], 0));
    assertTrue(Float.isNaN(block.targetValue(block.targets()[lanes], 1)));
    Block rest = block(shard, true, 2);
    assertEquals(5, rest.targetValue(rest.targets()[0], 0));
    assertEquals(6, steps.range(2, 3).values()[1]);
  }

  @Test
  void texts() {
    Shard shard = shard(new Targets.Text(new int[] {3, 4, 5, 6}), new Targets.Text(new int[0]));
    Block block = block(shard, false, 0);
    assertEquals(4, block.textLength(0));
    assertEquals(6, block.textSymbol(0, 3));
    assertEquals(0, block.textLength(1));
    // In every window of the steps there is all of it.
    assertEquals(4, block(shard, false, 2).textLength(0));
  }

  @Test
  void differentContentHasAnotherHash() {
    Shard shard =
        shard(
            new Targets.Labels(new int[] {1, 1, 1}, new int[] {1, 2, 3}),
            new Targets.Labels(new int[] {1}, new int[] {1}));
    Shard other =
        shard(
            new Targets.Labels(new int[] {1, 1, 1}, new int[] {0, 2, 3}),
            new Targets.Labels(new int[] {1}, new int[] {1}));
    int sequence = shard.length(0) == 3 ? 0 : 1;
    assertTrue(shard.contentOfTarget(sequence, 0, 9) != other.contentOfTarget(sequence, 0, 9));
  }

  @Test
  void allAreOfOneKind() {
    assertThrows(
        IllegalArgumentException.class,
        () -> shard(new Targets.Classes(new int[3]), new Targets.Text(new int[1])));
    assertThrows(
        IllegalArgumentException.class,
        () -> shard(new Targets.Reals(3, new float[6]), new Targets.Reals(1, new float[1])));
  }
}
