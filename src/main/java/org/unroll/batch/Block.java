package org.unroll.batch;

import java.util.Arrays;
import org.unroll.hash.Hash;
import org.unroll.tensor.Steps;
import org.unroll.tensor.Timeline;

/**
 * A block of sequences side by side, ready to be computed: lanes sorted by falling length, symbols
 * and real values time-major. A block is filled again and again, so that a sequence of blocks
 * allocates nothing.
 */
public final class Block {
  private final boolean trained;
  private final Timeline timeline = new Timeline();
  private final Steps frames = new Steps();
  private int size;
  private int lanes;
  private long[] ids = new long[0];
  private int[] lengths = new int[0];
  private boolean[] ends = new boolean[0];
  private int firstStep;
  private float[] weights = new float[0];
  private int fields = 1;
  private int[][] inputs = new int[1][0];
  private Shard withWords;
  private int[] words = new int[0];
  private int[] targets = new int[0];
  private boolean targetPerStep;
  private ShardTargets answers;
  private boolean areClasses;
  private int[] textLengths = new int[0];

  /** A block to train on. */
  public Block() {
    this(true);
  }

  private Block(boolean trained) {
    this.trained = trained;
  }

  /**
   * A block that is not trained on: a lone sequence with outputs at each step, such as a whole file
   * or a text that is being written, takes no lanes beside its own.
   */
  public static Block forEvaluation() {
    return new Block(false);
  }

  /**
   * Takes sequences of a shard.
   *
   * @param shard where they stand
   * @param order indices into the shard; those used are sorted by falling length
   * @param from first place in {@code order} used
   * @param size number of sequences, at least 1
   * @param targetPerStep whether there is a target at each step, or one per sequence
   */
  public void fill(Shard shard, int[] order, int from, int size, boolean targetPerStep) {
    fill(shard, order, from, size, targetPerStep, 0, Integer.MAX_VALUE);
  }

  /**
   * Takes the first steps of sequences of a shard, as if those that are longer ended there.
   *
   * @param maxSteps greatest number of steps taken
   */
  public void fillBeginnings(
      Shard shard, int[] order, int from, int size, boolean targetPerStep, int maxSteps) {
    fill(shard, order, from, size, targetPerStep, 0, maxSteps);
    Arrays.fill(ends, 0, size, true);
  }

  /**
   * Takes some steps of sequences of a shard: those that have ended before are left out, lanes stay
   * what they are, so that states can be carried from one window to the next.
   *
   * @param firstStep first step taken
   * @param maxSteps greatest number of steps taken
   * @return whether any sequence reaches {@code firstStep}; if not, the block is unchanged
   */
  public boolean fill(
      Shard shard,
      int[] order,
      int from,
      int size,
      boolean targetPerStep,
      int firstStep,
      int maxSteps) {
    int alive = size;
    while (alive > 0 && shard.length(order[from + alive - 1]) <= firstStep) {
      alive--;
    }
    if (alive == 0) {
      return false;
    }
    shape(size, targetPerStep);
    this.size = alive;
    this.firstStep = firstStep;
    for (int lane = 0; lane < alive; lane++) {
      ids[lane] = shard.id(order[from + lane]);
      weights[lane] = shard.weight(order[from + lane]);
      int left = shard.length(order[from + lane]) - firstStep;
      lengths[lane] = Math.min(maxSteps, left);
      ends[lane] = left <= maxSteps;
    }
    timeline.reshape(lengths, alive, lanes);
    fields = shard.symbols();
    withWords = shard.hasWords() ? shard : null;
    answers = shard.targetsByPlace();
    areClasses = !answers.isText() && !answers.hasLabels() && answers.width() == 0;
    reserve();
    frames.reshape(timeline, shard.width());
    // Dead lanes must be zero, whatever the block before had there.
    frames.clear();
    for (int lane = 0; lane < alive; lane++) {
      take(shard, order[from + lane], lane, firstStep);
    }
    return true;
  }

  private void take(Shard shard, int sequence, int lane, int firstStep) {
    for (int field = 0; field < fields; field++) {
      for (int t = 0; t < lengths[lane]; t++) {
        inputs[field][t * lanes + lane] = shard.input(sequence, firstStep + t, field);
      }
    }
    if (withWords != null) {
      for (int t = 0; t < lengths[lane]; t++) {
        words[t * lanes + lane] = shard.word(sequence, firstStep + t);
      }
    }
    float[] values = frames.data();
    for (int t = 0; t < lengths[lane]; t++) {
      int to = frames.offset(t) + lane;
      for (int feature = 0; feature < shard.width(); feature++, to += lanes) {
        values[to] = shard.feature(sequence, firstStep + t, feature);
      }
    }
    int from = targetPerStep ? firstStep : 0;
    for (int t = 0; t < (targetPerStep ? lengths[lane] : 1); t++) {
      int place = answers.place(sequence, from + t);
      // What is more than one class is looked up by its place.
      targets[t * lanes + lane] = areClasses ? answers.symbol(place) : place;
    }
    textLengths[lane] = answers.size(sequence);
  }

  /**
   * A block without targets, of equally long sequences: what generation feeds.
   *
   * @param ids identity of each lane
   * @param inputs symbols, {@code [step][lane]} with {@code ids.length} lanes
   * @param steps number of steps
   */
  public void fill(long[] ids, int[] inputs, int steps) {
    shape(ids.length, true);
    firstStep = 0;
    System.arraycopy(ids, 0, this.ids, 0, size);
    Arrays.fill(ends, 0, size, true);
    Arrays.fill(lengths, 0, size, steps);
    timeline.reshape(lengths, size, lanes);
    fields = 1;
    withWords = null;
    reserve();
    frames.reshape(timeline, 0);
    for (int t = 0; t < steps; t++) {
      System.arraycopy(inputs, t * size, this.inputs[0], t * lanes, size);
    }
  }

