package org.unroll.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.unroll.data.Example;
import org.unroll.data.Targets;

/** Sequences and blocks of them as tests want them. */
public final class TestBlocks {
  private TestBlocks() {}

  /**
   * A block of sequences. Lanes are sorted by falling length; among equals the order of the list
   * stays.
   *
   * @param examples with different identities
   */
  public static Block of(List<Example> examples) {
    Block block = new Block();
    fill(block, examples);
    return block;
  }

  /** Fills a block as {@link #of} does. */
  public static void fill(Block block, List<Example> examples) {
    Shard shard = Shard.of(0, examples);
    List<Example> lanes = new ArrayList<>(examples);
    lanes.sort(Comparator.comparingInt(Example::steps).reversed());
    int[] order = lanes.stream().mapToInt(e -> index(shard, e.id())).toArray();
    boolean targetPerStep = examples.stream().allMatch(e -> e.targets().size() == e.steps());
    block.fill(shard, order, 0, order.length, targetPerStep);
  }

  /**
   * A block of sequences, some steps at a time.
   *
   * @param block filled with each window
   * @param steps steps of a window
   */
  public static Windows windows(Block block, List<Example> examples, int steps) {
    Shard shard = Shard.of(0, examples);
    ShardOrder order = ShardOrder.evaluation(shard, examples.size());
    boolean targetPerStep = examples.stream().allMatch(e -> e.targets().size() == e.steps());
    return new Windows(shard, order, 0, block, targetPerStep, steps);
  }

  /** Random sequences of these lengths, with a target per step or one each. */
  public static List<Example> sequences(
      long seed, int symbols, int classes, boolean targetPerStep, int... lengths) {
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (int length : lengths) {
      examples.add(
          new Example(
              random.nextLong(),
              random.ints(length, 0, symbols).toArray(),
              random.ints(targetPerStep ? length : 1, 0, classes).toArray()));
    }
    return examples;
  }

  /** A text that as many steps have room for, whatever its symbols; none for every third length. */
  public static Targets text(int[] symbols) {
    return new Targets.Text(
        Arrays.copyOf(symbols, symbols.length % 3 == 0 ? 0 : (symbols.length + 1) / 2));
  }

  /** The same sequences with texts in place of a class for each step. */
  public static List<Example> withTexts(List<Example> examples) {
    return examples.stream().map(e -> e.withTargets(text(e.targets().symbols()))).toList();
  }

  /** Random sequences of real values, as {@link #sequences}. */
  public static List<Example> frames(
      long seed, int features, int classes, boolean targetPerStep, int... lengths) {
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (int length : lengths) {
      float[] values = new float[length * features];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      int[] targets = random.ints(targetPerStep ? length : 1, 0, classes).toArray();
      examples.add(new Example(random.nextLong(), length, values, targets));
    }
    return examples;
  }

  /** The same sequences with real targets, of which some are missing. */
  public static List<Example> reals(List<Example> examples, int width, long seed) {
    Random random = new Random(seed);
    List<Example> reals = new ArrayList<>();
    for (Example each : examples) {
      float[] values = new float[each.targets().size() * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(5) == 0 ? Float.NaN : (float) random.nextGaussian();
      }
      reals.add(each.withTargets(new Targets.Reals(each.targets().size(), values)));
    }
    return reals;
  }

  /** The same sequences with random words of 1 to {@code longest} characters at each step. */
  public static List<Example> spelt(
      List<Example> examples, int characters, int longest, long seed) {
    Random random = new Random(seed);
    List<Example> spelt = new ArrayList<>();
    for (Example each : examples) {
      int[] ends = new int[each.steps()];
      for (int t = 0; t < ends.length; t++) {
        ends[t] = (t == 0 ? 0 : ends[t - 1]) + 1 + random.nextInt(longest);
      }
      int[] word = random.ints(ends[ends.length - 1], 0, characters).toArray();
      spelt.add(
          new Example(
              each.id(),
              each.steps(),
              each.inputs(),
              each.features(),
              word,
              ends,
              each.targets(),
              each.weight()));
    }
    return spelt;
  }

  /**
   * {@code size} lengths from 1 to {@code longest} in no order; the first is 1, the second the
   * longest.
   */
  public static int[] ragged(int size, int longest, long seed) {
    int[] lengths = new Random(seed).ints(size, 1, longest + 1).toArray();
    if (size > 1) {
      lengths[0] = 1;
      lengths[1] = longest;
    }
    return lengths;
  }

  private static int index(Shard shard, long id) {
    for (int i = 0; i < shard.size(); i++) {
      if (shard.id(i) == id) {
        return i;
      }
    }
    throw new IllegalArgumentException("no sequence is called " + id);
  }
}
