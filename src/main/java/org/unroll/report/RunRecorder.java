package org.unroll.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.unroll.train.Evaluation;
import org.unroll.train.TrainingListener;

/** Writes what happens in training to metrics log, TensorBoard events and progress line. */
public final class RunRecorder implements TrainingListener {
  private final MetricsLog metrics;
  private final TensorBoardLog events;
  private final ProgressLine progress;
  private final boolean classification;
  private final RemainingTime remaining = new RemainingTime();
  private final long begin = System.nanoTime();
  private double secondsBefore;
  private int roundsDone;
  private double meanTokensPerSecond;

  /**
   * A recorder.
   *
   * @param classification whether accuracy is worth a place on the screen
   * @param secondsBefore time spent before this process began
   */
  public RunRecorder(
      MetricsLog metrics,
      TensorBoardLog events,
      ProgressLine progress,
      boolean classification,
      double secondsBefore) {
    this.metrics = metrics;
    this.events = events;
    this.progress = progress;
    this.classification = classification;
    this.secondsBefore = secondsBefore;
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - begin) / 1e9;
  }

  @Override
  public void round(RoundReport report) {
    double tokensPerSecond = report.tokens() / report.seconds();
    long round = (report.epoch() - 1L) * report.rounds() + report.round();
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("kind", "round");
    record.put("epoch", report.epoch());
    record.put("round", round);
    record.put("train-loss", report.trainLoss());
    record.put("gradient-norm", report.gradientNorm());
    record.put("gradient-norms", report.gradientNorms());
    record.put("learning-rate", report.learningRate());
    record.put("tokens", report.tokens());
    record.put("tokens-per-second", tokensPerSecond);
    record.put("compute-seconds", report.busySeconds());
    record.put("seconds", seconds());
    metrics.append(record);
    Map<String, Double> scalars = new LinkedHashMap<>();
    // A round whose targets weigh nothing has no loss, and TensorBoard no null for it.
    if (!Double.isNaN(report.trainLoss())) {
      scalars.put("loss/round", report.trainLoss());
    }
    scalars.put("gradient-norm", report.gradientNorm());
    report.gradientNorms().forEach((layer, norm) -> scalars.put("gradient-norm/" + layer, norm));
    scalars.put("learning-rate", report.learningRate());
    scalars.put("tokens-per-second", tokensPerSecond);
    events.scalars(round, scalars);
    roundsDone++;
    // A running mean: single rounds are too short to read a speed from.
    meanTokensPerSecond += (tokensPerSecond - meanTokensPerSecond) / Math.min(roundsDone, 50);
    long left = (long) report.epochs() * report.rounds() - round;
    progress.update(
        new ProgressLine.State(
            report.epoch(),
            report.epochs(),
            report.round(),
            report.rounds(),
            report.trainLoss(),
            meanTokensPerSecond,
            remaining.after(System.nanoTime(), left)));
  }

  @Override
  public void validation(ValidationReport report) {
    long round = (report.epoch() - 1L) * report.rounds() + report.round();
    Map<String, Object> record = new LinkedHashMap<>();
    Map<String, Double> scalars = new LinkedHashMap<>();
    record.put("kind", "validation");
    record.put("epoch", report.epoch());
    record.put("round", round);
    String line =
        String.format(
            Locale.ROOT,
            "epoch %d/%d, round %d/%d",
            report.epoch(),
            report.epochs(),
            report.round(),
            report.rounds());
    line += measured(report.validation(), report.seconds(), record, scalars);
    record.put("best", report.best());
    finish(round, record, scalars, line, report.best());
  }

  @Override
  public void epoch(EpochReport report) {
    long round = (long) report.epoch() * report.rounds();
    Evaluation validation = report.validation();
    Map<String, Object> record = new LinkedHashMap<>();
    Map<String, Double> scalars = new LinkedHashMap<>();
    record.put("kind", "epoch");
    record.put("epoch", report.epoch());
    record.put("round", round);
    record.put("train-loss", report.trainLoss());
    scalars.put("loss/train", report.trainLoss());
    String line =
        String.format(
            Locale.ROOT,
            "epoch %d/%d  train-loss %.4f",
            report.epoch(),
            report.epochs(),
            report.trainLoss());
    if (validation != null) {
      line += measured(validation, report.seconds(), record, scalars);
    }
    boolean judged = validation != null;
    if (judged || !report.best()) {
      record.put("best", report.best());
    }
    finish(round, record, scalars, line, judged && report.best());
  }

  /** Puts what was measured into a record; returns its part of the line. */
  private String measured(
      Evaluation validation,
      double seconds,
      Map<String, Object> record,
      Map<String, Double> scalars) {
    record.put("valid-loss", validation.loss());
    record.put("valid-accuracy", validation.accuracy());
    record.put("validation-seconds", seconds);
    scalars.put("loss/valid", validation.loss());
    scalars.put("accuracy/valid", validation.accuracy());
    String loss = String.format(Locale.ROOT, "  valid-loss %.4f", validation.loss());
    return classification
        ? loss + String.format(Locale.ROOT, "  valid-accuracy %.2f %%", 100 * validation.accuracy())
        : loss;
  }

  private void finish(
      long round,
      Map<String, Object> record,
      Map<String, Double> scalars,
      String line,
      boolean best) {
    record.put("seconds", seconds());
    metrics.append(record);
    events.scalars(round, scalars);
    progress.message(
        line
            + String.format(
                Locale.ROOT,
                "  %s tokens/s  %s%s",
                ProgressLine.count(meanTokensPerSecond),
                ProgressLine.duration(seconds()),
                best ? "  best" : ""));
  }
}
