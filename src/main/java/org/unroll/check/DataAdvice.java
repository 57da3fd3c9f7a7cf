package org.unroll.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.unroll.config.DataConfig;
import org.unroll.config.TrainingConfig;
import org.unroll.config.ValidSource;
import org.unroll.data.Intake;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.data.Vocabulary;
import org.unroll.data.VocabularyCoverage;
import org.unroll.tensor.Timeline;
import org.unroll.text.Counts;

/** Warns of unknown symbols, duplicates, and lengths. */
final class DataAdvice {
  private static final double MANY = 0.1;
  private static final double LEAK = 0.01;
  private static final int FAR_FROM_MEDIAN = 10;
  private static final double MUCH = 0.35;

  /** Sequences that vectors compute side by side, at least. */
  private static final int LANES = Timeline.roundUp(1);

  private final Findings findings;
  private final DataConfig data;
  private final SplitSummary train;
  private final Warnings warnings;

  DataAdvice(Findings findings, Warnings warnings) {
    this.findings = findings;
    this.warnings = warnings;
    data = findings.job().data();
    train = findings.summary().train();
  }

  private static String format(String text, Object... arguments) {
    return String.format(Locale.ROOT, text, arguments);
  }

  void unknowns() {
    for (Role role : Role.values()) {
      SplitSummary split = findings.summary().of(role);
      if (split == null) {
        continue;
      }
      // Of training data that are mostly unknown the reader has told already.
      boolean told = role == Role.TRAIN && split.unknownRate() > VocabularyCoverage.MOSTLY;
      if (split.unknownRate() > MANY && !told) {
        warnings.add(
            format(
                "%.1f %% of the symbols in %s are not in the vocabulary",
                100 * split.unknownRate(), role.key()),
            knowMore());
      }
    }
  }

  private List<Change> knowMore() {
    List<Change> changes = new ArrayList<>();
    if (data.vocabulary().minCount() > 1) {
      changes.add(Change.of("lower data.vocabulary.min-count", "data.vocabulary.min-count=1"));
    }
    // Only symbols can be unknown, so there is a vocabulary.
    Vocabulary inputs = findings.inputs().first();
    int specials = inputs.kind().specials().size();
    int most = data.vocabulary().maxSize();
    if (inputs.size() - specials >= most) {
      changes.add(
          Change.of("raise data.vocabulary.max-size", "data.vocabulary.max-size=" + 2L * most));
    }
    if (inputs.tokens().stream().anyMatch(DataAdvice::hasCapitals)) {
      changes.add(Change.set("data.input.lowercase", true));
    }
    if (data.input().tokens() == DataConfig.Tokens.WORDS) {
      if (!findings.languageModel()) {
        changes.add(
            Change.of(
                "add model.characters, which reads the characters of each word",
                "model.characters.embedding=25",
                "model.characters.layers=[{cell=lstm,units=25,bidirectional=true}]"));
      }
      if (!mustHaveWords()) {
        changes.add(Change.set("data.input.tokens", "characters"));
      }
    }
    changes.add(Change.of("give training data that is more like it"));
    return changes;
  }

  private static boolean hasCapitals(String token) {
    return !token.toLowerCase(Locale.ROOT).equals(token);
  }

  /** Whether something belongs to each word: a tag, another field, a vector, its characters. */
  private boolean mustHaveWords() {
    boolean tags =
        findings.job().model().topology().targetPerStep() && !findings.languageModel() && !isText();
    return tags
        || !data.fields().isEmpty()
        || findings.job().model().hasVectors()
        || findings.job().model().characters().isUsed();
  }

  /** Whether a text belongs to each sequence as a whole. */
  private boolean isText() {
    return findings.job().model().predicted().isText();
  }

  void duplicates() {
    findings.duplicates().forEach(this::duplicates);
  }

