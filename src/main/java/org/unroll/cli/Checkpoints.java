package org.unroll.cli;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.ejml.data.FMatrixRMaj;
import org.unroll.config.CheckpointConfig;
import org.unroll.config.Job;
import org.unroll.optim.Optimizer;
import org.unroll.report.MetricsLog;
import org.unroll.store.Checkpoint;
import org.unroll.store.CheckpointStore;
import org.unroll.store.Directory;
import org.unroll.store.ModelTensors;
import org.unroll.store.SafeTensors;
import org.unroll.store.Sha256;
import org.unroll.store.StoreException;
import org.unroll.store.Tensor;
import org.unroll.tensor.Parameters;
import org.unroll.train.StateRules;
import org.unroll.train.TrainingListener;
import org.unroll.train.TrainingState;

/** Saves the training state when it is due, and finds it again. */
final class Checkpoints implements TrainingListener {
  private static final String JOB = "job-fingerprint";
  private static final String DATA = "data-fingerprint";

  private final CheckpointConfig config;
  private final CheckpointStore store;
  private final StateRules rules;
  private final Optimizer optimizer;
  private final int rounds;

  /** What a state belongs to: no other run can go on from it. */
  private final Map<String, String> identity;

  private TrainingState state;
  private long lastNanos = System.nanoTime();
  private long lastRound = -1;
  private long savedRound = -1;

  /**
   * Checkpoints of a job in a directory.
   *
   * @param rounds rounds of an epoch
   * @param data fingerprint of the data
   */
  Checkpoints(Job job, Directory directory, int rounds, String data) {
    config = job.checkpoint();
    store = new CheckpointStore(directory, config.keep());
    optimizer = Optimizer.of(job.training().optimizer());
    rules = new StateRules(optimizer, job.training().epochs(), rounds);
    this.rounds = rounds;
    identity = Map.of(JOB, Sha256.hex(job.roundsText()), DATA, data);
  }

  /** What will be saved. */
  void watch(TrainingState state) {
    this.state = state;
    lastRound = position();
  }

  private long position() {
    return position(state);
  }

  private long position(TrainingState of) {
    return (long) of.epoch() * rounds + of.round();
  }

  /** Saves the state now unless it holds what no run can go on from, as that of a divergence. */
  void saveIfSound() {
    try {
      rules.check(state);
    } catch (IllegalArgumentException e) {
      return;
    }
    save();
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

  /** Saves the state at the end of training, which more epochs can go on from; without fail. */
  void saveLast(PrintStream out) {
    if (config.everyRounds() == 0 && config.everyMinutes() == 0) {
      return;
    }
    try {
      saveIfSound();
    } catch (StoreException e) {
      out.println("warning: more epochs could not go on from here: " + e.getMessage());
    }
  }

  /** Saves the state now, unless it is the one saved last: nothing may ever be without a copy. */
  void save() {
    if (position() == savedRound) {
      return;
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, FMatrixRMaj> entry : state.tensors().entrySet()) {
      tensors.put(entry.getKey(), ModelTensors.tensor(entry.getKey(), entry.getValue()));
    }
    Map<String, Object> figures = new LinkedHashMap<>(state.figures());
    figures.putAll(identity);
    store.write(position(), new SafeTensors(Map.of(), tensors), figures);
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

  /**
   * What a search found.
   *
   * @param state of the newest checkpoint that this run can go on from, if there is one
   * @param rejected newer ones, or all of them, with the reasons
   */
  record Found(Optional<TrainingState> state, List<CheckpointStore.Rejected> rejected) {}

  /**
   * Looks for the newest checkpoint that this run can go on from.
   *
   * @param like parameters of the network, for names and shapes
   */
  Found newest(Parameters like) {
    AtomicReference<TrainingState> found = new AtomicReference<>();
    CheckpointStore.Search search =
        store.newestValid(checkpoint -> found.set(read(checkpoint, like)));
    return new Found(Optional.ofNullable(found.get()), search.rejected());
  }

  /**
   * The state in a checkpoint.
   *
   * @throws StoreException if it cannot be read
   * @throws IllegalArgumentException if it is of another run, or no state that training can be in
   */
  private TrainingState read(Checkpoint checkpoint, Parameters like) {
    Map<String, Object> figures = checkpoint.state();
    identity.forEach(
        (key, own) -> {
          // Older releases did not write it.
          Object other = figures.getOrDefault(key, own);
          if (!other.equals(own)) {
            throw new IllegalArgumentException(
                "it belongs to another run: " + key + " must be " + own + ", got " + other);
          }
        });
    Map<String, FMatrixRMaj> matrices = new LinkedHashMap<>();
    String place = checkpoint.directory().location(Checkpoint.TENSORS);
    checkpoint
        .tensors()
        .tensors()
        .forEach((name, tensor) -> matrices.put(name, ModelTensors.matrix(name, tensor, place)));
    TrainingState read = TrainingState.of(like, optimizer.slots(), matrices, figures);
    rules.check(read);
    if (position(read) != checkpoint.round()) {
      throw new IllegalArgumentException(
          "its directory is that of round "
              + checkpoint.round()
              + ", its state that of round "
              + position(read));
    }
    return read;
  }
}
