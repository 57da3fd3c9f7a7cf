package org.unroll.check;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.unroll.config.DataConfig;
import org.unroll.config.TargetType;
import org.unroll.config.ValidSource;
import org.unroll.data.SplitSummary;
import org.unroll.data.Vocabulary;
import org.unroll.text.Counts;

/** Warns of labels that teach nothing or cannot be learned, and of few to validate with. */
final class LabelAdvice {
  private static final int FEW_EXAMPLES = 10;
  private static final double ONE_SIDED = 0.95;

  /** So many different numbers are more than names of classes; fewer if they have fractions. */
  private static final int MANY_NUMBERS = 50;

  private static final int MANY_FRACTIONS = 10;
  private static final double NEARLY_ALL = 0.95;
  private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d+)?");

  /** Targets that measure an accuracy to 7 percentage points at least. */
  private static final int FEW_TO_VALIDATE = 200;

  /** Sequences with many targets each, which are alike within a sequence. */
  private static final int FEW_SEQUENCES = 30;

  private final PlannedRun plan;
  private final SplitSummary train;
  private final Warnings warnings;

  LabelAdvice(PlannedRun plan, Warnings warnings) {
    this.plan = plan;
    this.warnings = warnings;
    train = plan.summary().train();
  }

  /** What makes the result worthless: nothing to tell apart, or another task than it seems. */
  void worthless() {
    if (plan.predictsValues()) {
      return;
    }
    if (plan.languageModel()) {
      Vocabulary symbols = plan.inputs().first();
      if (symbols.size() - symbols.kind().specials().size() == 1) {
        warnings.add(
            "the text has a single symbol, '"
                + symbols.token(symbols.size() - 1)
                + "': nothing can be learned",
            Change.of("check the files of data.train"));
      }
      return;
    }
    if (plan.job().model().predicted().type() == TargetType.LABELS) {
      // Any of them may be there or not.
      return;
    }
    if (train.targetCounts().length == 1 && !plan.job().model().predicted().isText()) {
      warnings.add(
          "there is a single label, '" + label(0) + "': nothing can be learned",
          Change.of("check that data.target.column is the column with the answer"));
      return;
    }
    if (plan.job().model().predicted().isText()) {
      return;
    }
    numbers();
    SplitSummary valid = plan.summary().valid();
    long labels =
        valid == null ? 2 : LongStream.of(valid.targetCounts()).filter(n -> n > 0).count();
    if (labels == 1) {
      warnings.add(
          "all targets of the validation data have the same label: whoever always gives it is"
              + " right",
          Change.of("give validation data with several labels"));
    }
  }

  /** Labels that are amounts: a regression, which classes cannot learn. */
  private void numbers() {
    long numbers = 0;
    boolean fractions = false;
    int labels = train.targetCounts().length;
    for (int label = 0; label < labels; label++) {
      String text = label(label).toLowerCase(Locale.ROOT);
      if (NUMBER.matcher(text).matches()) {
        numbers++;
        fractions |= Double.parseDouble(text) != Math.rint(Double.parseDouble(text));
      }
    }
    if (numbers > (fractions ? MANY_FRACTIONS : MANY_NUMBERS) && numbers >= NEARLY_ALL * labels) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%,d of %s are numbers, such as %s and %s: each becomes a class by itself, with"
                  + " nothing to say which ones are near",
              numbers,
              Counts.of(labels, "label"),
              label(0),
              label(labels - 1)),
          Change.of(
              "if they are amounts, set model.output = linear, which predicts real values",
              "model.output=linear"));
    }
  }

  private String label(int label) {
    return plan.targets().token(label);
  }

  /** Validation data that can hardly tell one epoch from another. */
  void fewToValidate() {
    SplitSummary valid = plan.summary().valid();
    if (valid == null) {
      return;
    }
    boolean one = !plan.job().model().topology().targetPerStep();
    boolean stream = plan.job().data().format() == DataConfig.Format.STREAM;
    boolean few =
        valid.targets() < FEW_TO_VALIDATE || !one && !stream && valid.sequences() < FEW_SEQUENCES;
    if (few) {
      // Targets of one sequence are alike; half right is the least certain.
      double independent = one ? valid.targets() : valid.sequences();
      double certain =
          plan.predictsValues()
              ? 196 / Math.sqrt(2 * independent)
              : Math.min(50, 98 / Math.sqrt(independent));
      warnings.add(
          String.format(
              Locale.ROOT,
              "%s%s will choose the best epoch: an %s measured on so few is uncertain by up to"
                  + " ± %.0f %s",
              Counts.of(valid.sequences(), "validation sequence"),
              one ? "" : " with " + Counts.of(valid.targets(), "target"),
              plan.predictsValues() ? "error" : "accuracy",
              certain,
              plan.predictsValues() ? "percent" : "percentage points"),
          more(),
          Change.of(
              "compare several runs with other values of training.seed",
              "training.seed=" + (plan.job().training().seed() + 1)));
    }
  }

  private Change more() {
    return plan.job().data().valid() instanceof ValidSource.Path
        ? Change.of("give more validation data")
        : Change.of("give more data, or choose more of them to validate");
  }

  /** Labels that are hard to learn, or hard to beat. */
  void uneven() {
    long[] counts = train.targetCounts();
    if (plan.languageModel() || plan.predictsValues() || counts.length < 2) {
      return;
    }
    for (int label = 0; label < counts.length; label++) {
      if (counts[label] > ONE_SIDED * train.targets() && !plan.job().model().predicted().isText()) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "label '%s' makes up %.1f %% of the targets: always giving it is hard to beat",
                label(label),
                100.0 * counts[label] / train.targets()),
            Change.of(
                "give more examples of the other labels, and judge by the baseline, not by"
                    + " accuracy"));
      }
    }
    long few = Arrays.stream(counts).filter(count -> count < FEW_EXAMPLES).count();
    if (few > 0) {
      int rarest = 0;
      for (int label = 0; label < counts.length; label++) {
        rarest = counts[label] < counts[rarest] ? label : rarest;
      }
      warnings.add(
          String.format(
              Locale.ROOT,
              "%,d of %s %s fewer than %d examples ('%s' has %d): they will hardly be learned",
              few,
              Counts.of(counts.length, "label"),
              Counts.verb(few, "has", "have"),
              FEW_EXAMPLES,
              label(rarest),
              counts[rarest]),
          Change.of("give more examples of them, or merge them into one label"));
    }
  }
}
