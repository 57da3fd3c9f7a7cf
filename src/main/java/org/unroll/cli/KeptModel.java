package org.unroll.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.unroll.metric.Metric;
import org.unroll.store.Directory;
import org.unroll.store.ModelDirectory;
import org.unroll.train.TrainingState;

/**
 * Which epoch's model a run keeps, and its metrics: the same in {@code run.json}, in the model's
 * {@code config.json} and on the screen.
 *
 * @param validated whether there are validation data, which chose the epoch; without them it is the
 *     last one
 * @param metrics that the model was measured by, beside the loss
 * @param chosen name of the metric that chose the epoch
 */
record KeptModel(TrainingState state, boolean validated, List<Metric> metrics, String chosen) {
  private static final String BEST_EPOCH = "best-epoch";
  private static final String LAST_EPOCH = "last-epoch";

  private static final String BEST_VALUE = "best-";

  /** Keys of {@link #figures} that do not begin as the values of metrics do. */
  private static final Set<String> KEYS =
      Set.of("model-chosen-by", "model-updates", BEST_EPOCH, LAST_EPOCH, "train-loss");

  /** Whether a key of {@code run.json} is one of {@link #figures}. */
  static boolean isKey(String key) {
    return key.startsWith(BEST_VALUE) || KEYS.contains(key);
  }

  /** What {@code run.json} says of it. */
  Figures figures() {
    Figures run = new Figures();
    run.put("model-chosen-by", validated ? chosenBy() : "last epoch");
    run.put("model-updates", state.bestUpdates());
    if (validated) {
      run.put(BEST_EPOCH, (long) state.bestEpoch());
      state.bestValues().forEach((name, value) -> run.put(BEST_VALUE + name, value));
    } else {
      run.put(LAST_EPOCH, (long) state.bestEpoch());
      run.put("train-loss", state.bestLoss());
    }
    return run;
  }

  private String chosenBy() {
    boolean highest =
        metrics.stream().anyMatch(each -> each.name().equals(chosen) && each.higherIsBetter());
    return (highest ? "highest" : "lowest") + " valid-" + chosen;
  }

  /** What {@code config.json} says of how the model was trained. */
  Figures training() {
    Figures training = new Figures();
    if (validated) {
      training.put(BEST_EPOCH, (long) state.bestEpoch());
      state.bestValues().forEach((name, value) -> training.put("valid-" + name, value));
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

  private Metric telling() {
    return metrics.contains(Metric.ACCURACY) ? Metric.ACCURACY : metrics.get(0);
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
    StringBuilder sentence = new StringBuilder("best epoch " + state.bestEpoch() + ": valid-loss ");
    sentence.append(Metric.LOSS.show(state.bestLoss()));
    for (Metric metric : metrics) {
      Double value = state.bestValues().get(metric.name());
      if (value != null && (metric.equals(telling()) || metric.name().equals(chosen))) {
        sentence.append(", valid-").append(metric.name()).append(' ').append(metric.show(value));
      }
    }
    return sentence.toString();
  }
}
