package org.unroll.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.unroll.config.CombinationRules.Violation;
import org.unroll.config.Job.Sections;

/** Rules that join several keys of the {@code training} section. */
final class LearningRules {
  private final Sections job;
  private final List<Violation> violations = new ArrayList<>();

  private LearningRules(Sections job) {
    this.job = job;
  }

  /** The broken rules of a job whose single values are all in range. */
  static List<Violation> check(Sections job) {
    LearningRules rules = new LearningRules(job);
    rules.schedule();
    rules.validation();
    rules.optimizer();
    rules.weights();
    return rules.violations;
  }

  private void add(List<String> keys, String rule, String value, String fix) {
    violations.add(new Violation(keys, rule, value, fix));
  }

  private void schedule() {
    OptimizerConfig optimizer = job.training().optimizer();
    OptimizerConfig.Schedule schedule = optimizer.schedule();
    String kind = "schedule = " + ValueType.enumText(schedule);
    String key = "training.optimizer.schedule";
    if (schedule == OptimizerConfig.Schedule.CONSTANT && optimizer.finalLearningRate() > 0) {
      add(
          List.of("training.optimizer.final-learning-rate", key),
          "training.optimizer.final-learning-rate belongs to schedule = step, cosine and plateau",
          kind,
          "set training.optimizer.schedule = cosine, or remove final-learning-rate");
    }
    boolean given = optimizer.dropAfter() > 0 || optimizer.dropFactor() > 0;
    if (!schedule.drops() && given) {
      add(
          List.of("training.optimizer.drop-after", "training.optimizer.drop-factor", key),
          "training.optimizer.drop-after and drop-factor belong to schedule = step and plateau",
          kind,
          "set training.optimizer.schedule = step, or remove them");
    }
    if (schedule.drops() && (optimizer.dropAfter() == 0 || optimizer.dropFactor() == 0)) {
      boolean after = optimizer.dropAfter() == 0;
      add(
          List.of(key),
          "training.optimizer." + kind + " needs drop-after and drop-factor",
          "no " + (after ? "drop-after" : "drop-factor"),
          after
              ? "add training.optimizer.drop-after = 3, say"
              : "add training.optimizer.drop-factor = 0.5, say");
    }
    if (schedule == OptimizerConfig.Schedule.PLATEAU) {
      requireValidation(key, "training.optimizer." + kind, "shows where the plateau is");
    }
  }

  private void validation() {
    TrainingConfig training = job.training();
    if (job.validation().everyRounds() > 0) {
      requireValidation(
          "validation.every-rounds",
          "validation.every-rounds = " + job.validation().everyRounds(),
          "is what is computed then");
    }
    if (!job.validation().metric().equals("loss")) {
      requireValidation(
          "validation.metric",
          "validation.metric = " + job.validation().metric(),
          "is what it is measured on");
    }
    if (training.averageRounds() > 0 && training.patience() > 0) {
      add(
          List.of("training.average-rounds", "training.patience"),
          "training.average-rounds counts from the planned end, which training.patience may"
              + " leave unreached",
          "training.average-rounds = "
              + training.averageRounds()
              + " and training.patience = "
              + training.patience(),
          "remove one of them");
    }
  }

  private void weights() {
    TrainingConfig training = job.training();
    boolean given = !training.classWeights().isEmpty();
    if (training.balanceClasses() && given) {
      add(
          List.of("training.class-weights", "training.balance-classes"),
          "training.balance-classes = true and training.class-weights both say what classes weigh",
          "both",
          "remove one of them");
    }
    if ((training.balanceClasses() || given)
        && job.data().target().column() instanceof Column.None) {
      String key = given ? "training.class-weights" : "training.balance-classes";
      add(
          List.of(key, "data.target.column"),
          key + " needs data.target.column, whose labels are the classes",
          "none",
          "remove " + key);
    }
    Set<String> labels = new TreeSet<>();
    for (TrainingConfig.ClassWeight each : training.classWeights()) {
      if (!labels.add(each.label())) {
        add(
            List.of("training.class-weights"),
            "the labels in training.class-weights must differ",
            JobText.quote(each.label()) + " twice",
            "remove one of them");
      }
    }
    Column weight = job.data().weight().column();
    if (job.data().weight().given() && weight.equals(job.data().target().column())) {
      add(
          List.of("data.weight.column", "data.target.column"),
          "data.weight.column and data.target.column must differ",
          JobText.quote(weight.toString()) + " for both",
          "give the column with the weight");
    }
  }

