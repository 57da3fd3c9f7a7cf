package org.unroll.cli;

import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.unroll.baseline.BaselineScore;
import org.unroll.batch.Rounds;
import org.unroll.config.DataConfig;
import org.unroll.config.Job;
import org.unroll.config.Topology;
import org.unroll.data.Quarantine;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.nn.Network;
import org.unroll.optim.Optimizer;
import org.unroll.optim.OptimizerState;
import org.unroll.report.HtmlReport;
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
import org.unroll.store.ModelDirectory;
import org.unroll.store.OutputDirectory;
import org.unroll.store.StoreException;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.train.Evaluation;
import org.unroll.train.GradientSource;
import org.unroll.train.Trainer;
import org.unroll.train.TrainingListener;
import org.unroll.train.TrainingSetup;
import org.unroll.train.TrainingState;

/** One run, from a job to its output directory. */
final class TrainingRun {
  private static final String REJECTED = "rows.jsonl";
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
    try (OutputDirectory output = open(overwrite, resume)) {
      if (output.resumed()) {
        Map<String, Object> before = output.readRun();
        checkSameJob(before);
        if ("finished".equals(before.get("outcome"))) {
          out.println("this run is finished: " + output.directory().location());
          return ExitCode.DONE;
        }
      }
      try (Dataset dataset = read()) {
        return train(output, dataset);
      } catch (Interrupts.StoppedException e) {
        out.println(
            "interrupted before the first round of this process; there is nothing new to save");
        return ExitCode.INTERRUPTED;
      }
    }
  }

  private Dataset read() {
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
    TrainingSetup setup = Setups.of(job, dataset.inputs(), dataset.targets(), choice.name());
    Optimizer optimizer = Optimizer.of(job.training().optimizer());
    // Before anything large is made.
    MemoryEstimate.of(
            job,
            setup,
            dataset.summary().train(),
            dataset.train().getNumPartitions(),
            spark.getConf())
        .check();
    Network network = new Network(job.model(), setup.symbols(), setup.classes(), kernels);
    Rounds rounds = Setups.rounds(job, dataset.summary().train());
    Parameters initial = Parameters.initial(network.parameters(), job.training().seed());
    describe(output, dataset, network, rounds, initial.size());
    if (output.resumed()) {
      checkSameData(output.readRun(), dataset);
      warnOfOtherKernels(output.readRun().getOrDefault("kernels", choice.name()), choice.name());
      run.put("engine", output.readRun().get("engine"));
    }
    Optional<TrainingState> saved =
        output.resumed()
            ? Checkpoints.newest(
                output.checkpoints(), job.checkpoint(), initial, optimizer, out::println)
            : Optional.empty();
    TrainingState state =
        saved.orElseGet(
            () -> new TrainingState(initial, OptimizerState.initial(optimizer, initial)));
    scoreBaseline(dataset);
    run.put("outcome", "running");
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
    Trainer.Outcome outcome;
    try (MetricsLog metrics = metrics(directory, state, rounds.rounds());
        TensorBoardLog events = events(output, position);
        GradientSource source =
            engine.open((String) run.map().get("engine"), chosen -> decided(output, chosen))) {
      RunRecorder recorder =
          new RunRecorder(
              metrics,
              events,
              progress,
              job.model().topology() == Topology.MANY_TO_ONE,
              position,
              secondsBefore(directory));
      ModelSaver saver = new ModelSaver(output, dataset, state);
      List<TrainingListener> listeners = List.of(recorder, saver, checkpoints);
      Trainer trainer = new Trainer(job.training(), kernels, source, state.parameters(), listeners);
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
      saver.save();
      if (dataset.test() != null) {
        test(engine.onSpark().evaluate(state.best(), dataset.test()));
      }
    }
    finish(output, dataset, state, outcome);
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
    run.put("shards", (long) train.shards());
    run.put("rounds-per-epoch", (long) rounds.rounds());
    run.put("parameters", parameters);
    run.put("kernels", network.kernels().name());
    run.put("versions", Versions.all(spark.version()));
    run.put("started", Instant.now().toString());
    out.printf(
        Locale.ROOT,
        "%,d training sequences, %,d steps (longest %,d); %,d symbols%s%n",
        train.sequences(),
        train.steps(),
        train.longest(),
        dataset.inputs().size(),
        Model.isLanguageModel(job)
            ? ""
            : String.format(Locale.ROOT, ", %,d labels", dataset.targets().size()));
    out.printf(
        Locale.ROOT,
        "%,d parameters; %,d epochs of %,d updates; output in %s%n",
        parameters,
        job.training().epochs(),
        rounds.rounds(),
        output.directory().location());
    long updates = (long) job.training().epochs() * rounds.rounds();
    if (updates < 200) {
      out.printf(
          Locale.ROOT,
          "warning: %d updates in all are few; set training.batch-size (say 64) to update more"
              + " often than once per epoch%n",
          updates);
    }
  }

  private void checkSameJob(Map<String, Object> before) {
    String now = job.fingerprintText();
    Object was = before.getOrDefault("fingerprint", now);
    if (!was.equals(now)) {
      throw notResumed("the job is not the one it began with: " + difference(was, now));
    }
  }

  private static void checkSameData(Map<String, Object> before, Dataset dataset) {
    String now = dataset.summary().fingerprint();
    if (!before.getOrDefault("data-fingerprint", now).equals(now)) {
      throw notResumed("the training data are not the ones it began with");
    }
  }

  private void warnOfOtherKernels(Object before, String now) {
    if (!before.equals(now)) {
      out.printf(
          "warning: the run began with the %s kernels and goes on with %s: its last bits will not"
              + " be those of a run left alone%n",
          before, now);
    }
  }

  private static StoreException notResumed(String reason) {
    return new StoreException(
        "the run cannot be resumed: "
            + reason
            + "; give the same job and data, or begin a new run");
  }

  /** The lines that differ between two texts. */
  private static String difference(Object was, Object now) {
    List<String> before = new ArrayList<>(was.toString().lines().map(String::strip).toList());
    List<String> after = new ArrayList<>(now.toString().lines().map(String::strip).toList());
    List<String> common = new ArrayList<>(before);
    common.retainAll(after);
    before.removeAll(common);
    after.removeAll(common);
    return "was " + before + ", is " + after;
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
    out.printf(Locale.ROOT, "warning: %,d bad rows left out", rejected);
    if (kept) {
      output.rejected().create();
      output.rejected().atomicWrite(REJECTED, to -> Quarantine.write(dataset.rejects(), to));
      out.print(", kept in " + output.rejected().location(REJECTED));
    }
    out.println();
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

  private static MetricsLog metrics(Directory directory, TrainingState state, int rounds) {
    if (state.epoch() == 0 && state.round() == 0) {
      return MetricsLog.create(directory, OutputDirectory.METRICS);
    }
    List<Map<String, Object>> before = MetricsLog.read(directory, OutputDirectory.METRICS);
    long kept = Checkpoints.recordsBefore(before, state, rounds);
    return MetricsLog.resume(directory, OutputDirectory.METRICS, kept);
  }

  private static TensorBoardLog events(OutputDirectory output, int position) {
    Directory directory = output.directory();
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost";
    }
    // A run that was killed before its first checkpoint begins anew beside the events it left.
    return output.resumed()
        ? TensorBoardLog.resume(directory, host, Clock.systemUTC(), position)
        : TensorBoardLog.create(directory, host, Clock.systemUTC());
  }

  private static double secondsBefore(Directory directory) {
    List<Map<String, Object>> records = MetricsLog.read(directory, OutputDirectory.METRICS);
    Object seconds = records.isEmpty() ? null : records.get(records.size() - 1).get("seconds");
    return seconds instanceof Number number ? number.doubleValue() : 0;
  }

  private void test(Evaluation evaluation) {
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

  private void finish(
      OutputDirectory output, Dataset dataset, TrainingState state, Trainer.Outcome outcome) {
    run.put("best-epoch", (long) state.bestEpoch());
    run.put("best-loss", state.bestLoss());
    run.put("best-accuracy", state.bestAccuracy());
    run.put("stopped-early", outcome == Trainer.Outcome.STOPPED_EARLY);
    run.put("outcome", "finished");
    run.put("finished", Instant.now().toString());
    List<String> samples = samples(dataset, state);
    List<Map<String, Object>> metrics =
        MetricsLog.read(output.directory(), OutputDirectory.METRICS);
    HtmlReport.write(
        output.directory(), OutputDirectory.REPORT, job.name(), run.map(), metrics, samples);
    output.writeRun(run.map());
    summarise(output, state, samples);
  }

  private List<String> samples(Dataset dataset, TrainingState state) {
    if (!Model.isLanguageModel(job) || job.output().samples() == 0) {
      return List.of();
    }
    Model model = model(dataset, state);
    return new Writer(model).write("", job.output().samples(), 200, 0.7, job.training().seed());
  }

  private Model model(Dataset dataset, TrainingState state) {
    Map<String, Object> training =
        new Figures()
            .put("best-epoch", (long) state.bestEpoch())
            .put(dataset.valid() == null ? "train-loss" : "valid-loss", state.bestLoss())
            .put("valid-accuracy", state.bestAccuracy())
            .put("updates", state.optimizer().updates())
            .put("data-fingerprint", dataset.summary().fingerprint())
            .put("kernels", run.map().get("kernels"))
            .put("unroll", Versions.unroll())
            .map();
    return new Model(job, dataset.inputs(), dataset.targets(), state.best(), training);
  }

  private void summarise(OutputDirectory output, TrainingState state, List<String> samples) {
    if (!samples.isEmpty()) {
      out.println("\nwhat it writes:");
      samples.forEach(sample -> out.println("  " + sample.replace("\n", "\n  ")));
      out.println();
    }
    String measured = Double.isNaN(state.bestAccuracy()) ? "train-loss" : "valid-loss";
    out.printf(
        Locale.ROOT, "best epoch %d: %s %.4f", state.bestEpoch(), measured, state.bestLoss());
    if (!Double.isNaN(state.bestAccuracy())) {
      out.printf(Locale.ROOT, ", valid-accuracy %.2f %%", 100 * state.bestAccuracy());
    }
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

  /** Keeps {@code model/} up to date with the best epoch, but not more often than is useful. */
  private final class ModelSaver implements TrainingListener {
    private static final long INTERVAL_NANOS = 60_000_000_000L;

    private final OutputDirectory output;
    private final Dataset dataset;
    private final TrainingState state;
    private long savedAt = System.nanoTime();

    ModelSaver(OutputDirectory output, Dataset dataset, TrainingState state) {
      this.output = output;
      this.dataset = dataset;
      this.state = state;
    }

    @Override
    public void epoch(EpochReport report) {
      if (report.best() && System.nanoTime() - savedAt > INTERVAL_NANOS) {
        save();
      }
    }

    void save() {
      ModelDirectory.write(output.model(), model(dataset, state));
      savedAt = System.nanoTime();
    }
  }
}