  /**
   * Takes words of another block as sequences of characters.
   *
   * @param outer a block with words
   * @param cells places of the words, {@code step · lanes + lane}, by falling length
   * @param from first place in {@code cells} used
   * @param size number of words, at least 1
   */
  public void fillWords(Block outer, int[] cells, int from, int size) {
    shape(size, true);
    firstStep = 0;
    Arrays.fill(ends, 0, size, true);
    for (int lane = 0; lane < size; lane++) {
      int cell = cells[from + lane];
      ids[lane] = Hash.of(outer.ids[cell % outer.lanes], outer.firstStep + cell / outer.lanes);
      lengths[lane] = outer.wordLength(cell);
    }
    timeline.reshape(lengths, size, lanes);
    fields = 1;
    withWords = null;
    reserve();
    frames.reshape(timeline, 0);
    for (int lane = 0; lane < size; lane++) {
      int start = outer.withWords.wordStart(outer.words[cells[from + lane]]);
      for (int t = 0; t < lengths[lane]; t++) {
        inputs[0][t * lanes + lane] = outer.withWords.character(start + t);
      }
    }
  }

  private void shape(int size, boolean targetPerStep) {
    this.size = size;
    this.targetPerStep = targetPerStep;
    lanes = size == 1 && targetPerStep && !trained ? 1 : Timeline.roundUp(size);
    if (ids.length < lanes) {
      ids = new long[lanes];
      lengths = new int[lanes];
      ends = new boolean[lanes];
      weights = new float[lanes];
      textLengths = new int[lanes];
    }
  }

  private void reserve() {
    int cells = timeline.steps() * lanes;
    if (inputs.length < fields) {
      int had = inputs.length;
      inputs = Arrays.copyOf(inputs, fields);
      Arrays.fill(inputs, had, fields, new int[0]);
    }
    for (int field = 0; field < fields; field++) {
      int length = inputs[field].length;
      if (length < cells) {
        inputs[field] = new int[Math.max(cells, length + length / 2)];
      }
    }
    if (withWords != null && words.length < cells) {
      words = new int[Math.max(cells, words.length + words.length / 2)];
    }
    int targetCells = targetPerStep ? cells : lanes;
    if (targets.length < targetCells) {
      targets = new int[Math.max(targetCells, targets.length + targets.length / 2)];
    }
  }

  /** Which lanes live when. */
  public Timeline timeline() {
    return timeline;
  }

  /** Number of sequences. */
  public int size() {
    return size;
  }

  /** Identity of the sequence in a lane. */
  public long id(int lane) {
    return ids[lane];
  }

  /** How much the sequence in a lane counts in training; undefined without targets. */
  public float weight(int lane) {
    return weights[lane];
  }

  /** The sequences' step at which this block begins; 0 unless it holds some of their steps only. */
  public int firstStep() {
    return firstStep;
  }

  /** Whether the sequence in a lane ends in this block. */
  public boolean ends(int lane) {
    return ends[lane];
  }

  /** Length of the sequence in a lane, or of the part of it that the block holds. */
  public int length(int lane) {
    return lengths[lane];
  }

  /**
   * Input symbols of the first field, {@code [step][lane]} with {@link Timeline#lanes()} lanes;
   * undefined where dead.
   */
  public int[] inputs() {
    return inputs[0];
  }

  /** Input symbols of a field, as {@link #inputs()}. */
  public int[] inputs(int field) {
    return inputs[field];
  }

  /** Whether each step has a word of characters. */
  public boolean hasWords() {
    return withWords != null;
  }

  /**
   * Number of characters of a word.
   *
   * @param cell its place, {@code step · lanes + lane}, of a living lane
   */
  public int wordLength(int cell) {
    return withWords.wordStart(words[cell] + 1) - withWords.wordStart(words[cell]);
  }

  /** Real values, no rows if there are none; dead lanes are zero. Not modified by layers. */
  public Steps frames() {
    return frames;
  }

  /**
   * Targets, {@code [step][lane]}, or {@code [lane]} if there is one per sequence: classes, or
   * where a target is more than a class, its place for the methods below.
   */
  public int[] targets() {
    return targets;
  }

  /**
   * Whether there is anything to be predicted: a class that training has seen, a value that is not
   * missing.
   *
   * @param cell place in {@link #targets}
   */
  public boolean isKnown(int cell) {
    return areClasses ? targets[cell] >= 0 : answers.isKnown(targets[cell]);
  }

  /**
   * Where the labels of a target begin, for {@link #label}; they end where those of the next place
   * begin.
   *
   * @param place of the target, see {@link #targets}
   */
  public int labelStart(int place) {
    return answers.labelStart(place);
  }

  /** A label. */
  public int label(int place) {
    return answers.symbol(place);
  }

  /**
   * A real number of a target; NaN if it is missing.
   *
   * @param place of the target, see {@link #targets}
   */
  public float targetValue(int place, int number) {
    return answers.value(place, number);
  }

  /** Number of symbols of the text of a lane. */
  public int textLength(int lane) {
    return textLengths[lane];
  }

  /** A symbol of the text of a lane. */
  public int textSymbol(int lane, int place) {
    return answers.symbol(targets[lane] + place);
  }

  /** Whether there is a target at each step. */
  public boolean targetPerStep() {
    return targetPerStep;
  }

  /** Steps of all its sequences: what a user calls tokens. */
  public long tokens() {
    long tokens = 0;
    for (int lane = 0; lane < size; lane++) {
      tokens += lengths[lane];
    }
    return tokens;
  }
}
