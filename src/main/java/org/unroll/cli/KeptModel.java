package org.unroll.cli;

import java.util.Locale;
import org.unroll.train.TrainingState;

/**
 * Which epoch's model a run keeps, and its metrics: the same in {@code run.json}, in the model's
 * {@code config.json} and on the screen.
 *
 * @param validated whether there are validation data, by whose loss the epoch was chosen; without
 *     them it is the last one
 */
record KeptModel(TrainingState state, boolean validated) {

  /** Puts it into {@code run.json}. */
  void record(Figures run) {
    run.put("model-chosen-by", validated ? "lowest valid-loss" : "last epoch");
    run.put("model-updates", state.bestUpdates());
    if (validated) {
      run.put("best-epoch", (long) state.bestEpoch());
      run.put("best-loss", state.bestLoss());
      run.put("best-accuracy", state.bestAccuracy());
    } else {
      run.put("last-epoch", (long) state.bestEpoch());
      run.put("train-loss", state.bestLoss());
    }
  }

  /** What {@code config.json} says of how the model was trained. */
  Figures training() {
    Figures training = new Figures();
    if (validated) {
      training
          .put("best-epoch", (long) state.bestEpoch())
          .put("valid-loss", state.bestLoss())
          .put("valid-accuracy", state.bestAccuracy());
    } else {
      training.put("last-epoch", (long) state.bestEpoch()).put("train-loss", state.bestLoss());
    }
    return training.put("updates", state.bestUpdates());
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
