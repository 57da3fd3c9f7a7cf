package org.unroll.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.unroll.baseline.BaselineScore;
import org.unroll.batch.Rounds;
import org.unroll.check.Advice;
import org.unroll.check.PlannedRun;
import org.unroll.config.DataConfig;
import org.unroll.config.Job;
import org.unroll.data.FeatureScaler;
import org.unroll.data.Quarantine;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.metric.Measures;
import org.unroll.metric.Metric;
import org.unroll.nn.Network;
import org.unroll.optim.Optimizer;
import org.unroll.optim.OptimizerState;
import org.unroll.spark.Baselines;
import org.unroll.spark.Dataset;
import org.unroll.spark.DatasetReader;
import org.unroll.spark.DatasetRequest;
import org.unroll.store.Directory;
import org.unroll.store.EditedFile;
import org.unroll.store.Json;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;
import org.unroll.store.OutputDirectory;
import org.unroll.task.Tasks;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.text.Counts;
import org.unroll.train.TrainingSetup;
import org.unroll.train.TrainingState;

/** One run, from a job to its output directory: up to its first round, and after its end. */
final class TrainingRun {
  private static final String REJECTED = "rows.jsonl";
  private static final String READING = "unroll-reading";

  /**
   * How a run begins.
   *
   * @param existing what to do with a run that is there already
   * @param restart whether to begin again where no checkpoint can be used
   * @param edited what to do with an initial model whose files were edited
   */
  record Start(OutputDirectory.Existing existing, boolean restart, EditedFile edited) {}

  private final Job job;
  private final JavaSparkContext spark;
  private final Interrupts interrupts;
  private final PrintStream out;
  private RunFile run;
  private Kernels kernels;
  private BaselineScore baseline;

  TrainingRun(Job job, JavaSparkContext spark, Interrupts interrupts, PrintStream out) {
    this.job = job;
    this.spark = spark;
    this.interrupts = interrupts;
    this.out = out;
  }

  /** Trains; the exit code. */
  int run(Start start) {
    // From here on this thread gives the lock back and says in run.json how it ended.
    interrupts.onRequest(() -> spark.cancelJobGroup(READING));
    FrozenParts.check(job);
    try (OutputDirectory output = open(start.existing())) {
      run = new RunFile(output);
      interrupts.lastWords(
          () -> {
            run.end(RunFile.INTERRUPTED);
            output.abandon();
            output.close();
          });
      Map<String, Object> before = output.resumed() ? output.readRun() : Map.of();
      boolean finished = RunFile.FINISHED.equals(before.get(RunFile.OUTCOME));
      boolean longer = output.resumed() && Resumption.checkSameJob(job, before);
      if (finished && !ModelDirectory.isThere(output.model())) {
        out.println("warning: this run is finished, but its model is missing: it is made again");
        return attempt(output, () -> train(output, before, start));
      }
      if (finished && !longer) {
        return complete(output, start);
      }
      if (finished && Boolean.TRUE.equals(before.get("stopped-early"))) {
        out.println(
            "this run is finished, and stopped early (training.patience): it would not train more"
                + " epochs: "
                + output.directory().location());
        return ExitCode.DONE;
      }
      return attempt(output, () -> train(output, before, start));
    }
  }

  /** Does work on the run and says in its record how it ended. */
  private int attempt(OutputDirectory output, IntSupplier work) {
    try {
      run.open();
      return work.getAsInt();
    } catch (Interrupts.StoppedException e) {
      out.println(
          run.isFinished()
              ? "interrupted; the run is finished, --resume makes up for what is left"
              : "interrupted before the first round of this process; there is nothing new to save");
      run.end(RunFile.INTERRUPTED);
      output.abandon();
      return ExitCode.INTERRUPTED;
    } catch (Exception | Error e) {
      // Spark's own exceptions are checked only in Scala's eyes.
      failed(output, e);
      throw e;
    }
  }

  /**
   * Says in the run's record that it failed, or leaves no empty directory behind if it did not
   * begin; the error that matters stays the one thrown.
   */
  private void failed(OutputDirectory output, Throwable error) {
    try {
      run.fail(error);
      output.abandon();
    } catch (RuntimeException e) {
      error.addSuppressed(e);
    }
  }

  /** Does what a finished run still owes. */
  private int complete(OutputDirectory output, Start start) {
    out.println("this run is finished: " + output.directory().location());
    FinishedRun finished = new FinishedRun(job, spark, interrupts, output, run, out);
    return finished.isDone()
        ? ExitCode.DONE
        : attempt(output, () -> finished.complete(() -> read(output.readRun(), start.edited())));
  }

