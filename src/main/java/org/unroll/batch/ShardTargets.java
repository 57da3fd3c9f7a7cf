package org.unroll.batch;

import java.io.Serializable;
import java.util.List;
import org.unroll.data.Example;
import org.unroll.data.Targets;
import org.unroll.hash.Hash;

/** The targets of a shard's sequences, in a few primitive arrays. */
final class ShardTargets implements Serializable {
  private static final long serialVersionUID = 1;

  /** Where the targets of each sequence begin; its symbols, where it has a text. */
  private final int[] starts;

  /** Classes, labels or symbols. */
  private final int[] symbols;

  /** Where the labels of each target begin; null where a target is one class. */
  private final int[] labelStarts;

  /** Real numbers, {@code [target][number]}; empty if there are none. */
  private final float[] values;

  private final int width;
  private final boolean text;

  /** Number of empty texts. */
  private final int empty;

  ShardTargets(List<Example> sorted) {
    int n = sorted.size();
    starts = new int[n + 1];
    int all = 0;
    int reals = 0;
    int none = 0;
    for (int i = 0; i < n; i++) {
      Targets targets = sorted.get(i).targets();
      requireKind(targets, sorted.get(0).targets());
      int own = targets instanceof Targets.Text ? targets.symbols().length : targets.size();
      starts[i + 1] = Math.addExact(starts[i], own);
      none += own == 0 ? 1 : 0;
      all = Math.addExact(all, targets.symbols().length);
      reals = Math.addExact(reals, targets.values().length);
    }
    text = n > 0 && sorted.get(0).targets() instanceof Targets.Text;
    empty = none;
    symbols = new int[all];
    values = new float[reals];
    width = reals == 0 ? 0 : reals / starts[n];
    labelStarts =
        n > 0 && sorted.get(0).targets() instanceof Targets.Labels ? new int[starts[n] + 1] : null;
    int at = 0;
    int real = 0;
    for (int i = 0; i < n; i++) {
      Targets targets = sorted.get(i).targets();
      int[] own = targets.symbols();
      System.arraycopy(own, 0, symbols, at, own.length);
      for (int t = 0; labelStarts != null && t < targets.size(); t++) {
        labelStarts[starts[i] + t + 1] = at + targets.ends()[t];
      }
      at += own.length;
      System.arraycopy(targets.values(), 0, values, real, targets.values().length);
      real += targets.values().length;
    }
  }

  private static void requireKind(Targets targets, Targets first) {
    if (targets.getClass() != first.getClass()
        || targets.values().length * first.size() != first.values().length * targets.size()) {
      throw new IllegalArgumentException(
          "all targets of a data set are of one kind, got " + targets + " and " + first);
    }
  }

  /** Number of targets of a sequence, or of symbols of its text. */
  int size(int sequence) {
    return starts[sequence + 1] - starts[sequence];
  }

  /**
   * Number of targets of all sequences, or of symbols of their texts, where an empty one counts as
   * one.
   */
  int size() {
    return starts[starts.length - 1] + empty;
  }

  /** Place of a sequence's target among all. */
  int place(int sequence, int target) {
    return starts[sequence] + target;
  }

  /** The class of a target, or a symbol of a text. */
  int symbol(int place) {
    return symbols[place];
  }

  /** Whether each sequence has a text of its own length. */
  boolean isText() {
    return text;
  }

  /** Whether a target has any number of labels. */
  boolean hasLabels() {
    return labelStarts != null;
  }

  /** Where the labels of a target begin, for {@link #symbol}; those of the one before end there. */
  int labelStart(int place) {
    return labelStarts[place];
  }

  /** Real numbers of a target; 0 if it has none. */
  int width() {
    return width;
  }

  /** A real number of a target. */
  float value(int place, int number) {
    return values[place * width + number];
  }

  /** Whether any real number of a target is there; true of other targets. */
  boolean isKnown(int place) {
    for (int i = 0; i < width; i++) {
      if (!Float.isNaN(value(place, i))) {
        return true;
      }
    }
    return width == 0;
  }

  /** A hash of a target's content, after the hash of what came before. */
  long contentOf(int place, long before) {
    long hash = before;
    if (width > 0) {
      for (int i = 0; i < width; i++) {
        hash = Hash.with(hash, Float.floatToIntBits(value(place, i)));
      }
      return hash;
    }
    if (!hasLabels()) {
      return Hash.with(hash, symbols[place]);
    }
    hash = Hash.with(hash, labelStarts[place + 1] - labelStarts[place]);
    for (int i = labelStarts[place]; i < labelStarts[place + 1]; i++) {
      hash = Hash.with(hash, symbols[i]);
    }
    return hash;
  }
}