  private void requireValidation(String key, String what, String why) {
    if (job.data().valid() instanceof ValidSource.None) {
      boolean stream = job.data().format() == DataConfig.Format.STREAM;
      add(
          List.of(key, "data.valid"),
          what + " needs data.valid, whose loss " + why,
          "none",
          "add data.valid = " + (stream ? "\"tail:0.1\"" : "0.1"));
    }
  }

  private void optimizer() {
    TrainingConfig training = job.training();
    OptimizerConfig optimizer = training.optimizer();
    if (optimizer.centered() && optimizer.smoothing() == 0) {
      add(
          List.of("training.optimizer.centered", "training.optimizer.smoothing"),
          "training.optimizer.centered needs smoothing above 0: a single gradient has no deviation",
          "smoothing = 0",
          "set training.optimizer.smoothing = 0.95, or centered = false");
    }
    if (optimizer.nesterov() && optimizer.momentum() == 0) {
      add(
          List.of("training.optimizer.nesterov", "training.optimizer.momentum"),
          "training.optimizer.nesterov = true needs momentum",
          "momentum = 0",
          "set training.optimizer.momentum = 0.9, or remove nesterov");
    }
    if (optimizer.kind().fullBatch()) {
      fullBatch(training, "training.optimizer.kind = " + ValueType.enumText(optimizer.kind()));
    }
  }

  private void fullBatch(TrainingConfig training, String kind) {
    String key = "training.optimizer.kind";
    OptimizerConfig optimizer = training.optimizer();
    String why = ": signs of gradients of some data only change by chance";
    if (training.hasBatchSize()) {
      add(
          List.of("training.batch-size", key),
          kind + " needs one update per epoch" + why,
          "training.batch-size = " + training.batchSize(),
          "remove training.batch-size, or take kind = adam");
    }
    if (job.sync().roundsPerEpoch() > 1) {
      add(
          List.of("sync.rounds-per-epoch", key),
          kind + " needs one update per epoch" + why,
          "sync.rounds-per-epoch = " + job.sync().roundsPerEpoch(),
          "remove sync.rounds-per-epoch, or take kind = adam");
    }
    if (training.clipNorm() > 0 || training.clipValue() > 0) {
      boolean norm = training.clipNorm() > 0;
      String clip = norm ? "training.clip-norm" : "training.clip-value";
      add(
          List.of(clip, key),
          clip + " has no effect with " + kind + ", which looks at the gradient's signs only",
          clip + " = " + JobText.number(norm ? training.clipNorm() : training.clipValue()),
          "remove " + clip);
    }
    if (optimizer.schedule() != OptimizerConfig.Schedule.CONSTANT || optimizer.warmUpRounds() > 0) {
      add(
          List.of("training.optimizer.schedule", "training.optimizer.warm-up-rounds", key),
          kind + " has no learning rate that could change over time: steps find their own size",
          optimizer.warmUpRounds() > 0
              ? "warm-up-rounds = " + optimizer.warmUpRounds()
              : "schedule = " + ValueType.enumText(optimizer.schedule()),
          "remove training.optimizer.schedule and warm-up-rounds");
    }
    double first = optimizer.learningRate();
    if (first < optimizer.minStep() || first > optimizer.maxStep()) {
      add(
          List.of("training.optimizer.learning-rate", key),
          "training.optimizer.learning-rate, the first step, must be from min-step "
              + JobText.number(optimizer.minStep())
              + " to max-step "
              + JobText.number(optimizer.maxStep()),
          JobText.number(first),
          "choose it between, or change the bounds");
    }
  }
}
