package org.unroll.config;

import java.util.ArrayList;
import java.util.List;
import org.unroll.config.CombinationRules.Violation;
import org.unroll.config.DataConfig.TargetTokens;
import org.unroll.config.Job.Sections;
import org.unroll.config.ModelConfig.Output;

/** Rules that join {@code model.output} with other keys. */
final class OutputRules {
  private static final String OUTPUT = "model.output";

  private final Sections job;
  private final List<Violation> violations = new ArrayList<>();

  private OutputRules(Sections job) {
    this.job = job;
  }

  /** The broken rules of a job whose single values are all in range. */
  static List<Violation> check(Sections job) {
    OutputRules rules = new OutputRules(job);
    switch (job.model().output().targets()) {
      case CLASS, LABELS -> rules.noValues();
      case VALUES -> rules.realValues();
    }
    if (job.model().output() == Output.ADAPTIVE_SOFTMAX) {
      rules.adaptiveSoftmax();
    }
    if (job.model().output() == Output.CRF) {
      rules.crf();
    }
    if (job.model().output() == Output.SIGMOID) {
      rules.sigmoid();
    }
    if (job.model().output() == Output.CTC) {
      rules.ctc();
    } else if (job.data().target().tokens() != TargetTokens.WORDS) {
      rules.add(
          List.of("data.target.tokens", OUTPUT),
          "data.target.tokens needs model.output = ctc, whose targets are texts",
          "model.output = " + ValueType.enumText(job.model().output()),
          "set model.output = ctc, or remove data.target.tokens");
    }
    return rules.violations;
  }

  private void add(List<String> keys, String rule, String value, String fix) {
    violations.add(new Violation(keys, rule, value, fix));
  }

  private String output() {
    return OUTPUT + " = " + ValueType.enumText(job.model().output());
  }

  private void adaptiveSoftmax() {
    noTiedWeight(", whose weight is one matrix");
    noWeights(": classes of a cluster are computed where they are the target only");
    cutoffs(job.model().adaptiveSoftmax().cutoffs());
  }

  private void realValues() {
    noTiedWeight(": targets are real values");
    noWeights(": targets are real values");
    List<Double> quantiles = job.model().quantile().quantiles();
    for (int i = 0; i < quantiles.size(); i++) {
      if (!(quantiles.get(i) > (i == 0 ? 0 : quantiles.get(i - 1)) && quantiles.get(i) < 1)) {
        add(
            List.of("model.quantile.quantiles"),
            "model.quantile.quantiles must rise, from above 0 to below 1",
            quantiles.toString(),
            "such as [0.1, 0.5, 0.9]");
        return;
      }
    }
  }

  private void noTiedWeight(String why) {
    softmaxOnly("model.tie-embeddings", job.model().tieEmbeddings() ? "true" : "", why);
  }

  private void crf() {
    if (job.model().topology() != Topology.MANY_TO_MANY) {
      add(
          List.of(OUTPUT, "model.topology"),
          "model.output = crf needs model.topology = many-to-many, a tag for each step",
          "model.topology = " + ValueType.enumText(job.model().topology()),
          "for one label per sequence set model.output = softmax");
    } else if (job.data().target().column() instanceof Column.None) {
      add(
          List.of(OUTPUT, "data.target.column"),
          "model.output = crf needs data.target.column, the column with a tag for each step",
          "none",
          "for a language model set model.output = softmax");
    }
    noWeights(": the loss of a crf is that of all tags of a sequence together");
  }

  private void sigmoid() {
    DataConfig data = job.data();
    if (!data.hasColumns()) {
      add(
          List.of(OUTPUT, "data.format"),
          "model.output = sigmoid needs data.format = delimited, json or parquet, rows with labels",
          "data.format = " + ValueType.enumText(data.format()),
          "for a language model set model.output = softmax");
    } else if (data.target().column() instanceof Column.None
        && job.model().topology() == Topology.MANY_TO_MANY) {
      add(
          List.of(OUTPUT, "data.target.column"),
          "model.output = sigmoid needs data.target.column, the column with the labels of each"
              + " step",
          "none",
          "for a language model set model.output = softmax");
    }
    noWeights(": labels do not exclude each other");
    if (job.model().sigmoid().tuneThreshold() && data.valid() instanceof ValidSource.None) {
      add(
          List.of("model.sigmoid.tune-threshold", "data.valid"),
          "model.sigmoid.tune-threshold needs data.valid, on which thresholds are tuned",
          "none",
          "add data.valid = 0.1");
    }
  }

  private void ctc() {
    if (job.model().topology() != Topology.MANY_TO_MANY) {
      add(
          List.of(OUTPUT, "model.topology"),
          "model.output = ctc needs model.topology = many-to-many, an output at each step",
          "model.topology = " + ValueType.enumText(job.model().topology()),
          "set model.topology = many-to-many; for one label per sequence, model.output = softmax");
    }
    if (job.data().maxLength().action() == DataConfig.TooLong.SPLIT) {
      add(
          List.of("data.max-length.action", OUTPUT),
          "data.max-length.action = split cannot be used with model.output = ctc, whose texts"
              + " cannot be cut where sequences are",
          "split",
          "set data.max-length.action = reject");
    }
    noTiedWeight(", whose outputs are the symbols of the input");
    noWeights(": the loss is that of a whole text");
  }

  /** Targets weigh as their sequences do. */
  private void noWeights(String why) {
    TrainingConfig training = job.training();
    softmaxOnly(
        "training.label-smoothing",
        training.labelSmoothing() > 0 ? JobText.number(training.labelSmoothing()) : "",
        why);
    softmaxOnly("training.balance-classes", training.balanceClasses() ? "true" : "", why);
    softmaxOnly(
        "training.class-weights",
        training.classWeights().isEmpty() ? "" : training.classWeights().size() + " of them",
        why);
  }

  private void softmaxOnly(String key, String value, String why) {
    if (!value.isEmpty()) {
      add(
          List.of(key, OUTPUT),
          key + " needs model.output = softmax" + why,
          key + " = " + value + " with " + output(),
          "remove " + key + ", or set model.output = softmax");
    }
  }

  private void cutoffs(List<Integer> cutoffs) {
    for (int i = 0; i < cutoffs.size(); i++) {
      if (cutoffs.get(i) <= (i == 0 ? 0 : cutoffs.get(i - 1))) {
        add(
            List.of("model.adaptive-softmax.cutoffs"),
            "model.adaptive-softmax.cutoffs must rise from 1 on",
            cutoffs.toString(),
            "such as [2000, 10000]");
        return;
      }
    }
  }

  /** Keys of targets that are real values. */
  private void noValues() {
    DataConfig.Target target = job.data().target();
    valuesOnly("data.target.width", target.width() == 1 ? "" : Integer.toString(target.width()));
    valuesOnly("data.target.standardize", target.standardize() ? "" : "false");
  }

  private void valuesOnly(String key, String value) {
    if (!value.isEmpty()) {
      add(
          List.of(key, OUTPUT),
          key + " needs an output of real values, such as model.output = " + names(),
          key + " = " + value + " with " + output(),
          "remove " + key + ", or set model.output = linear");
    }
  }

  private static String names() {
    List<String> names = new ArrayList<>();
    for (Output output : Output.values()) {
      if (output.targets() == TargetType.VALUES) {
        names.add(ValueType.enumText(output));
      }
    }
    return Suggestions.join(names, "or");
  }
}
