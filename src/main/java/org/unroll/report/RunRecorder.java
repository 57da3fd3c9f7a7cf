package org.unroll.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.unroll.metric.Metric;
import org.unroll.train.Evaluation;
import org.unroll.train.TrainingListener;

/** Writes what happens in training to metrics log, TensorBoard events and progress line. */
public final class RunRecorder implements TrainingListener {
  private final MetricsLog metrics;
  private final TensorBoardLog events;
  private final ProgressLine progress;
  private final String chosen;
  private final RemainingTime remaining = new RemainingTime();
  private final long begin = System.nanoTime();
  private double secondsBefore;
  private int roundsDone;
  private double meanTokensPerSecond;

  /**
   * A recorder.
   *
   * @param chosen name of the metric that chooses the best model
   * @param secondsBefore time spent before this process began
   */
  public RunRecorder(
      MetricsLog metrics,
      TensorBoardLog events,
      ProgressLine progress,
      String chosen,
      double secondsBefore) {
    this.metrics = metrics;
    this.events = events;
    this.progress = progress;
    this.chosen = chosen;
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
    events.scalars(round, Scalars.of(record));
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
    line += measured(report.validation(), report.seconds(), record);
    record.put("best", report.best());
    finish(round, record, line, report.best());
  }

  @Override
  public void epoch(EpochReport report) {
    long round = (long) report.epoch() * report.rounds();
    Evaluation validation = report.validation();
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("kind", "epoch");
    record.put("epoch", report.epoch());
    record.put("round", round);
    record.put("train-loss", report.trainLoss());
    String line =
        String.format(
            Locale.ROOT,
            "epoch %d/%d  train-loss %.4f",
            report.epoch(),
            report.epochs(),
            report.trainLoss());
    if (validation != null) {
      line += measured(validation, report.seconds(), record);
    }
    boolean judged = validation != null;
    if (judged || !report.best()) {
      record.put("best", report.best());
    }
    finish(round, record, line, judged && report.best());
  }

  /** Puts what was measured into a record; returns its part of the line. */
  private String measured(Evaluation validation, double seconds, Map<String, Object> record) {
    List<Metric> shown = new ArrayList<>(List.of(Metric.LOSS));
    shown.addAll(validation.measures().headline());
    StringBuilder line = new StringBuilder();
    validation
        .values()
        .forEach(
            (metric, value) -> {
              record.put("valid-" + metric.name(), value);
              if (shown.contains(metric) || metric.name().equals(chosen)) {
                line.append("  valid-")
                    .append(metric.name())
                    .append(' ')
                    .append(metric.show(value));
              }
            });
    record.put("validation-seconds", seconds);
    return line.toString();
  }

  private void finish(long round, Map<String, Object> record, String line, boolean best) {
    record.put("seconds", seconds());
    metrics.append(record);
    events.scalars(round, Scalars.of(record));
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
