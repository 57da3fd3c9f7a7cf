package org.unroll.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.unroll.check.Advice;
import org.unroll.check.Warning;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.store.JsonText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code unroll check}: what training would do, and what it would not learn. */
@Command(
    name = "check",
    description =
        "Reads a job and its data, shows what training would need, and warns of likely mistakes."
            + " Trains nothing and writes nothing.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  @Parameters(paramLabel = "JOB", description = "Job file, e.g. jobs/names.conf.")
  private Path jobFile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets a key of the job file, e.g. --set training.epochs=3; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--json", description = "Prints one JSON object instead of text.")
  private boolean json;

  @Mixin private SparkOptions sparkOptions;
  @Mixin private EditOptions edited;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Job job = JobReader.read(jobFile, overrides);
    CheckRun.Result result;
    try (SparkOptions.Context context = sparkOptions.open("unroll check " + job.name())) {
      result = new CheckRun(job, context.spark(), edited).run();
    }
    List<Warning> warnings = new ArrayList<>(result.limits());
    warnings.addAll(Advice.on(result.findings()));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonText.line(CheckFigures.of(result, warnings)));
    } else {
      new CheckText(out, result).print(warnings);
    }
    out.flush();
    return ExitCode.DONE;
  }
}
