package org.unroll.cli;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.unroll.store.Directory;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;
import org.unroll.train.TrainingListener;
import org.unroll.train.TrainingState;

/**
 * Keeps {@code model/} at the best epoch, from the first one on; without validation data at the
 * last one.
 *
 * <p>The first best model is written at once. A later one waits until ten times as long has passed
 * as the last writing took, so that a large model with short epochs costs training a tenth of its
 * time at most; a model that is written in a moment is always that of the best epoch.
 */
final class ModelKeeper implements TrainingListener {
  private static final int PAUSE = 10;

  private final Directory directory;
  private final TrainingState state;
  private final Supplier<Model> best;
  private final LongSupplier nanoTime;

  /** Best epoch of the model on disk; 0 if there is none. */
  private long keptEpoch;

  private boolean waiting;
  private boolean written;
  private long writtenAt;
  private long writingTook;

  /**
   * A keeper.
   *
   * @param directory of the model
   * @param resumed whether a model that is there is of this run; it then stays until training has
   *     come to its epoch again: the run may have been killed long after its last checkpoint
   * @param best makes the model of the best epoch so far
   * @param nanoTime as {@link System#nanoTime}
   */
  ModelKeeper(
      Directory directory,
      boolean resumed,
      TrainingState state,
      Supplier<Model> best,
      LongSupplier nanoTime) {
    this.directory = directory;
    this.state = state;
    this.best = best;
    this.nanoTime = nanoTime;
    keptEpoch = resumed ? KeptModel.epoch(directory) : 0;
    waiting = state.bestEpoch() > keptEpoch;
    writtenAt = nanoTime.getAsLong();
  }

  /** Epoch of the model on disk; 0 if there is none. */
  long epoch() {
    return keptEpoch;
  }

  @Override
  public void round(RoundReport report) {
    writeIfDue();
  }

  @Override
  public void validation(ValidationReport report) {
    improved(report.best());
  }

  @Override
  public void epoch(EpochReport report) {
    improved(report.best());
  }

  private void improved(boolean isBest) {
    waiting |= isBest && state.bestEpoch() >= keptEpoch;
    writeIfDue();
  }

  private void writeIfDue() {
    if (waiting && (keptEpoch == 0 || nanoTime.getAsLong() - writtenAt >= PAUSE * writingTook)) {
      write();
    }
  }

  /** Writes the best model so far if it is not on disk yet: training has come to a halt. */
  void save() {
    if (waiting) {
      write();
    }
  }

  /** The best model has changed without an epoch: it is written again. */
  void changed() {
    waiting = true;
  }

  /** Writes the best model, or the present one where none was best: training has ended. */
  void finish() {
    if (waiting || !written) {
      write();
    }
  }

  private void write() {
    long begin = nanoTime.getAsLong();
    ModelDirectory.replace(directory, best.get());
    keptEpoch = state.bestEpoch();
    waiting = false;
    written = true;
    writtenAt = nanoTime.getAsLong();
    writingTook = writtenAt - begin;
  }
}
