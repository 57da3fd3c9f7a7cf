package org.unroll.cli;

import java.io.PrintStream;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.unroll.config.Job;
import org.unroll.spark.Dataset;
import org.unroll.spark.SparkGradientSource;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;
import org.unroll.store.OutputDirectory;
import org.unroll.tensor.Kernels;
import org.unroll.train.TrainingSetup;

/** A run whose training has ended, met by {@code --resume}: what it still owes is made up for. */
final class FinishedRun {
  private final Job job;
  private final JavaSparkContext spark;
  private final Interrupts interrupts;
  private final OutputDirectory output;
  private final RunFile run;
  private final RunResult result;
  private final Epilogue epilogue;

  FinishedRun(
      Job job,
      JavaSparkContext spark,
      Interrupts interrupts,
      OutputDirectory output,
      RunFile run,
      PrintStream out) {
    this.job = job;
    this.spark = spark;
    this.interrupts = interrupts;
    this.output = output;
    this.run = run;
    result = new RunResult(output, run, out);
    epilogue = new Epilogue(job, output, run, interrupts, out);
  }

  /** Whether it owes nothing. */
  boolean isDone() {
    return epilogue.isDone();
  }

  /**
   * Does what it owes; the exit code.
   *
   * @param data reads the job's data
   */
  int complete(Supplier<Dataset> data) {
    run.complete();
    if (epilogue.owesTest()) {
      try (Dataset dataset = data.get()) {
        test(dataset);
      }
    }
    epilogue.report(() -> ModelDirectory.read(output.directory()), FinishedRun::kernels);
    run.end(interrupts.requested() ? RunFile.INTERRUPTED : RunFile.FINISHED);
    result.tellReport();
    return ExitCode.DONE;
  }

  private void test(Dataset dataset) {
    Resumption.checkSameData(output.readRun(), dataset.summary());
    Model model = ModelDirectory.read(output.directory());
    TrainingSetup setup = Setups.of(model, Kernels.choose().name());
    SparkGradientSource source =
        new SparkGradientSource(spark, setup, null, dataset.test(), null, 0);
    epilogue.test(source, () -> source.validate(model.parameters()), result);
  }

  private static Kernels kernels() {
    Kernels kernels = Kernels.choose().create();
    kernels.warmUp();
    return kernels;
  }
}