  /**
   * Reads the data.
   *
   * @param before what {@code run.json} held of the run when this process came to it
   * @param edited what to do with an initial model whose files were edited
   */
  private Dataset read(Map<String, Object> before, EditedFile edited) {
    Map<String, FeatureScaler> scaling =
        Resumption.hasData(before)
            ? Resumption.scaling(job, before)
            : StartingPoint.check(job, spark.hadoopConfiguration(), edited);
    if (!scaling.isEmpty()) {
      run.put(Resumption.SCALING, Resumption.describe(scaling));
    }
    spark.setJobGroup(READING, "Unroll: reading data", true);
    return interrupts.stoppable(() -> DatasetReader.read(spark, DatasetRequest.of(job, scaling)));
  }

  private OutputDirectory open(OutputDirectory.Existing existing) {
    Directory runs = Directory.at("runs", spark.hadoopConfiguration());
    if (job.output().hasDir()) {
      return OutputDirectory.open(
          Directory.at(job.output().dir(), spark.hadoopConfiguration()), existing);
    }
    Optional<Directory> newest =
        existing == OutputDirectory.Existing.RESUME
            ? OutputDirectory.newest(runs, job.name())
            : Optional.empty();
    return newest.isPresent()
        ? OutputDirectory.open(newest.get(), OutputDirectory.Existing.RESUME)
        : OutputDirectory.fresh(runs, job.name());
  }

  private int train(OutputDirectory output, Map<String, Object> before, Start start) {
    try (Dataset dataset = read(before, start.edited())) {
      return train(output, dataset, before, start);
    }
  }

  private int train(
      OutputDirectory output, Dataset dataset, Map<String, Object> before, Start start) {
    interrupts.check();
    KernelChoice choice = Kernels.choose();
    kernels = choice.create();
    out.println("kernels: " + choice.name() + " (" + choice.reason() + "); " + kernels.warmUp());
    interrupts.check();
    quarantine(output, dataset);
    TrainingSetup setup =
        Setups.of(
            job, dataset.inputs(), dataset.targets(), dataset.summary().train(), choice.name());
    Optimizer optimizer = Optimizer.of(job.training().optimizer());
    // Before anything large is made.
    MemoryEstimate.of(
            job,
            setup,
            dataset.summary().train(),
            dataset.train().getNumPartitions(),
            spark.getConf())
        .check();
    Network network = new Network(job.model(), setup.input(), setup.output(), kernels);
    Rounds rounds = Setups.rounds(job, dataset.summary().train());
    Parameters initial = Parameters.initial(network.parameters(), job.training().seed());
    if (output.resumed()) {
      Resumption.checkSameData(before, dataset.summary());
      warnOfOtherKernels(before.getOrDefault("kernels", choice.name()), choice.name());
    }
    describe(output, dataset, network, rounds, initial.size());
    Checkpoints checkpoints =
        new Checkpoints(
            job, output.checkpoints(), rounds.rounds(), Resumption.identity(dataset.summary()));
    Optional<TrainingState> saved =
        output.resumed()
            ? saved(output, checkpoints, initial, before, start.restart())
            : Optional.empty();
    interrupts.check();
    if (saved.isEmpty()) {
      Figures taken = new Figures();
      new StartingPoint(job, dataset, initial, spark.hadoopConfiguration(), out)
          .take(start.edited(), taken);
      taken.map().forEach(run::put);
    }
    TrainingState state =
        saved.orElseGet(
            () -> new TrainingState(initial, OptimizerState.initial(optimizer, initial)));
    scoreBaseline(dataset);
    interrupts.check();
    checkpoints.watch(state);
    long position = (long) state.epoch() * rounds.rounds() + state.round();
    if (saved.isPresent()) {
      out.printf("resuming after round %d (epoch %d)%n", position, state.epoch() + 1);
      if (!output.directory().exists(OutputDirectory.METRICS)) {
        out.println(
            "warning: "
                + OutputDirectory.METRICS
                + " is missing: the report can show only what is still to come");
      }
    }
    run.from(position);
    run.begin();
    return new TrainingPhase(
            job,
            spark,
            interrupts,
            out,
            output,
            run,
            new TrainingPhase.Parts(dataset, setup, rounds, kernels, baseline, checkpoints, state))
        .train();
  }

  /** The state to go on from; empty if the run begins again, which the user has then been told. */
  private Optional<TrainingState> saved(
      OutputDirectory output,
      Checkpoints checkpoints,
      Parameters initial,
      Map<String, Object> before,
      boolean restart) {
    Checkpoints.Found found = checkpoints.newest(initial);
    found
        .rejected()
        .forEach(r -> out.println("checkpoint " + r.name() + " passed over: " + r.reason()));
    if (found.state().isEmpty()) {
      boolean finished = RunFile.FINISHED.equals(before.get(RunFile.OUTCOME));
      Resumption.beginAgain(output, found.rejected(), finished, restart, out);
    }
    return found.state();
  }

