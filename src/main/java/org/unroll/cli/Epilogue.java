package org.unroll.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.unroll.config.Job;
import org.unroll.nn.Sampling;
import org.unroll.report.HtmlReport;
import org.unroll.report.MetricsLog;
import org.unroll.spark.SparkGradientSource;
import org.unroll.store.Model;
import org.unroll.store.OutputDirectory;
import org.unroll.tensor.Kernels;
import org.unroll.train.CancelledException;
import org.unroll.train.Evaluation;

/**
 * What is still to be done when training has ended and its result is on disk: measuring the test
 * data, texts that the model writes, the report. It can fail, or be interrupted, without hurting
 * the result. What was not done is owed: {@code run.json} says so, and {@code --resume} does it.
 */
final class Epilogue {
  private static final String TEST = "test";
  private static final String REPORT = "report";
  private static final int SAMPLE_LENGTH = 20;

  private final Job job;
  private final OutputDirectory output;
  private final RunFile run;
  private final Interrupts interrupts;
  private final PrintStream out;
  private List<String> samples = List.of();

  Epilogue(Job job, OutputDirectory output, RunFile run, Interrupts interrupts, PrintStream out) {
    this.job = job;
    this.output = output;
    this.run = run;
    this.interrupts = interrupts;
    this.out = out;
  }

  /** What a run owes when its training has ended. */
  static List<String> all(Job job) {
    return job.data().test().isEmpty() ? List.of(REPORT) : List.of(TEST, REPORT);
  }

  /** Whether the report of a run is missing, or that of an earlier end. */
  static boolean owesReport(RunFile run) {
    return recorded(run).contains(REPORT);
  }

  private static List<String> recorded(RunFile run) {
    List<String> owed = new ArrayList<>();
    if (run.get(RunFile.OWED) instanceof List<?> list) {
      list.forEach(each -> owed.add((String) each));
    }
    return owed;
  }

  /** What a finished run still owes. */
  private List<String> owed() {
    List<String> owed = recorded(run);
    if (!owed.contains(REPORT) && !output.directory().exists(OutputDirectory.REPORT)) {
      owed.add(REPORT);
    }
    return owed;
  }

  /** Whether a finished run owes nothing. */
  boolean isDone() {
    return owed().isEmpty();
  }

  /** Whether a finished run still has to measure the test data. */
  boolean owesTest() {
    return owed().contains(TEST);
  }

  /** Measures the test data. */
  void test(SparkGradientSource source, Supplier<Evaluation> measure, RunResult result) {
    interrupts.onRequest(source::cancel);
    attempt(TEST, "the test data were not measured", () -> result.test(measure.get()));
  }

  /** Has a language model write, and writes the report. */
  void report(Supplier<Model> model, Supplier<Kernels> kernels) {
    interrupts.leaveOnImpatience();
    attempt(
        REPORT,
        "the report was not written",
        () -> {
          samples = samples(model, kernels);
          interrupts.check();
          Map<String, Object> shown = run.map();
          shown.remove(RunFile.OWED);
          HtmlReport.write(
              output.directory(),
              OutputDirectory.REPORT,
              job.name(),
              shown,
              MetricsLog.read(output.directory(), OutputDirectory.METRICS),
              samples);
        });
  }

  /** Texts that the model wrote, for the eye. */
  List<String> samples() {
    return samples;
  }

  private void attempt(String what, String failure, Runnable work) {
    List<String> owed = owed();
    if (!owed.contains(what)) {
      return;
    }
    try {
      interrupts.check();
      work.run();
      owed.remove(what);
      run.owes(owed);
      run.write();
    } catch (Interrupts.StoppedException | CancelledException e) {
      out.println(failure + ": interrupted; the run is finished, --resume makes up for it");
    } catch (RuntimeException | Error e) {
      warn(failure, e);
    }
  }

  private void warn(String failure, Throwable e) {
    out.println(
        "warning: "
            + failure
            + ": "
            + reason(e)
            + "; the run is finished, --resume makes up for it");
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** A few texts for the eye: of many, the first that are longer than a word, none twice. */
  private List<String> samples(Supplier<Model> model, Supplier<Kernels> kernels) {
    int wanted = job.output().samples();
    if (!Model.isLanguageModel(job) || wanted == 0) {
      return List.of();
    }
    try {
      List<String> texts =
          new Writer(model.get(), kernels.get())
              .write("", 16 * wanted, 200, new Sampling(0.7, job.training().seed()));
      return choose(texts, wanted);
    } catch (RuntimeException | Error e) {
      out.println("warning: the model's texts are missing: " + reason(e));
      return List.of();
    }
  }

  private static List<String> choose(List<String> texts, int wanted) {
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
}
