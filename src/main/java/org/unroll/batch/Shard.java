package org.unroll.batch;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.unroll.data.Example;
import org.unroll.data.Targets;
import org.unroll.hash.Hash;

/**
 * The sequences whose identity hashes to one shard, in a few primitive arrays, ordered by identity:
 * the same object whatever order the records arrived in. This is what executors cache.
 */
public final class Shard implements Serializable {
  private static final long serialVersionUID = 1;
  private static final long PLACEMENT = 0x5348415244L;

  private final int index;
  private final long[] ids;
  private final int[] stepStarts;
  private final int symbols;
  private final int[] inputs;
  private final int width;
  private final float[] features;
  private final int[] characters;
  private final int[] wordStarts;
  private final ShardTargets targets;

  /** Of each sequence; null if all weigh 1. */
  private final float[] weights;

  /** The order last asked for: a cache, because every round of an epoch asks for the same. */
  private transient volatile ShardOrder order;

  private Shard(int index, List<Example> sorted) {
    this.index = index;
    int n = sorted.size();
    ids = new long[n];
    stepStarts = new int[n + 1];
    for (int i = 0; i < n; i++) {
      Example example = sorted.get(i);
      ids[i] = example.id();
      stepStarts[i + 1] = Math.addExact(stepStarts[i], example.steps());
    }
    weights = sorted.stream().allMatch(each -> each.weight() == 1f) ? null : new float[n];
    symbols = n == 0 ? 0 : sorted.get(0).inputs().length / sorted.get(0).steps();
    width = n == 0 ? 0 : sorted.get(0).features().length / sorted.get(0).steps();
    inputs = new int[cells(symbols)];
    features = new float[cells(width)];
    boolean words = n > 0 && sorted.get(0).wordEnds().length > 0;
    wordStarts = new int[words ? stepStarts[n] + 1 : 0];
    characters = new int[words ? spell(sorted) : 0];
    targets = new ShardTargets(sorted);
    for (int i = 0; i < n; i++) {
      Example example = sorted.get(i);
      requireShape(example);
      int steps = example.steps();
      System.arraycopy(example.inputs(), 0, inputs, stepStarts[i] * symbols, steps * symbols);
      System.arraycopy(example.features(), 0, features, stepStarts[i] * width, steps * width);
      int[] spelling = example.characters();
      if (words) {
        System.arraycopy(spelling, 0, characters, wordStarts[stepStarts[i]], spelling.length);
      }
      if (weights != null) {
        weights[i] = example.weight();
      }
    }
  }

  /** Sets where the words begin; returns the number of all characters. */
  private int spell(List<Example> sorted) {
    int at = 0;
    int word = 0;
    for (Example example : sorted) {
      int begin = at;
      for (int end : example.wordEnds()) {
        wordStarts[word++] = at;
        at = Math.addExact(begin, end);
      }
    }
    wordStarts[word] = at;
    return at;
  }