  private void describe(
      OutputDirectory output, Dataset dataset, Network network, Rounds rounds, long parameters) {
    SplitSummary train = dataset.summary().train();
    run.put("job-name", job.name());
    run.put("job", Json.parse(job.toJson(), "the resolved job"));
    run.put(Resumption.FINGERPRINT, job.fingerprintText());
    run.put("seed", job.training().seed());
    RowAccount rows = RowAccount.of(dataset.summary());
    run.put("rows", rows.figures());
    run.put("data-fingerprint", dataset.summary().fingerprint());
    run.put(Resumption.DATA, Resumption.describe(dataset.summary()));
    if (dataset.targets().areValues()) {
      run.put("target-values", TargetValues.figures(train, dataset.targets().scaler()));
    } else if (!Model.isLanguageModel(job)) {
      run.put("labels", LabelCounts.figures(train, dataset.targets().names()));
    }
    Measures measures = Tasks.output(job, dataset.targets()).measures();
    // On paper there is room for the accuracy of a language model.
    run.put(
        "shown-metrics",
        names(
            measures.headline().isEmpty()
                ? measures.metrics().subList(0, 1)
                : measures.headline()));
    run.put(
        "share-metrics",
        names(
            measures.metrics().stream().filter(each -> each.unit() == Metric.Unit.SHARE).toList()));
    run.put("shards", (long) train.shards());
    run.put("rounds-per-epoch", (long) rounds.rounds());
    run.put("parameters", parameters);
    run.put("kernels", network.kernels().name());
    run.put("versions", Versions.all(spark.version()));
    rows.lines().forEach(out::println);
    out.printf(
        Locale.ROOT,
        "%s, %s (longest %,d); %s%s%n",
        Counts.of(train.sequences(), "training sequence"),
        Counts.of(train.steps(), "step"),
        train.longest(),
        dataset.inputs().describe(),
        Model.isLanguageModel(job) ? "" : ", " + dataset.targets().describe());
    out.printf(
        Locale.ROOT,
        "%s; %s of %s; output in %s%n",
        Counts.of(parameters, "parameter"),
        Counts.of(job.training().epochs(), "epoch"),
        Counts.of(rounds.rounds(), "update"),
        output.directory().location());
    dataset.summary().doubts().forEach(each -> out.println("warning: " + each));
    Advice.beforeTraining(
            new PlannedRun(
                job, dataset.inputs(), dataset.targets().names(), dataset.summary(), rounds))
        .forEach(each -> out.println("warning: " + each.finding() + "; " + each.change()));
  }

  private static List<Object> names(List<Metric> metrics) {
    return metrics.stream().<Object>map(Metric::name).toList();
  }

  /** Keeps rejected rows for somebody to mend, and says how many there are. */
  private void quarantine(OutputDirectory output, Dataset dataset) {
    if (dataset.rejects().isEmpty()) {
      return;
    }
    boolean kept = job.data().badRows() == DataConfig.BadRows.QUARANTINE;
    long rejected = 0;
    for (Role role : Role.values()) {
      SplitSummary summary = dataset.summary().of(role);
      rejected += summary == null ? 0 : summary.intake().rejected();
    }
    out.printf("warning: %s left out", Counts.of(rejected, "bad row"));
    if (kept) {
      output.rejected().create();
      output.rejected().atomicWrite(REJECTED, to -> Quarantine.write(dataset.rejects(), to));
      out.print(", kept in " + output.rejected().location(REJECTED));
    }
    out.println();
  }

  private void warnOfOtherKernels(Object before, String now) {
    if (!before.equals(now)) {
      out.printf(
          "warning: the run began with the %s kernels and goes on with %s: its last bits will not"
              + " be those of a run left alone%n",
          before, now);
    }
  }

  /** What a model must beat to have learned anything. */
  private void scoreBaseline(Dataset dataset) {
    if (dataset.valid() == null) {
      return;
    }
    Supplier<Optional<BaselineScore>> score =
        () -> Baselines.score(spark, Tasks.of(job), dataset, Role.VALID);
    baseline = interrupts.stoppable(score).orElse(null);
    if (dataset.targets().areValues()) {
      run.put("valid-missing-values", dataset.summary().valid().missingValues());
    } else if (!dataset.languageModel()) {
      run.put("valid-unknown-labels", dataset.summary().valid().unknownTargets());
    }
    if (baseline != null) {
      out.println("to beat: " + baseline.name() + " baseline, " + baseline.describe("valid-"));
      Figures figures = new Figures().put("name", baseline.name());
      baseline.values().forEach((metric, value) -> figures.put("valid-" + metric.name(), value));
      run.put("baseline", figures.map());
    }
  }
}
