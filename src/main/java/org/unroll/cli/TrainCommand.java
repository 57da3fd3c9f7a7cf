package org.unroll.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code unroll train}: from a job file to a model. */
@Command(
    name = "train",
    description = "Trains the network that a job file describes.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  @Parameters(paramLabel = "JOB", description = "Job file, e.g. jobs/names.conf.")
  private Path jobFile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets a key of the job file, e.g. --set training.epochs=3; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--overwrite", description = "Deletes an existing run in output.dir first.")
  private boolean overwrite;

  @Option(
      names = "--resume",
      description =
          "Continues the run in output.dir, or else the newest run of the job, from its last"
              + " checkpoint.")
  private boolean resume;

  @Mixin private SparkOptions sparkOptions;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (overwrite && resume) {
      throw new UsageException("--overwrite and --resume exclude each other; give one of them");
    }
    Job job = JobReader.read(jobFile, overrides);
    try (Interrupts interrupts = Interrupts.listen();
        SparkOptions.Context context = sparkOptions.open("unroll " + job.name())) {
      return new TrainingRun(job, context.spark(), interrupts, System.out).run(overwrite, resume);
    }
  }
}
