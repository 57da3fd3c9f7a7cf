package org.unroll.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.unroll.batch.Rounds;
import org.unroll.config.DataConfig;
import org.unroll.config.DenseConfig;
import org.unroll.config.Job;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.OptimizerConfig;
import org.unroll.config.TrainingConfig;
import org.unroll.text.Counts;

/** Warns of a network, or a way of training it, that will not learn. */
final class TrainingAdvice {
  private static final int FEW_UPDATES = 200;
  private static final int LARGE_VOCABULARY = 1000;
  private static final int LONG_SEQUENCE = 50;
  private static final double FAR_FROM_LAST = 40;
  private static final int MANY_EPOCHS = 10;

  private final PlannedRun plan;
  private final ModelConfig model;
  private final TrainingConfig training;
  private final Warnings warnings;

  TrainingAdvice(PlannedRun plan, Warnings warnings) {
    this.plan = plan;
    this.warnings = warnings;
    model = plan.job().model();
    training = plan.job().training();
  }

  private static String format(String text, Object... arguments) {
    return String.format(Locale.ROOT, text, arguments);
  }

  /** Sequences of one step each: what rows that are steps of longer recordings become. */
  void singleSteps() {
    if (plan.summary().train().longest() > 1) {
      return;
    }
    boolean features = plan.job().data().input().tokens() == DataConfig.Tokens.FEATURES;
    warnings.add(
        "every sequence has a single step: there is nothing for a recurrent layer to remember",
        features
            ? Change.of(
                "if each row is a step of a sequence, write all steps of a sequence into one row"
                    + " (grouping rows is not supported yet), or correct data.input.width")
            : Change.of("give rows that hold whole sequences"),
        Change.set("data.input.tokens", "characters"));
  }

  /** So few updates that training will hardly have begun. */
  void fewUpdates() {
    if (plan.updates() < FEW_UPDATES) {
      warnings.add(
          format(
              "%s in all %s few: training will hardly have begun",
              Counts.of(plan.updates(), "update"), Counts.verb(plan.updates(), "is", "are")),
          moreUpdates());
    }
  }

  /** The largest batches that make enough updates; more epochs if there are none. */
  private Change moreUpdates() {
    if (training.optimizer().kind().fullBatch()) {
      return Change.of(
          "set training.epochs to at least " + FEW_UPDATES, "training.epochs=" + FEW_UPDATES);
    }
    Rounds rounds = plan.rounds();
    long blockSize = training.blockSize();
    long blocks = (long) training.epochs() * rounds.blocks() / FEW_UPDATES;
    Job job = plan.job();
    if (blocks >= 1) {
      String instead = job.sync().hasRoundsPerEpoch() ? " instead of sync.rounds-per-epoch" : "";
      long batch = blocks * blockSize > 64 && blockSize <= 64 ? 64 : blocks * blockSize;
      return Change.of(
          format(
              "set training.batch-size%s (say %d) to update more often%s",
              instead, batch, training.hasBatchSize() ? "" : " than once per epoch"),
          "sync.rounds-per-epoch=",
          "training.batch-size=" + batch);
    }
    long epochs = (FEW_UPDATES + rounds.blocks() - 1L) / rounds.blocks();
    return Change.of(
        format(
            "set training.epochs to at least %,d with training.batch-size = %d, or give more data",
            epochs, blockSize),
        "sync.rounds-per-epoch=",
        "training.epochs=" + epochs,
        "training.batch-size=" + blockSize);
  }

  void learningRate() {
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
    if (rate < least || rate > most) {
      // Between the bounds on a scale of powers, where the usual ones are.
      double middle = Math.sqrt(least * most);
      warnings.add(
          format(
              "the learning rate %s is far too %s: training will %s",
              Double.toString(rate),
              rate < least ? "small" : "large",
              rate < least ? "hardly move" : "probably diverge"),
          Change.of(
              "set training.optimizer.learning-rate; " + usualRate(optimizer, brake),
              "training.optimizer.learning-rate=" + middle));
    }
  }

  private static String usualRate(OptimizerConfig optimizer, double brake) {
    String momentum = brake < 1 ? " with this momentum" : "";
    return switch (optimizer.kind()) {
      case ADAM, ADAMW -> "0.0003 to 0.01 is usual for adam";
      case RMSPROP ->
          format("%.4f to %.3f is usual for rmsprop%s", 0.0003 * brake, 0.01 * brake, momentum);
      case IRPROP_PLUS, IRPROP_MINUS -> "0.001 to 0.1, the first step size, is usual for irprop";
      case SGD -> format("%.3f to %.3f is usual for sgd%s", 0.05 * brake, brake, momentum);
    };
  }

  void masks() {
    if (training.optimizer().kind().fullBatch() && drops()) {
      warnings.add(
          "dropout draws other masks in every epoch, and irprop takes each turn of a gradient for a"
              + " step that was too long",
          withoutDropout(),
          Change.of(
              "set training.optimizer.kind = adam",
              "training.optimizer=",
              "training.optimizer.kind=adam"));
    }
  }

