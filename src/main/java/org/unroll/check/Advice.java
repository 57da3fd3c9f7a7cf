package org.unroll.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.unroll.batch.Rounds;
import org.unroll.config.DataConfig;
import org.unroll.config.DenseConfig;
import org.unroll.config.Job;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.OptimizerConfig;
import org.unroll.config.Problem;
import org.unroll.config.TrainingConfig;
import org.unroll.config.ValidSource;
import org.unroll.data.Intake;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.data.Vocabulary;
import org.unroll.data.VocabularyCoverage;

/** Warns of what will not learn. The thresholds are rules of thumb, far from what is usual. */
public final class Advice {
  private static final int FEW_UPDATES = 200;
  private static final int FEW_EXAMPLES = 10;
  private static final double ONE_SIDED = 0.95;
  private static final double MANY = 0.1;
  private static final double LEAK = 0.01;
  private static final int LARGE_VOCABULARY = 1000;
  private static final int LONG_SEQUENCE = 50;
  private static final int FAR_FROM_MEDIAN = 10;
  private static final double MUCH_PADDING = 0.35;
  private static final int MANY_EPOCHS = 10;

  private final Findings findings;
  private final DataConfig data;
  private final ModelConfig model;
  private final TrainingConfig training;
  private final SplitSummary train;
  private final List<Warning> warnings = new ArrayList<>();

  private Advice(Findings findings) {
    this.findings = findings;
    data = findings.job().data();
    model = findings.job().model();
    training = findings.job().training();
    train = findings.summary().train();
  }

  /** What will not learn, gravest first; empty if all looks well. */
  public static List<Warning> on(Findings findings) {
    Advice advice = new Advice(findings);
    findings.summary().doubts().forEach(advice::doubt);
    advice.labels();
    advice.updates();
    advice.learningRate();
    advice.masks();
    advice.unknowns();
    advice.duplicates();
    advice.lengths();
    advice.gradients();
    advice.embedding();
    advice.overfitting();
    advice.blocks();
    return List.copyOf(advice.warnings);
  }

  private void add(String change, String finding, Object... arguments) {
    warnings.add(new Warning(String.format(Locale.ROOT, finding, arguments), change));
  }

  private void doubt(Problem doubt) {
    warnings.add(new Warning(doubt.rule() + ", got " + doubt.value(), doubt.fix()));
  }

  private static String format(String text, Object... arguments) {
    return String.format(Locale.ROOT, text, arguments);
  }

  private void labels() {
    if (findings.languageModel()) {
      return;
    }
    long[] counts = train.targetCounts();
    if (counts.length == 1) {
      add(
          "check that data.target.column is the column with the answer",
          "there is a single label, '%s': nothing can be learned",
          findings.targets().token(0));
      return;
    }
    for (int label = 0; label < counts.length; label++) {
      if (counts[label] > ONE_SIDED * train.targets()) {
        add(
            "give more examples of the other labels, and judge by the baseline, not by accuracy",
            "label '%s' makes up %.1f %% of the targets: always giving it is hard to beat",
            findings.targets().token(label),
            100.0 * counts[label] / train.targets());
      }
    }
    long few = Arrays.stream(counts).filter(count -> count < FEW_EXAMPLES).count();
    if (few > 0) {
      int rarest = 0;
      for (int label = 0; label < counts.length; label++) {
        rarest = counts[label] < counts[rarest] ? label : rarest;
      }
      add(
          "give more examples of them, or merge them into one label",
          "%,d of %,d labels have fewer than %d examples ('%s' has %d): they will hardly be"
              + " learned",
          few,
          counts.length,
          FEW_EXAMPLES,
          findings.targets().token(rarest),
          counts[rarest]);
    }
  }

  private void updates() {
    fewUpdates(findings.job(), findings.rounds()).ifPresent(warnings::add);
    long updates = findings.updates();
    int warmUp = training.optimizer().warmUpRounds();
    if (warmUp > 0 && warmUp * 2L > updates) {
      add(
          format("set training.optimizer.warm-up-rounds to about %d", updates / 20),
          "the learning rate rises during %,d of %,d updates",
          Math.min(warmUp, updates),
          updates);
    }
    if (training.averageRounds() > updates) {
      add(
          format("set training.average-rounds to about %d", updates / 4),
          "the model is the mean over the last %,d of only %,d updates, the first ones among them",
          training.averageRounds(),
          updates);
    }
  }

