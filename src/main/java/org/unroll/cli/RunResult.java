package org.unroll.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import org.unroll.baseline.BaselineScore;
import org.unroll.store.OutputDirectory;
import org.unroll.train.Evaluation;
import org.unroll.train.Trainer;

/** What came of a run, in {@code run.json} and for the user. */
final class RunResult {
  private final OutputDirectory output;
  private final RunFile run;
  private final PrintStream out;

  RunResult(OutputDirectory output, RunFile run, PrintStream out) {
    this.output = output;
    this.run = run;
    this.out = out;
  }

  /** Takes note of the evaluation of the test data. */
  void test(Evaluation evaluation) {
    Figures figures = new Figures();
    StringBuilder line = new StringBuilder();
    evaluation
        .values()
        .forEach(
            (metric, value) -> {
              figures.put("test-" + metric.name(), value);
              line.append(line.isEmpty() ? "" : "  ");
              line.append("test-").append(metric.name()).append(' ').append(metric.show(value));
            });
    out.println(line);
    figures.put("test-targets", evaluation.targets());
    run.put("test", figures.put("test-unknown-labels", evaluation.unknown()).map());
  }

  /** Writes into {@code run.json} that training has ended, and what is still owed. */
  void finish(KeptModel kept, Trainer.Outcome outcome, List<String> owed) {
    kept.figures().map().forEach(run::put);
    run.put("stopped-early", outcome == Trainer.Outcome.STOPPED_EARLY);
    run.put("finished", Instant.now().toString());
    run.owes(owed);
    run.end(RunFile.FINISHED);
  }

  /** Tells the user how it ended. */
  void summarise(KeptModel kept, List<String> samples, BaselineScore baseline) {
    if (!samples.isEmpty()) {
      out.println("\nwhat it writes:");
      Texts.lines(samples).forEach(text -> out.println("  " + text.replace("\n", "\n  ")));
      out.println();
    }
    out.print(kept.sentence());
    if (baseline != null) {
      out.print("; " + baseline.name() + " baseline: " + baseline.describe("valid-"));
    }
    out.println();
    out.println("model in " + output.model().location());
    tellReport();
  }

  /** Tells the user where the report is, if there is one. */
  void tellReport() {
    if (!Epilogue.owesReport(run) && output.directory().exists(OutputDirectory.REPORT)) {
      out.println("report in " + output.directory().location(OutputDirectory.REPORT));
    }
  }
}
