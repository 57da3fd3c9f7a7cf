package org.unroll.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.unroll.store.Directory;
import org.unroll.store.ModelDirectory;
import org.unroll.train.TrainingState;

/**
 * Which epoch's model a run keeps, and its metrics: the same in {@code run.json}, in the model's
 * {@code config.json} and on the screen.
 *
 * @param validated whether there are validation data, by whose loss the epoch was chosen; without
 *     them it is the last one
 */
record KeptModel(TrainingState state, boolean validated) {
  private static final String BEST_EPOCH = "best-epoch";
  private static final String LAST_EPOCH = "last-epoch";

  /** Keys of {@link #figures}. */
  static final Set<String> KEYS =
      Set.of(
          "model-chosen-by",
          "model-updates",
          BEST_EPOCH,
          "best-loss",
          "best-accuracy",
          LAST_EPOCH,
          "train-loss");

  /** What {@code run.json} says of it. */
  Figures figures() {
    Figures run = new Figures();
    run.put("model-chosen-by", validated ? "lowest valid-loss" : "last epoch");
    run.put("model-updates", state.bestUpdates());
    if (validated) {
      run.put(BEST_EPOCH, (long) state.bestEpoch());
      run.put("best-loss", state.bestLoss());
      run.put("best-accuracy", state.bestAccuracy());
    } else {
      run.put(LAST_EPOCH, (long) state.bestEpoch());
      run.put("train-loss", state.bestLoss());
    }
    return run;
  }

  /** What {@code config.json} says of how the model was trained. */
  Figures training() {
    Figures training = new Figures();
    if (validated) {
      training
          .put(BEST_EPOCH, (long) state.bestEpoch())
          .put("valid-loss", state.bestLoss())
          .put("valid-accuracy", state.bestAccuracy());
    } else {
      training.put(LAST_EPOCH, (long) state.bestEpoch()).put("train-loss", state.bestLoss());
    }
    return training.put("updates", state.bestUpdates());
  }

  /** The epoch of a model on disk; 0 if there is none. */
  static long epoch(Directory model) {
    Map<String, Object> training = ModelDirectory.training(model);
    return training.getOrDefault(BEST_EPOCH, training.get(LAST_EPOCH)) instanceof Long epoch
        ? epoch
        : 0;
  }

  /** One line for people. */
  String sentence() {
    if (!validated) {
      return String.format(
          Locale.ROOT,
          "the model is that of the last epoch, %d: train-loss %.4f (without data.valid nothing"
              + " tells which one is better)",
          state.bestEpoch(),
          state.bestLoss());
    }
    if (state.bestEpoch() == 0) {
      return "no validation gave a finite loss: the model is that of the last update";
    }
    return String.format(
        Locale.ROOT,
        "best epoch %d: valid-loss %.4f, valid-accuracy %.2f %%",
        state.bestEpoch(),
        state.bestLoss(),
        100 * state.bestAccuracy());
  }
}
