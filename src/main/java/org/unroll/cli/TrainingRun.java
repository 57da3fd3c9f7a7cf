package org.unroll.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.unroll.baseline.BaselineScore;
import org.unroll.batch.Rounds;
import org.unroll.check.Advice;
import org.unroll.config.DataConfig;
import org.unroll.config.Job;
import org.unroll.data.Quarantine;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.nn.Network;
import org.unroll.optim.Optimizer;
import org.unroll.optim.OptimizerState;
import org.unroll.report.MetricsLog;
import org.unroll.report.ProgressLine;
import org.unroll.report.RunRecorder;
import org.unroll.report.TensorBoardLog;
import org.unroll.spark.Baselines;
import org.unroll.spark.Dataset;
import org.unroll.spark.DatasetReader;
import org.unroll.store.Directory;
import org.unroll.store.Json;
import org.unroll.store.Model;
import org.unroll.store.OutputDirectory;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.text.Counts;
import org.unroll.train.GradientSource;
import org.unroll.train.Trainer;
import org.unroll.train.TrainingListener;
import org.unroll.train.TrainingSetup;
import org.unroll.train.TrainingState;

/** One run, from a job to its output directory. */
final class TrainingRun {
  private static final String REJECTED = "rows.jsonl";
  private static final String RUNNING = "running";
  private static final String READING = "unroll-reading";
  private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(10);

  private final Job job;
  private final JavaSparkContext spark;
  private final Interrupts interrupts;
  private final PrintStream out;
  private final Figures run = new Figures();
  private Kernels kernels;
  private BaselineScore baseline;

  TrainingRun(Job job, JavaSparkContext spark, Interrupts interrupts, PrintStream out) {
    this.job = job;
    this.spark = spark;
    this.interrupts = interrupts;
    this.out = out;
  }

  /** Trains; the exit code. */
  int run(boolean overwrite, boolean resume) {
    FrozenParts.check(job);
    try (OutputDirectory output = open(overwrite, resume)) {
      if (output.resumed()) {
        Map<String, Object> before = output.readRun();
        Resumption.checkSameJob(job, before);
        if ("finished".equals(before.get("outcome"))) {
          out.println("this run is finished: " + output.directory().location());
          return ExitCode.DONE;
        }
      }
      try (Dataset dataset = read(output.resumed())) {
        return train(output, dataset);
      } catch (Interrupts.StoppedException e) {
        out.println(
            "interrupted before the first round of this process; there is nothing new to save");
        output.abandon();
        return ExitCode.INTERRUPTED;
      } catch (RuntimeException | Error e) {
        failed(output, e);
        throw e;
      }
    }
  }

  /**
   * Says in the run's record that it failed, or leaves no empty directory behind if it did not
   * begin; the error that matters stays the one thrown.
   */
  private void failed(OutputDirectory output, Throwable error) {
    try {
      if (RUNNING.equals(run.map().get("outcome"))) {
        run.put("outcome", "failed");
        run.put("error", String.valueOf(error.getMessage()));
        output.writeRun(run.map());
      }
      output.abandon();
    } catch (RuntimeException e) {
      error.addSuppressed(e);
    }
  }

  private Dataset read(boolean resumed) {
    if (!resumed) {
      StartingPoint.check(job, spark.hadoopConfiguration());
    }
    spark.setJobGroup(READING, "Unroll: reading data", true);
    interrupts.onImpatience(() -> spark.cancelJobGroup(READING));
    return interrupts.stoppable(() -> DatasetReader.read(spark, job));
  }

  private OutputDirectory open(boolean overwrite, boolean resume) {
    Directory runs = Directory.at("runs", spark.hadoopConfiguration());
    if (job.output().hasDir()) {
      return OutputDirectory.open(
          Directory.at(job.output().dir(), spark.hadoopConfiguration()),
          overwrite
              ? OutputDirectory.Existing.OVERWRITE
              : resume ? OutputDirectory.Existing.RESUME : OutputDirectory.Existing.REFUSE);
    }
    Optional<Directory> newest =
        resume ? OutputDirectory.newest(runs, job.name()) : Optional.empty();
    return newest.isPresent()
        ? OutputDirectory.open(newest.get(), OutputDirectory.Existing.RESUME)
        : OutputDirectory.fresh(runs, job.name());
  }

  private int train(OutputDirectory output, Dataset dataset) {
    KernelChoice choice = Kernels.choose();
    kernels = choice.create();
    out.println("kernels: " + choice.name() + " (" + choice.reason() + "); " + kernels.warmUp());
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
    Network network = new Network(job.model(), setup.input(), setup.classes(), kernels);
    Rounds rounds = Setups.rounds(job, dataset.summary().train());
    Parameters initial = Parameters.initial(network.parameters(), job.training().seed());
    describe(output, dataset, network, rounds, initial.size());
    if (output.resumed()) {
      Resumption.checkSameData(output.readRun(), dataset.summary());
      warnOfOtherKernels(output.readRun().getOrDefault("kernels", choice.name()), choice.name());
      run.put("engine", output.readRun().get("engine"));
    }
    Optional<TrainingState> saved =
        output.resumed()
            ? Checkpoints.newest(
                output.checkpoints(), job.checkpoint(), initial, optimizer, out::println)
            : Optional.empty();
    if (saved.isEmpty()) {
      new StartingPoint(job, dataset, initial, spark.hadoopConfiguration(), out).take(run);
    }
    TrainingState state =
        saved.orElseGet(
            () -> new TrainingState(initial, OptimizerState.initial(optimizer, initial)));
    scoreBaseline(dataset);
    run.put("outcome", RUNNING);
    output.writeRun(run.map());
    return train(output, dataset, setup, rounds, state);
  }

