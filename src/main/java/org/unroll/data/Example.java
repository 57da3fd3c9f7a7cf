package org.unroll.data;

import java.io.Serializable;

/**
 * One encoded sequence. Each step holds symbols, or real values, in plain arrays.
 *
 * @param id identity of the sequence: a hash of where it stands in the data (path relative to the
 *     data root, offset in the decompressed file, part), never of a partition or an arrival order
 * @param steps number of steps, at least one
 * @param inputs index of the input symbols of each step, {@code [step][field]}; empty if none
 * @param features real values, {@code [step][feature]}; empty if there are none
 * @param characters the characters of each step's first symbol, one word behind the other
 * @param wordEnds where the characters of each step end; empty if there are none
 * @param targets what is to be predicted: for each step (many-to-many) or once (many-to-one)
 * @param weight how much the sequence counts in training
 */
public record Example(
    long id,
    int steps,
    int[] inputs,
    float[] features,
    int[] characters,
    int[] wordEnds,
    Targets targets,
    float weight)
    implements Serializable {
  /** Stands for a target that no class is, which no model can get right. */
  public static final int UNKNOWN_TARGET = -1;

  private static final float[] NO_FEATURES = {};
  private static final int[] NO_INPUTS = {};

  public Example {
    if (steps < 1) {
      throw new IllegalArgumentException("a sequence has at least 1 step, got " + steps);
    }
    if (inputs.length % steps != 0 || features.length % steps != 0) {
      throw new IllegalArgumentException(
          "every step has as many symbols and real values as the others, got "
              + inputs.length
              + " and "
              + features.length
              + " for "
              + steps
              + " steps");
    }
    requireWords(steps, characters, wordEnds);
    if (targets.size() != steps && targets.size() != 1) {
      throw new IllegalArgumentException(
          "a sequence has one target or one per step (" + steps + "), got " + targets.size());
    }
  }

  private static void requireWords(int steps, int[] characters, int[] wordEnds) {
    boolean right = wordEnds.length == 0 ? characters.length == 0 : wordEnds.length == steps;
    for (int t = 0; right && t < wordEnds.length; t++) {
      right = wordEnds[t] > (t == 0 ? 0 : wordEnds[t - 1]);
    }
    if (!right || wordEnds.length > 0 && wordEnds[steps - 1] != characters.length) {
      throw new IllegalArgumentException(
          "every step's word has at least 1 character, and all characters are of a word; got "
              + characters.length
              + " characters and "
              + wordEnds.length
              + " words for "
              + steps
              + " steps");
    }
  }

  /** Without characters, with classes as targets. */
  public Example(long id, int steps, int[] inputs, float[] features, int[] targets, float weight) {
    this(id, steps, inputs, features, NO_INPUTS, NO_INPUTS, new Targets.Classes(targets), weight);
  }

  /** The same with other targets. */
  public Example withTargets(Targets others) {
    return new Example(id, steps, inputs, features, characters, wordEnds, others, weight);
  }

  /** A sequence that counts once. */
  public Example(long id, int steps, int[] inputs, float[] features, int[] targets) {
    this(id, steps, inputs, features, targets, 1f);
  }

  /** A sequence of symbols. */
  public Example(long id, int[] inputs, int[] targets) {
    this(id, inputs.length, inputs, NO_FEATURES, targets);
  }

  /** A sequence of real values, {@code [step][feature]}. */
  public Example(long id, int steps, float[] features, int[] targets) {
    this(id, steps, NO_INPUTS, features, targets);
  }
}