  private int cells(int perStep) {
    long cells = (long) stepStarts[ids.length] * perStep;
    if (cells > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a shard of "
              + stepStarts[ids.length]
              + " steps of "
              + perStep
              + " values exceeds one array; use more sync.shards");
    }
    return (int) cells;
  }

  private void requireShape(Example example) {
    int steps = example.steps();
    boolean words = wordStarts.length > 0;
    if (example.inputs().length != steps * symbols
        || example.features().length != steps * width
        || example.wordEnds().length != (words ? steps : 0)) {
      throw new IllegalArgumentException(
          "every step of a data set has "
              + symbols
              + " symbols and "
              + width
              + " real values, got "
              + example.inputs().length / steps
              + " and "
              + example.features().length / steps
              + (words ? ", and a word" : ""));
    }
  }

  /** A shard of these examples in whatever order they come; the list is not modified. */
  public static Shard of(int index, List<Example> examples) {
    Example[] sorted = examples.toArray(Example[]::new);
    // Equal identities (hash collisions) are told apart by content, so that the order is still one.
    Arrays.sort(
        sorted,
        Comparator.comparingLong(Example::id)
            .thenComparing(Example::inputs, Arrays::compare)
            .thenComparing(Example::features, Arrays::compare)
            .thenComparing(Example::characters, Arrays::compare)
            .thenComparing(Example::wordEnds, Arrays::compare)
            .thenComparing(Example::targets, Targets.ORDER)
            .thenComparing(Example::weight));
    return new Shard(index, Arrays.asList(sorted));
  }

  /** The shard, of {@code shards}, that a sequence belongs to. */
  public static int place(long id, int shards) {
    return (int) Long.remainderUnsigned(Hash.of(PLACEMENT, id), shards);
  }

  /**
   * How many shards a data set of so many sequences is cut into: a function of data and job only,
   * so that results do not depend on the cluster. Sixteen blocks to a shard (one pool of the length
   * sort), fewer when the data is small, so that there is still something to spread.
   */
  public static int count(long sequences, int blockSize) {
    long large = sequences / (16L * blockSize);
    long small = Math.min(16, sequences / (4L * blockSize));
    return (int) Math.max(1, Math.min(4096, Math.max(large, small)));
  }

  public int index() {
    return index;
  }

  /** Number of sequences. */
  public int size() {
    return ids.length;
  }

  public long id(int sequence) {
    return ids[sequence];
  }

  /** How much a sequence counts in training. */
  public float weight(int sequence) {
    return weights == null ? 1f : weights[sequence];
  }

  /** Number of steps of one sequence. */
  public int length(int sequence) {
    return stepStarts[sequence + 1] - stepStarts[sequence];
  }

  /** Number of targets of one sequence: its length, or 1; of a text, the number of its symbols. */
  public int targets(int sequence) {
    return targets.size(sequence);
  }

  /** Symbols of a step; 0 if there are none (and in an empty shard). */
  public int symbols() {
    return symbols;
  }

  /** The first symbol of a sequence at a step. */
  public int input(int sequence, int step) {
    return input(sequence, step, 0);
  }

  /** A symbol of a sequence at a step. */
  public int input(int sequence, int step, int field) {
    return inputs[(stepStarts[sequence] + step) * symbols + field];
  }

  /** Real values per step, 0 if there are none (and in an empty shard). */
  public int width() {
    return width;
  }

  /** A real value of a sequence at a step. */
  public float feature(int sequence, int step, int feature) {
    return features[(stepStarts[sequence] + step) * width + feature];
  }

  /** Whether each step has a word of characters (not in an empty shard). */
  public boolean hasWords() {
    return wordStarts.length > 0;
  }

  /** Number of the word at a step, for {@link #wordStart} and the word behind it. */
  int word(int sequence, int step) {
    return stepStarts[sequence] + step;
  }

  /** Where the characters of a word begin, and so those of the word before end. */
  int wordStart(int word) {
    return wordStarts[word];
  }

  /** A character, by its place among all of the shard. */
  int character(int place) {
    return characters[place];
  }

  /** A hash of what a step gives, after the hash of what came before. */
  public long contentOf(int sequence, int step, long before) {
    int cell = stepStarts[sequence] + step;
    long hash = before;
    for (int i = cell * symbols; i < (cell + 1) * symbols; i++) {
      hash = Hash.with(hash, inputs[i]);
    }
    for (int i = cell * width; i < (cell + 1) * width; i++) {
      hash = Hash.with(hash, Float.floatToIntBits(features[i]));
    }
    for (int i = hasWords() ? wordStarts[cell] : 0; hasWords() && i < wordStarts[cell + 1]; i++) {
      hash = Hash.with(hash, characters[i]);
    }
    return hash;
  }

  /** The class of a target of a sequence, or a symbol of its text. */
  public int target(int sequence, int target) {
    return targets.symbol(targets.place(sequence, target));
  }

  /** The targets, by place. */
  ShardTargets targetsByPlace() {
    return targets;
  }

  /** Whether a target is a set of labels. */
  public boolean hasLabels() {
    return targets.hasLabels();
  }

  /** Real numbers of each target; 0 if targets have none. */
  public int targetWidth() {
    return targets.width();
  }

  /** Number of labels of a target. */
  public int labels(int sequence, int target) {
    int place = targets.place(sequence, target);
    return targets.labelStart(place + 1) - targets.labelStart(place);
  }

  /** A label of a target. */
  public int label(int sequence, int target, int label) {
    return targets.symbol(targets.labelStart(targets.place(sequence, target)) + label);
  }

  /** A real number of a target; NaN if it is missing. */
  public float targetValue(int sequence, int target, int number) {
    return targets.value(targets.place(sequence, target), number);
  }

  /** A hash of a target, after the hash of what came before. */
  public long contentOfTarget(int sequence, int target, long before) {
    return targets.contentOf(targets.place(sequence, target), before);
  }

  ShardOrder order() {
    return order;
  }

  void keep(ShardOrder order) {
    this.order = order;
  }

  /** Steps of all sequences. */
  public long steps() {
    return stepStarts[ids.length];
  }

  /**
   * Targets of all sequences, a text without symbols counted once: the total weight of the shard
   * where all sequences weigh 1.
   */
  public long targets() {
    return targets.size();
  }

  /** Length of the longest sequence, 0 if empty. */
  public int longest() {
    int longest = 0;
    for (int i = 0; i < ids.length; i++) {
      longest = Math.max(longest, length(i));
    }
    return longest;
  }
}
