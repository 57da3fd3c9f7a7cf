package org.unroll.cli;

import static org.unroll.store.OutputDirectory.Existing.OVERWRITE;
import static org.unroll.store.OutputDirectory.Existing.REFUSE;
import static org.unroll.store.OutputDirectory.Existing.RESUME;

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

  @Option(
      names = "--restart",
      description =
          "With --resume: begins again at round 1 where no checkpoint can be used, instead of"
              + " refusing.")
  private boolean restart;

  @Mixin private SparkOptions sparkOptions;
  @Mixin private EditOptions edited;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (overwrite && resume) {
      throw new UsageException("--overwrite and --resume exclude each other; give one of them");
    }
    if (restart && !resume) {
      throw new UsageException("--restart belongs to --resume; give both, or --overwrite");
    }
    Job job = JobReader.read(jobFile, overrides);
    Interrupts interrupts = Main.interrupts(spec);
    TrainingRun.Start start =
        new TrainingRun.Start(overwrite ? OVERWRITE : resume ? RESUME : REFUSE, restart, edited);
    try (SparkOptions.Context context = sparkOptions.open("unroll " + job.name())) {
      return new TrainingRun(job, context.spark(), interrupts, System.out).run(start);
    } finally {
      // Spark stops; the run has said how it ended.
      interrupts.onRequest(() -> {});
    }
  }
}