  private void duplicates(Role role, long duplicates) {
    long all = findings.summary().of(role).sequences();
    if (duplicates > LEAK * all) {
      warnings.add(
          format(
              "%,d of %s (%.1f %%) %s in the training data too: the model will look better than it"
                  + " is",
              duplicates,
              Counts.of(all, role.noun() + " sequence"),
              100.0 * duplicates / all,
              Counts.verb(duplicates, "is", "are")),
          Change.of("remove the duplicates, or trust the " + role.noun() + " loss less"));
    }
  }

  void lengths() {
    Intake.Counts intake = train.intake();
    if (intake.truncated() > MANY * intake.used()) {
      warnings.add(
          format(
              "%.1f %% of the training sequences are cut to %s",
              100.0 * intake.truncated() / intake.used(),
              Counts.of(data.maxLength().steps(), "step")),
          Change.of(
              "raise data.max-length.steps",
              "data.max-length.steps=" + 2L * data.maxLength().steps()),
          isText()
              ? Change.set("data.max-length.action", "reject")
              : Change.set("data.max-length.action", "split"));
    }
    Lengths lengths = findings.survey().lengths();
    int median = lengths.quantile(0.5);
    int usual = lengths.quantile(0.99);
    if (lengths.longest() > (long) FAR_FROM_MEDIAN * median && lengths.longest() > 2L * usual) {
      warnings.add(
          format(
              "the longest sequence has %,d steps, the median only %,d: a few take most of the time"
                  + " and memory",
              lengths.longest(), median),
          limit(usual, format(", which 99 %% do not exceed")),
          Change.of("see whether the longest ones are what they should be"));
    }
  }

  /**
   * A limit on the length that loses as little as can be: tags and text to continue are split, a
   * text with one label is cut, and a recording, or what has a text of its own, which are no longer
   * themselves when they are cut, left out.
   */
  private Change limit(int steps, String why) {
    String about = "set data.max-length.steps to about " + steps + why;
    String key = "data.max-length.steps=" + steps;
    if (findings.job().model().topology().targetPerStep() && !isText()) {
      return Change.of(
          about + ", and data.max-length.action = split", key, "data.max-length.action=split");
    }
    if (data.input().tokens() != DataConfig.Tokens.FEATURES && !isText()) {
      return Change.of(about, key);
    }
    return Change.of(
        about
            + ", with data.max-length.action = reject and data.bad-rows = skip: longer ones are"
            + " left out, not cut",
        key,
        "data.max-length.action=reject",
        "data.bad-rows=skip");
  }

  void padding() {
    if (findings.survey().padding() > MUCH) {
      List<Change> changes = new ArrayList<>();
      changes.add(
          limit(findings.survey().lengths().quantile(0.9), ", so that lengths differ less"));
      if (keepsBatches(LANES)) {
        changes.add(Change.set("training.block-size", LANES));
      }
      changes.add(Change.of("give more data, which fill blocks of more equal lengths"));
      warnings.add(
          format("%.0f %% of the computed steps are padding", 100 * findings.survey().padding()),
          changes);
    }
    int blockSize = findings.job().training().blockSize();
    int full = (blockSize + LANES - 1) / LANES * LANES;
    if (findings.survey().unfilled() > MUCH && full != blockSize && keepsBatches(full)) {
      warnings.add(
          format(
              "%.0f %% of the computed steps are lanes without a sequence: vectors compute a"
                  + " multiple of %d side by side",
              100 * findings.survey().unfilled(), LANES),
          Change.set("training.block-size", full));
    }
  }

  /** Whether as many sequences per update are taken with blocks of another size. */
  private boolean keepsBatches(int other) {
    TrainingConfig training = findings.job().training();
    int blockSize = training.blockSize();
    int taken = (training.batchSize() + blockSize - 1) / blockSize * blockSize;
    return taken % other == 0;
  }

  void noValidation() {
    if (data.valid() instanceof ValidSource.None) {
      warnings.add(
          "there are no validation data: nothing will show whether more than the training data was"
              + " learned, and the last epoch is kept, not the best",
          data.format() == DataConfig.Format.STREAM
              ? Change.of("set data.valid = \"tail:0.1\"", "data.valid=tail:0.1")
              : Change.set("data.valid", 0.1));
    }
  }
}
