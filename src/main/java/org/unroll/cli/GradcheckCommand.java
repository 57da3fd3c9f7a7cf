package org.unroll.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.store.JsonText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code unroll gradcheck}: whether the gradients of a job's own network are right. */
@Command(
    name = "gradcheck",
    description =
        "Checks the gradients of a job's network on its own data: moves the parameters and compares"
            + " the change of the loss with back-propagation. Trains nothing and writes nothing;"
            + " exits with 1 if a gradient is wrong. At a kink (a rectifier at exactly 0, equal"
            + " maxima) there is no slope to compare with, which is no failure.",
    mixinStandardHelpOptions = true)
final class GradcheckCommand implements Callable<Integer> {
  @Parameters(paramLabel = "JOB", description = "Job file, e.g. jobs/names.conf.")
  private Path jobFile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets a key of the job file, e.g. --set training.epochs=3; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--sequences",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "Maximum number of training sequences; more of them make small gradients measurable"
              + " (default: ${DEFAULT-VALUE}).")
  private int sequences;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "100",
      description = "Maximum number of steps of each sequence (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(names = "--json", description = "Prints one JSON object instead of text.")
  private boolean json;

  @Mixin private SparkOptions sparkOptions;
  @Mixin private EditOptions edited;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    UsageException.requirePositive("--sequences", sequences);
    UsageException.requirePositive("--steps", steps);
    Job job = JobReader.read(jobFile, overrides);
    GradcheckResult result;
    try (SparkOptions.Context context = sparkOptions.open("unroll gradcheck " + job.name())) {
      result = new GradcheckRun(job, context.spark(), sequences, steps, edited).run();
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonText.line(result.figures()));
    } else {
      result.print(out);
    }
    out.flush();
    return result.isRight() ? ExitCode.DONE : ExitCode.FAILED;
  }
}