  /**
   * A warning if a job makes so few updates that it will hardly learn.
   *
   * @param rounds of an epoch
   */
  public static Optional<Warning> fewUpdates(Job job, Rounds rounds) {
    long updates = (long) job.training().epochs() * rounds.rounds();
    return updates < FEW_UPDATES
        ? Optional.of(
            new Warning(
                format("%,d updates in all are few: training will hardly have begun", updates),
                moreUpdates(job, rounds)))
        : Optional.empty();
  }

  /** The largest batches that make enough updates; more epochs if there are none. */
  private static String moreUpdates(Job job, Rounds rounds) {
    TrainingConfig training = job.training();
    if (training.optimizer().kind().fullBatch()) {
      return format("set training.epochs to at least %,d", FEW_UPDATES);
    }
    long blockSize = training.blockSize();
    long blocks = (long) training.epochs() * rounds.blocks() / FEW_UPDATES;
    if (blocks >= 1) {
      String instead = job.sync().hasRoundsPerEpoch() ? " instead of sync.rounds-per-epoch" : "";
      long batch = blocks * blockSize > 64 && blockSize <= 64 ? 64 : blocks * blockSize;
      return format(
          "set training.batch-size%s (say %d) to update more often%s",
          instead, batch, training.hasBatchSize() ? "" : " than once per epoch");
    }
    long epochs = (FEW_UPDATES + rounds.blocks() - 1L) / rounds.blocks();
    return format(
        "set training.epochs to at least %,d with training.batch-size = %d, or give more data",
        epochs, blockSize);
  }

  private void learningRate() {
    OptimizerConfig optimizer = training.optimizer();
    double rate = optimizer.learningRate();
    // Momentum m makes steps 1 / (1 - m) times as long in the end.
    double brake = 1 - optimizer.momentum();
    double least =
        switch (optimizer.kind()) {
          case ADAM, ADAMW -> 1e-5;
          case RMSPROP -> 1e-5 * brake;
          case IRPROP_PLUS, IRPROP_MINUS -> 1e-5;
          case SGD -> 1e-3 * brake;
        };
    double most =
        switch (optimizer.kind()) {
          case ADAM, ADAMW -> 0.03;
          case RMSPROP -> 0.03 * brake;
          case IRPROP_PLUS, IRPROP_MINUS -> 0.5;
          case SGD -> 5 * brake;
        };
    String usual =
        switch (optimizer.kind()) {
          case ADAM, ADAMW -> "0.0003 to 0.01 is usual for adam";
          case RMSPROP ->
              format(
                  "%.4f to %.3f is usual for rmsprop%s",
                  0.0003 * brake, 0.01 * brake, brake < 1 ? " with this momentum" : "");
          case IRPROP_PLUS, IRPROP_MINUS ->
              "0.001 to 0.1, the first step size, is usual for irprop";
          case SGD ->
              format(
                  "%.3f to %.3f is usual for sgd%s",
                  0.05 * brake, brake, brake < 1 ? " with this momentum" : "");
        };
    if (rate < least || rate > most) {
      add(
          "set training.optimizer.learning-rate; " + usual,
          "the learning rate %s is far too %s: training will %s",
          Double.toString(rate),
          rate < least ? "small" : "large",
          rate < least ? "hardly move" : "probably diverge");
    }
  }

  private void masks() {
    if (training.optimizer().kind().fullBatch() && drops()) {
      add(
          "set every dropout to 0, or training.optimizer.kind = adam",
          "dropout draws other masks in every epoch, and irprop takes each turn of a gradient for a"
              + " step that was too long");
    }
  }

  private void unknowns() {
    for (Role role : Role.values()) {
      SplitSummary split = findings.summary().of(role);
      if (split == null) {
        continue;
      }
      // Of training data that are mostly unknown the reader has told already.
      boolean told = role == Role.TRAIN && split.unknownRate() > VocabularyCoverage.MOSTLY;
      if (split.unknownRate() > MANY && !told) {
        add(
            knowMore(),
            "%.1f %% of the symbols in %s are not in the vocabulary",
            100 * split.unknownRate(),
            role.key());
      }
      Intake.Counts intake = split.intake();
      long unknown = intake.reasons().getOrDefault("unknown-label", 0L);
      if (unknown > MANY * intake.read()) {
        add(
            "give training data with all labels",
            "%.1f %% of the rows of %s have labels that data.train lacks",
            100.0 * unknown / intake.read(),
            role.key());
      }
    }
  }

