package org.unroll.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.unroll.baseline.BaselineScore;
import org.unroll.config.Job;
import org.unroll.report.HtmlReport;
import org.unroll.report.MetricsLog;
import org.unroll.spark.Dataset;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;
import org.unroll.store.OutputDirectory;
import org.unroll.train.Evaluation;
import org.unroll.train.Trainer;
import org.unroll.train.TrainingListener;
import org.unroll.train.TrainingState;

/**
 * What a run leaves behind: {@code model/}, kept up to date with the best epoch (the last one
 * without validation data), and the report.
 */
final class RunResult implements TrainingListener {
  private static final int SAMPLE_LENGTH = 20;
  private static final long INTERVAL_NANOS = 60_000_000_000L;

  private final Job job;
  private final OutputDirectory output;
  private final Dataset dataset;
  private final TrainingState state;
  private final Figures run;
  private final PrintStream out;
  private long savedAt = System.nanoTime();

  RunResult(
      Job job,
      OutputDirectory output,
      Dataset dataset,
      TrainingState state,
      Figures run,
      PrintStream out) {
    this.job = job;
    this.output = output;
    this.dataset = dataset;
    this.state = state;
    this.run = run;
    this.out = out;
  }

  /** Takes note of the evaluation of the test data. */
  void test(Evaluation evaluation) {
    out.printf(
        Locale.ROOT,
        "test-loss %.4f  test-accuracy %.2f %%%n",
        evaluation.loss(),
        100 * evaluation.accuracy());
    run.put(
        "test",
        new Figures()
            .put("test-loss", evaluation.loss())
            .put("test-accuracy", evaluation.accuracy())
            .put("test-targets", (long) evaluation.weight())
            .map());
  }

  /** Writes report and {@code run.json}, and tells the user how it ended. */
  void finish(Trainer.Outcome outcome, BaselineScore baseline) {
    kept().record(run);
    run.put("stopped-early", outcome == Trainer.Outcome.STOPPED_EARLY);
    run.put("outcome", "finished");
    run.put("finished", Instant.now().toString());
    List<String> samples = samples();
    List<Map<String, Object>> metrics =
        MetricsLog.read(output.directory(), OutputDirectory.METRICS);
    HtmlReport.write(
        output.directory(), OutputDirectory.REPORT, job.name(), run.map(), metrics, samples);
    output.writeRun(run.map());
    summarise(samples, baseline);
  }

  /** A few texts for the eye: of many, the first that are longer than a word, none twice. */
  private List<String> samples() {
    int wanted = job.output().samples();
    if (!Model.isLanguageModel(job) || wanted == 0) {
      return List.of();
    }
    List<String> texts =
        new Writer(model()).write("", 16 * wanted, 200, 0.7, job.training().seed());
    List<String> samples = new ArrayList<>();
    for (int shortest : new int[] {SAMPLE_LENGTH, 0}) {
      for (String text : texts) {
        if (samples.size() < wanted
            && text.strip().length() >= shortest
            && !samples.contains(text)) {
          samples.add(text);
        }
      }
    }
    return samples;
  }

  private KeptModel kept() {
    return new KeptModel(state, dataset.valid() != null);
  }

  private Model model() {
    Map<String, Object> training =
        kept()
            .training()
            .put("data-fingerprint", dataset.summary().fingerprint())
            .put("kernels", run.map().get("kernels"))
            .put("unroll", Versions.unroll())
            .map();
    return new Model(job, dataset.inputs(), dataset.targets(), state.best(), training);
  }

  private void summarise(List<String> samples, BaselineScore baseline) {
    if (!samples.isEmpty()) {
      out.println("\nwhat it writes:");
      samples.forEach(sample -> out.println("  " + sample.replace("\n", "\n  ")));
      out.println();
    }
    out.print(kept().sentence());
    if (baseline != null) {
      out.printf(
          Locale.ROOT,
          "; %s baseline %.4f, %.2f %%",
          baseline.name(),
          baseline.loss(),
          100 * baseline.accuracy());
    }
    out.println();
    out.println("model in " + output.model().location());
    out.println("report in " + output.directory().location(OutputDirectory.REPORT));
  }

  @Override
  public void validation(ValidationReport report) {
    saveIfUseful(report.best());
  }

  @Override
  public void epoch(EpochReport report) {
    saveIfUseful(report.best());
  }

  /** Not more often than is useful: an epoch may take less time than writing a model. */
  private void saveIfUseful(boolean best) {
    if (best && System.nanoTime() - savedAt > INTERVAL_NANOS) {
      saveModel();
    }
  }

  /** Writes the model that is kept so far. */
  void saveModel() {
    ModelDirectory.write(output.model(), model());
    savedAt = System.nanoTime();
  }
}