  private Change withoutDropout() {
    List<String> settings = new ArrayList<>(List.of("model.embedding-dropout=0"));
    settings.add("model.dropout-mask=step");
    for (String layer : recurrentLayers()) {
      settings.add(layer + ".dropout=0");
      settings.add(layer + ".recurrent-dropout=0");
    }
    for (int i = 0; i < model.dense().size(); i++) {
      settings.add("model.dense." + i + ".dropout=0");
    }
    return new Change("set every dropout to 0", settings);
  }

  private List<String> recurrentLayers() {
    List<String> layers = new ArrayList<>();
    IntStream.range(0, model.layers().size()).forEach(i -> layers.add("model.layers." + i));
    IntStream.range(0, model.characters().layers().size())
        .forEach(i -> layers.add("model.characters.layers." + i));
    return layers;
  }

  private boolean drops() {
    List<LayerConfig> layers = new ArrayList<>(model.layers());
    layers.addAll(model.characters().layers());
    return model.embeddingDropout() > 0
        || layers.stream().mapToDouble(LayerConfig::dropout).sum() > 0
        || layers.stream().mapToDouble(LayerConfig::recurrentDropout).sum() > 0
        || model.dense().stream().mapToDouble(DenseConfig::dropout).sum() > 0;
  }

  void gradients() {
    int longest = plan.summary().train().longest();
    int flow = training.truncate() > 0 ? Math.min(training.truncate(), longest) : longest;
    boolean clips = training.clipNorm() > 0 || training.clipValue() > 0;
    // irprop looks at signs only.
    if (flow > LONG_SEQUENCE && !clips && !training.optimizer().kind().fullBatch()) {
      warnings.add(
          format("gradients go back over up to %,d steps without clipping and may explode", flow),
          Change.set("training.clip-norm", 5));
    }
  }

  /** One label read from the last step of long sequences. */
  void pooling() {
    double steps =
        (double) plan.summary().train().steps() / Math.max(1, plan.summary().train().sequences());
    if (model.topology().targetPerStep()
        || model.pooling() != ModelConfig.Pooling.LAST
        || steps <= FAR_FROM_LAST) {
      return;
    }
    boolean both = model.layers().stream().allMatch(LayerConfig::bidirectional);
    List<Change> changes = new ArrayList<>();
    changes.add(Change.of("set model.pooling = max, which reads all steps", "model.pooling=max"));
    if (!both) {
      List<String> directions = new ArrayList<>(List.of("model.pooling=max"));
      for (int i = 0; i < model.layers().size(); i++) {
        directions.add("model.layers." + i + ".bidirectional=true");
      }
      changes.add(new Change("set bidirectional = true in model.layers as well", directions));
    }
    warnings.add(
        format(
            "the label is read from the last step%s of sequences of %.0f steps on average: what"
                + " stands far from there is hardly learned",
            both ? " of each direction" : "", steps),
        changes);
  }

  void embedding() {
    boolean text = plan.job().data().input().tokens() != DataConfig.Tokens.FEATURES;
    int symbols = text ? plan.inputs().first().size() : 0;
    if (model.embedding() == 0 && symbols > LARGE_VOCABULARY) {
      warnings.add(
          format(
              "%,d symbols go into the first layer one-hot: similar ones share nothing", symbols),
          Change.of("set model.embedding (say 100)", "model.embedding=100"));
    }
  }

  /**
   * So many parameters that they can learn all data by heart.
   *
   * @param parameters numbers learned
   */
  void overfitting(long parameters) {
    long targets = plan.summary().train().targets();
    if (drops()
        || training.patience() > 0
        || training.epochs() < MANY_EPOCHS
        || parameters <= targets) {
      return;
    }
    List<Change> changes = new ArrayList<>();
    if (!training.optimizer().kind().fullBatch()) {
      changes.add(Change.of("set model.layers.0.dropout (say 0.3)", "model.layers.0.dropout=0.3"));
    }
    changes.add(Change.of("set training.patience (say 3)", "training.patience=3"));
    changes.add(Change.of("make the layers smaller"));
    warnings.add(
        format(
            "%,d parameters see %s %s without dropout or patience: they will learn them by heart",
            parameters, Counts.of(targets, "target"), Counts.of(training.epochs(), "time")),
        changes);
  }

  /** Batches that are not whole blocks. */
  void blocks() {
    int blockSize = training.blockSize();
    int batch = training.batchSize();
    if (training.hasBatchSize() && batch % blockSize != 0) {
      int rounded = (batch + blockSize - 1) / blockSize * blockSize;
      warnings.add(
          format(
              "training.batch-size = %d is no multiple of training.block-size = %d: %d sequences"
                  + " are taken",
              batch, blockSize, rounded),
          Change.set("training.batch-size", rounded),
          Change.of(
              "set training.block-size so that it divides the batch",
              "training.block-size=" + batch));
    }
  }
}