  private String knowMore() {
    List<String> changes = new ArrayList<>();
    if (data.vocabulary().minCount() > 1) {
      changes.add("lower data.vocabulary.min-count");
    }
    // Only symbols can be unknown, so there is a vocabulary.
    Vocabulary inputs = findings.inputs().first();
    int specials = inputs.kind().specials().size();
    if (inputs.size() - specials >= data.vocabulary().maxSize()) {
      changes.add("raise data.vocabulary.max-size");
    }
    if (!data.input().lowercase()) {
      changes.add("set data.input.lowercase = true");
    }
    if (data.input().tokens() == DataConfig.Tokens.WORDS) {
      changes.add("set data.input.tokens = characters");
    }
    changes.add("give training data that is more like it");
    return String.join(", or ", changes);
  }

  private void duplicates() {
    findings
        .duplicates()
        .forEach(
            (role, duplicates) -> {
              long all = findings.summary().of(role).sequences();
              if (duplicates > LEAK * all) {
                add(
                    "remove the duplicates, or trust the " + role.noun() + " loss less",
                    "%,d of %,d %s sequences (%.1f %%) are in the training data too: the model will"
                        + " look better than it is",
                    duplicates,
                    all,
                    role.noun(),
                    100.0 * duplicates / all);
              }
            });
  }

  private void lengths() {
    Intake.Counts intake = train.intake();
    if (intake.truncated() > MANY * intake.used()) {
      add(
          "raise data.max-length.steps, or set data.max-length.action = split",
          "%.1f %% of the training sequences are cut to %,d steps",
          100.0 * intake.truncated() / intake.used(),
          data.maxLength().steps());
    }
    Lengths lengths = findings.survey().lengths();
    int median = lengths.quantile(0.5);
    int usual = lengths.quantile(0.99);
    if (lengths.longest() > (long) FAR_FROM_MEDIAN * median && lengths.longest() > 2L * usual) {
      add(
          format("set data.max-length.steps to about %,d, which 99 %% do not exceed", usual),
          "the longest sequence has %,d steps, the median only %,d: a few take most of the time and"
              + " memory",
          lengths.longest(),
          median);
    }
  }

  private void gradients() {
    int longest = findings.survey().lengths().longest();
    int flow = training.truncate() > 0 ? Math.min(training.truncate(), longest) : longest;
    if (flow > LONG_SEQUENCE && training.clipNorm() == 0 && training.clipValue() == 0) {
      add(
          "set training.clip-norm = 5",
          "gradients go back over up to %,d steps without clipping and may explode",
          flow);
    }
  }

  private void embedding() {
    boolean text = data.input().tokens() != DataConfig.Tokens.FEATURES;
    int symbols = text ? findings.inputs().first().size() : 0;
    if (model.embedding() == 0 && symbols > LARGE_VOCABULARY) {
      add(
          "set model.embedding (say 100)",
          "%,d symbols go into the first layer one-hot: similar ones share nothing",
          symbols);
    }
  }

  private boolean drops() {
    return model.embeddingDropout() > 0
        || model.layers().stream().mapToDouble(LayerConfig::dropout).sum() > 0
        || model.layers().stream().mapToDouble(LayerConfig::recurrentDropout).sum() > 0
        || model.dense().stream().mapToDouble(DenseConfig::dropout).sum() > 0;
  }

  private void overfitting() {
    if (!drops()
        && training.patience() == 0
        && training.epochs() >= MANY_EPOCHS
        && findings.parameters() > train.targets()) {
      add(
          "set model.layers.0.dropout (say 0.3) and training.patience (say 3), or make the layers"
              + " smaller",
          "%,d parameters see %,d targets %,d times without dropout or patience: they will learn"
              + " them by heart",
          findings.parameters(),
          train.targets(),
          training.epochs());
    }
    if (data.valid() instanceof ValidSource.None) {
      add(
          data.format() == DataConfig.Format.STREAM
              ? "set data.valid = \"tail:0.1\""
              : "set data.valid = 0.1",
          "there are no validation data: nothing will show whether more than the training data was"
              + " learned");
    }
  }

  private void blocks() {
    int blockSize = training.blockSize();
    int batch = training.batchSize();
    if (training.hasBatchSize() && batch % blockSize != 0) {
      int rounded = (batch + blockSize - 1) / blockSize * blockSize;
      add(
          format(
              "set training.batch-size = %d, or training.block-size so that it divides the batch",
              rounded),
          "training.batch-size = %d is no multiple of training.block-size = %d: %d sequences are"
              + " taken",
          batch,
          blockSize,
          rounded);
    }
    if (findings.survey().padding() > MUCH_PADDING) {
      add(
          blockSize % 16 == 0
              ? "set data.max-length.steps, so that lengths differ less"
              : "set training.block-size to a multiple of 16",
          "%.0f %% of the computed steps are padding",
          100 * findings.survey().padding());
    }
  }
}