  private int train(
      OutputDirectory output,
      Dataset dataset,
      TrainingSetup setup,
      Rounds rounds,
      TrainingState state) {
    int position = state.epoch() * rounds.rounds() + state.round();
    if (position > 0) {
      out.printf("resuming after round %d (epoch %d)%n", position, state.epoch() + 1);
    }
    Directory directory = output.directory();
    ProgressLine progress = ProgressLine.on(out, PROGRESS_INTERVAL);
    Checkpoints checkpoints =
        new Checkpoints(job.checkpoint(), output.checkpoints(), rounds.rounds());
    checkpoints.watch(state);
    Engine engine = new Engine(job, spark, setup, dataset, rounds);
    RunResult result = new RunResult(job, output, dataset, state, run, out);
    Trainer.Outcome outcome;
    try (MetricsLog metrics = Resumption.metrics(directory, state, rounds.rounds());
        TensorBoardLog events = Resumption.events(output, position);
        GradientSource source =
            engine.open((String) run.map().get("engine"), chosen -> decided(output, chosen))) {
      RunRecorder recorder =
          new RunRecorder(
              metrics,
              events,
              progress,
              !Model.isLanguageModel(job),
              Resumption.secondsBefore(directory));
      List<TrainingListener> listeners = List.of(recorder, result, checkpoints);
      Trainer trainer = new Trainer(job, kernels, source, state.parameters(), listeners);
      interrupts.onImpatience(source::cancel);
      try {
        outcome = trainer.run(state, interrupts::requested);
      } catch (RuntimeException e) {
        if (!interrupts.requested()) {
          throw e;
        }
        outcome = Trainer.Outcome.INTERRUPTED;
      } finally {
        progress.finish();
      }
      if (outcome == Trainer.Outcome.INTERRUPTED) {
        return interrupted(output, checkpoints, state, rounds);
      }
      result.saveModel();
      if (dataset.test() != null) {
        result.test(engine.onSpark().evaluate(state.best(), dataset.test()));
      }
    }
    result.finish(outcome, baseline);
    return ExitCode.DONE;
  }

  private void decided(OutputDirectory output, String engine) {
    run.put("engine", engine);
    output.writeRun(run.map());
  }

  private int interrupted(
      OutputDirectory output, Checkpoints checkpoints, TrainingState state, Rounds rounds) {
    interrupts.save(
        () -> {
          checkpoints.save();
          run.put("outcome", "interrupted");
          output.writeRun(run.map());
        });
    out.printf(
        "interrupted after round %d; saved. Go on with: --resume --set output.dir=%s%n",
        state.epoch() * rounds.rounds() + state.round(), output.directory().location());
    return ExitCode.INTERRUPTED;
  }

  private void describe(
      OutputDirectory output, Dataset dataset, Network network, Rounds rounds, long parameters) {
    SplitSummary train = dataset.summary().train();
    run.put("job-name", job.name());
    run.put("job", Json.parse(job.toJson(), "the resolved job"));
    run.put("fingerprint", job.fingerprintText());
    run.put("seed", job.training().seed());
    run.put("data-fingerprint", dataset.summary().fingerprint());
    run.put(Resumption.DATA, Resumption.describe(dataset.summary()));
    if (!Model.isLanguageModel(job)) {
      run.put("labels", LabelCounts.figures(train, dataset.targets()));
    }
    run.put("shards", (long) train.shards());
    run.put("rounds-per-epoch", (long) rounds.rounds());
    run.put("parameters", parameters);
    run.put("kernels", network.kernels().name());
    run.put("versions", Versions.all(spark.version()));
    run.put("started", Instant.now().toString());
    out.printf(
        Locale.ROOT,
        "%s, %s (longest %,d); %s%s%n",
        Counts.of(train.sequences(), "training sequence"),
        Counts.of(train.steps(), "step"),
        train.longest(),
        dataset.inputs().describe(),
        Model.isLanguageModel(job) ? "" : ", " + Counts.of(dataset.targets().size(), "label"));
    out.printf(
        Locale.ROOT,
        "%s; %s of %s; output in %s%n",
        Counts.of(parameters, "parameter"),
        Counts.of(job.training().epochs(), "epoch"),
        Counts.of(rounds.rounds(), "update"),
        output.directory().location());
    dataset.summary().doubts().forEach(each -> out.println("warning: " + each));
    Advice.fewUpdates(job, rounds)
        .ifPresent(few -> out.println("warning: " + few.finding() + "; " + few.change()));
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
    baseline = interrupts.stoppable(() -> Baselines.score(spark, dataset, Role.VALID));
    out.printf(
        Locale.ROOT,
        "to beat: %s baseline, valid-loss %.4f, valid-accuracy %.2f %%%n",
        baseline.name(),
        baseline.loss(),
        100 * baseline.accuracy());
    run.put(
        "baseline",
        new Figures()
            .put("name", baseline.name())
            .put("valid-loss", baseline.loss())
            .put("valid-accuracy", baseline.accuracy())
            .map());
  }
}
