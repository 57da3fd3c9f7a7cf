package org.unroll.check;

import java.util.List;
import java.util.Locale;
import org.unroll.config.DataConfig;
import org.unroll.config.Job;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.OptimizerConfig;
import org.unroll.config.TrainingConfig;
import org.unroll.data.InputCoding;
import org.unroll.nn.layer.Poolings;
import org.unroll.text.Counts;

/**
 * Warns of settings that this job and its data leave without effect, or with another than was
 * meant. A value that is the default is not told: nobody may have set it.
 */
final class UselessSettings {
  private final PlannedRun plan;
  private final Job job;
  private final DataConfig data;
  private final ModelConfig model;
  private final TrainingConfig training;
  private final Warnings warnings;

  UselessSettings(PlannedRun plan, Warnings warnings) {
    this.plan = plan;
    this.warnings = warnings;
    job = plan.job();
    data = job.data();
    model = job.model();
    training = job.training();
  }

  void all() {
    vocabulary();
    badRows();
    forgetBias("model.layers.", model.layers());
    forgetBias("model.characters.layers.", model.characters().layers());
    recomputing();
    cuts();
    ends();
    schedule();
    decay();
    samples();
  }

  /** A setting that does nothing, and why; not told if it is the default. */
  private void useless(String key, Object value, String why) {
    boolean whole = value instanceof Double number && number == Math.rint(number);
    Change remove = Change.of("remove " + key, key + "=");
    if (warnings.isPossible(remove)) {
      warnings.add(
          key
              + " = "
              + (whole ? (Object) ((Double) value).longValue() : value)
              + " has no effect: "
              + why,
          remove);
    }
  }

  private void vocabulary() {
    if (data.input().tokens() != DataConfig.Tokens.FEATURES) {
      return;
    }
    String none = "data.input holds features, which have no vocabulary";
    useless(
        "data.vocabulary.min-count",
        data.vocabulary().minCount(),
        none + ", and data.fields have their own min-count");
    if (InputCoding.symbols(data).isEmpty()) {
      useless("data.vocabulary.max-size", data.vocabulary().maxSize(), none);
    }
  }

  private void badRows() {
    if (data.badRows() == DataConfig.BadRows.FAIL) {
      useless(
          "data.bad-rows-budget",
          data.badRowsBudget(),
          "data.bad-rows = fail stops at the first bad row");
    }
  }

  private void forgetBias(String section, List<LayerConfig> layers) {
    boolean random = model.initialization() == ModelConfig.Initialization.PYTORCH;
    for (int i = 0; random && i < layers.size(); i++) {
      LayerConfig layer = layers.get(i);
      if (layer.cell() == LayerConfig.Cell.LSTM) {
        useless(
            section + i + ".forget-bias",
            layer.forgetBias(),
            "model.initialization = pytorch draws all biases");
      }
    }
  }

  private void recomputing() {
    int above = training.recomputeAbove();
    String why =
        model.layers().stream().anyMatch(LayerConfig::bidirectional)
            ? "a bidirectional layer needs all steps of a sequence at once"
            : model.hasBatchNormalization()
                ? "batch normalisation needs all steps of a block at once"
                : !Poolings.worksInWindows(model.pooling())
                    ? "pooling = attention needs all steps of a sequence at once"
                    : model.output() == ModelConfig.Output.CRF || model.predicted().isText()
                        ? "model.output = "
                            + model.output().name().toLowerCase(Locale.ROOT)
                            + " needs all steps of a sequence at once"
                        : "";
    if (above > 0 && !why.isEmpty()) {
      useless("training.recompute-above", above, why);
    }
  }

  private void cuts() {
    int longest = plan.summary().train().longest();
    if (training.truncate() >= longest && longest > 0 && training.truncate() > 0) {
      useless(
          "training.truncate",
          training.truncate(),
          "the longest sequence has " + Counts.of(longest, "step"));
    }
  }

  /** What would come after the end of training. */
  private void ends() {
    long updates = plan.updates();
    String all = "training ends after " + Counts.of(updates, "update");
    int warmUp = training.optimizer().warmUpRounds();
    if (warmUp * 2L > updates) {
      beyond(
          "the learning rate rises during "
              + Math.min(warmUp, updates)
              + " of "
              + Counts.of(updates, "update"),
          "training.optimizer.warm-up-rounds",
          updates / 20);
    }
    if (training.averageRounds() > updates) {
      beyond(
          "the model is the mean over the last "
              + training.averageRounds()
              + " of only "
              + Counts.of(updates, "update")
              + ", the first ones among them",
          "training.average-rounds",
          updates / 4);
    }
    long validations = plan.validations();
    if (training.patience() >= Math.max(1, validations) && validations > 0) {
      useless(
          "training.patience",
          training.patience(),
          "there are only " + Counts.of(validations, "validation"));
    }
    if (job.validation().everyRounds() > updates) {
      useless("validation.every-rounds", job.validation().everyRounds(), all);
    }
    if (job.checkpoint().everyRounds() > updates) {
      useless("checkpoint.every-rounds", job.checkpoint().everyRounds(), all);
    }
  }

  private void beyond(String finding, String key, long better) {
    warnings.add(
        finding, better > 0 ? Change.about(key, better) : Change.of("remove " + key, key + "="));
  }

  private void schedule() {
    OptimizerConfig optimizer = training.optimizer();
    if (!optimizer.schedule().drops()) {
      return;
    }
    boolean plateau = optimizer.schedule() == OptimizerConfig.Schedule.PLATEAU;
    long most = plateau ? plan.validations() : training.epochs();
    if (optimizer.dropAfter() >= most) {
      warnings.add(
          "the learning rate never drops: training.optimizer.drop-after = "
              + optimizer.dropAfter()
              + ", and there "
              + Counts.verb(most, "is ", "are ")
              + Counts.of(most, plateau ? "validation" : "epoch"),
          Change.of(
              "set training.optimizer.drop-after to less",
              "training.optimizer.drop-after=" + Math.max(1, most / 3)),
          Change.of(
              "set training.optimizer.schedule = constant",
              "training.optimizer.schedule=constant",
              "training.optimizer.drop-after=",
              "training.optimizer.drop-factor=",
              "training.optimizer.final-learning-rate="));
    }
  }

  private void decay() {
    OptimizerConfig optimizer = training.optimizer();
    boolean all = optimizer.weightDecayOn() == OptimizerConfig.Decayed.ALL;
    if (all && optimizer.weightDecay() == 0 && !optimizer.kind().fullBatch()) {
      useless("training.optimizer.weight-decay-on", "all", "training.optimizer.weight-decay is 0");
    }
  }

  private void samples() {
    int samples = job.output().samples();
    if (!plan.languageModel() && samples > 0) {
      useless("output.samples", samples, "only a language model writes texts");
    }
  }
}
