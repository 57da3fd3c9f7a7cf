package org.unroll.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ejml.data.FMatrixRMaj;
import org.unroll.config.CheckpointConfig;
import org.unroll.optim.Optimizer;
import org.unroll.report.MetricsLog;
import org.unroll.store.Checkpoint;
import org.unroll.store.CheckpointStore;
import org.unroll.store.Directory;
import org.unroll.store.ModelDirectory;
import org.unroll.store.SafeTensors;
import org.unroll.store.Tensor;
import org.unroll.tensor.Parameters;
import org.unroll.train.TrainingListener;
import org.unroll.train.TrainingState;

/** Saves the training state when it is due, and finds it again. */
final class Checkpoints implements TrainingListener {
  private final CheckpointConfig config;
  private final CheckpointStore store;
  private final int rounds;
  private TrainingState state;
  private long lastNanos = System.nanoTime();
  private long lastRound = -1;
  private long savedRound = -1;

  /**
   * Checkpoints in a directory.
   *
   * @param rounds rounds of an epoch
   */
  Checkpoints(CheckpointConfig config, Directory directory, int rounds) {
    this.config = config;
    this.rounds = rounds;
    store = new CheckpointStore(directory, config.keep());
  }

  /** What will be saved. */
  void watch(TrainingState state) {
    this.state = state;
    lastRound = position();
  }

  private long position() {
    return (long) state.epoch() * rounds + state.round();
  }

  @Override
  public void round(RoundReport report) {
    saveIfDue();
  }

  @Override
  public void validation(ValidationReport report) {
    saveIfDue();
  }

  @Override
  public void epoch(EpochReport report) {
    saveIfDue();
  }

  private void saveIfDue() {
    boolean byRounds = config.everyRounds() > 0 && position() % config.everyRounds() == 0;
    double minutes = (System.nanoTime() - lastNanos) / 60e9;
    boolean byTime = config.everyMinutes() > 0 && minutes >= config.everyMinutes();
    if ((byRounds || byTime) && position() != lastRound) {
      save();
    }
  }

  /** Saves the state now, unless it is the one saved last: nothing may ever be without a copy. */
  void save() {
    if (position() == savedRound) {
      return;
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, FMatrixRMaj> entry : state.tensors().entrySet()) {
      tensors.put(entry.getKey(), ModelDirectory.tensor(entry.getKey(), entry.getValue()));
    }
    store.write(position(), new SafeTensors(Map.of(), tensors), state.figures());
    lastNanos = System.nanoTime();
    lastRound = position();
    savedRound = lastRound;
  }

  /**
   * How many records of a metrics log come before a state. A state that is not yet validated has
   * the same position as the record of the validation or the epoch, which will then be written
   * again.
   */
  static long recordsBefore(List<Map<String, Object>> records, TrainingState state, int rounds) {
    long position = (long) state.epoch() * rounds + state.round();
    boolean validationIsLeft = state.round() == rounds || state.validationPending();
    long count = 0;
    for (Map<String, Object> each : records) {
      long round = each.get(MetricsLog.ROUND) instanceof Long number ? number : position;
      boolean validated = List.of("epoch", "validation").contains(each.get("kind"));
      if (round > position || (validated && round == position && validationIsLeft)) {
        break;
      }
      count++;
    }
    return count;
  }

  /** The newest checkpoint that verifies; those passed over are reported through {@code warn}. */
  static Optional<TrainingState> newest(
      Directory directory,
      CheckpointConfig config,
      Parameters like,
      Optimizer optimizer,
      java.util.function.Consumer<String> warn) {
    CheckpointStore.Search search = new CheckpointStore(directory, config.keep()).newestValid();
    search
        .rejected()
        .forEach(r -> warn.accept("checkpoint " + r.name() + " passed over: " + r.reason()));
    if (search.checkpoint().isEmpty()) {
      return Optional.empty();
    }
    Checkpoint checkpoint = search.checkpoint().get();
    Map<String, FMatrixRMaj> matrices = new LinkedHashMap<>();
    checkpoint
        .tensors()
        .tensors()
        .forEach(
            (name, tensor) ->
                matrices.put(
                    name,
                    ModelDirectory.matrix(
                        name, tensor, checkpoint.directory().location(Checkpoint.TENSORS))));
    return Optional.of(TrainingState.of(like, optimizer.slots(), matrices, checkpoint.state()));
  }
}
