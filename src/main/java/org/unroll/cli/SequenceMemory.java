package org.unroll.cli;

import java.util.ArrayList;
import java.util.List;
import org.unroll.config.DataConfig;
import org.unroll.config.Job;
import org.unroll.data.SplitSummary;
import org.unroll.tensor.Timeline;
import org.unroll.text.Counts;
import org.unroll.train.TrainingSetup;

/**
 * The part of a run's memory that grows with the length of its sequences, and what makes it less.
 *
 * @param longest steps of the longest sequence
 * @param bytes of what is kept for every step until the way back
 * @param recomputed the same bytes if long blocks were computed in windows
 * @param smaller settings that make either less; empty if there are none
 */
record SequenceMemory(int longest, long bytes, long recomputed, List<String> smaller) {
  /** Where no sequence is computed. */
  static final SequenceMemory NONE = new SequenceMemory(0, 0, 0, List.of());

  /** The default of {@code training.recompute-above}. */
  static final int RECOMPUTE_ABOVE = 1000;

  static SequenceMemory of(
      Job job, TrainingSetup setup, SplitSummary train, long bytes, long recomputed) {
    List<String> smaller = new ArrayList<>();
    smaller.add(limit(job.data()));
    if (Math.min(setup.blockSize(), train.sequences()) > Timeline.LANE_MULTIPLE) {
      smaller.add("a smaller training.block-size");
    }
    return new SequenceMemory(train.longest(), bytes, recomputed, List.copyOf(smaller));
  }

  /** What bounds the length; a recording is left out, because it is no longer itself when cut. */
  private static String limit(DataConfig data) {
    if (data.format() == DataConfig.Format.STREAM) {
      return "a smaller data.piece";
    }
    String steps = (data.maxLength().steps() > 0 ? "a smaller " : "") + "data.max-length.steps";
    boolean cuts = data.maxLength().action() == DataConfig.TooLong.TRUNCATE;
    return data.input().tokens() == DataConfig.Tokens.FEATURES && cuts
        ? steps + " with data.max-length.action = reject"
        : steps;
  }

  /** Whether it is for this part alone that what is needed does not fit. */
  boolean decides(long needed, long given) {
    // A sum beyond all measure tells nothing of its parts.
    return bytes > 0 && needed != Long.MAX_VALUE && needed - bytes <= given;
  }

  /** What does not fit. */
  String describe() {
    return "sequences of up to " + Counts.of(longest, "step");
  }

  /** The settings that help: computing again what is not kept if that is enough. */
  String fix(long needed, long given) {
    boolean enough = recomputed < bytes && needed - bytes + recomputed <= given;
    return enough
        ? "set training.recompute-above = " + RECOMPUTE_ABOVE
        : "set " + String.join(" or ", smaller);
  }
}
