package org.unroll.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.unroll.baseline.BaselineScore;
import org.unroll.batch.Rounds;
import org.unroll.config.Job;
import org.unroll.report.MetricsLog;
import org.unroll.report.ProgressLine;
import org.unroll.report.RunRecorder;
import org.unroll.report.TensorBoardLog;
import org.unroll.spark.Dataset;
import org.unroll.spark.SparkGradientSource;
import org.unroll.store.Directory;
import org.unroll.store.Model;
import org.unroll.store.OutputDirectory;
import org.unroll.store.StoreException;
import org.unroll.tensor.Kernels;
import org.unroll.train.CancelledException;
import org.unroll.train.GradientSource;
import org.unroll.train.Trainer;
import org.unroll.train.TrainingException;
import org.unroll.train.TrainingSetup;
import org.unroll.train.TrainingState;

/**
 * The rounds of a run, from the state that it begins or goes on with, and what they leave behind
 * however they end: by themselves, by a wish to stop, or by a failure.
 */
final class TrainingPhase {
  private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(10);

  /**
   * What the rounds are made of.
   *
   * @param baseline what the model must beat; null without validation data
   * @param checkpoints watch the state
   */
  record Parts(
      Dataset dataset,
      TrainingSetup setup,
      Rounds rounds,
      Kernels kernels,
      BaselineScore baseline,
      Checkpoints checkpoints,
      TrainingState state) {}

  private final Job job;
  private final JavaSparkContext spark;
  private final Interrupts interrupts;
  private final PrintStream out;
  private final OutputDirectory output;
  private final RunFile run;
  private final Parts parts;
  private final TrainingState state;
  private Engine engine;
  private final ModelKeeper keeper;

  /** What the answers of the best model depend on. */
  private Map<String, Object> tuned = Map.of();

  private final RunResult result;

  TrainingPhase(
      Job job,
      JavaSparkContext spark,
      Interrupts interrupts,
      PrintStream out,
      OutputDirectory output,
      RunFile run,
      Parts parts) {
    this.job = job;
    this.spark = spark;
    this.interrupts = interrupts;
    this.out = out;
    this.output = output;
    this.run = run;
    this.parts = parts;
    state = parts.state();
    engine = engine(parts.setup());
    keeper =
        new ModelKeeper(output.model(), output.resumed(), state, this::model, System::nanoTime);
    result = new RunResult(output, run, out);
  }

  private int position() {
    return state.epoch() * parts.rounds().rounds() + state.round();
  }

  /** Trains; the exit code. */
  int train() {
    Trainer.Outcome outcome;
    try {
      outcome = rounds();
      if (outcome != Trainer.Outcome.INTERRUPTED) {
        conclude(outcome);
      }
    } catch (CancelledException | Interrupts.StoppedException e) {
      outcome = Trainer.Outcome.INTERRUPTED;
    } catch (RuntimeException | Error e) {
      salvage(e);
      throw e;
    }
    if (outcome == Trainer.Outcome.INTERRUPTED) {
      return interrupted();
    }
    makeUp();
    return ExitCode.DONE;
  }

  private Trainer.Outcome rounds() {
    Directory directory = output.directory();
    ProgressLine progress = ProgressLine.on(out, PROGRESS_INTERVAL);
    List<Map<String, Object>> kept =
        output.resumed() ? Resumption.kept(directory, state, parts.rounds().rounds()) : List.of();
    try (MetricsLog metrics = Resumption.metrics(output, kept);
        TensorBoardLog events = Resumption.events(output, kept);
        GradientSource source =
            interrupts.stoppable(() -> engine.open((String) run.get("engine"), this::decided))) {
      RunRecorder recorder =
          new RunRecorder(
              metrics, events, progress, job.validation().metric(), Resumption.secondsBefore(kept));
      // The model first: when the user is told of an epoch its model is safe.
      Trainer trainer =
          new Trainer(
              job,
              parts.kernels(),
              source,
              state.parameters(),
              List.of(keeper, recorder, parts.checkpoints()));
      interrupts.onImpatience(source::cancel);
      try {
        return trainer.run(state, interrupts::requested);
      } finally {
        progress.finish();
      }
    }
  }

  private void decided(String engine) {
    run.put("engine", engine);
    run.write();
  }

  /** Keeps what the failure has left: the best model, and the state to go on from. */
  private void salvage(Throwable failure) {
    attempt(keeper::save, failure);
    // Others may have struck in the middle of an update.
    if (failure instanceof TrainingException || failure instanceof StoreException) {
      attempt(parts.checkpoints()::saveIfSound, failure);
    }
    tellModel();
  }

  private void tellModel() {
    if (keeper.epoch() > 0) {
      out.printf(
          "the model so far, of epoch %d, is in %s%n", keeper.epoch(), output.model().location());
    }
  }

  private void attempt(Runnable work, Throwable failure) {
    try {
      interrupts.save(work);
    } catch (RuntimeException | Error e) {
      failure.addSuppressed(e);
    }
  }

  private int interrupted() {
    interrupts.save(
        () -> {
          try {
            parts.checkpoints().save();
          } finally {
            keeper.save();
          }
          run.end(RunFile.INTERRUPTED);
        });
    out.printf(
        "interrupted after round %d; saved. Go on with: --resume --set output.dir=%s%n",
        position(), output.directory().location());
    tellModel();
    return ExitCode.INTERRUPTED;
  }

  /** Measures the best model's validation data once more, where its answers depend on that. */
  private void tune() {
    if (!parts.setup().output().tunes()) {
      return;
    }
    try (SparkGradientSource source = engine.onSpark()) {
      tuned = interrupts.stoppable(() -> source.validate(state.best())).measures().tuned();
    }
    engine = engine(parts.setup().tuned(tuned));
    keeper.changed();
  }

  private Engine engine(TrainingSetup setup) {
    return new Engine(job, spark, setup, parts.dataset(), parts.rounds(), out::println);
  }

  /** The result; nothing behind it can hurt it. */
  private void conclude(Trainer.Outcome outcome) {
    tune();
    interrupts.save(
        () -> {
          keeper.finish();
          result.finish(kept(), outcome, Epilogue.all(job));
        });
  }

  private void makeUp() {
    // First, because what follows may be long or be stopped; more epochs can then still be trained.
    interrupts.save(() -> parts.checkpoints().saveLast(out));
    Epilogue epilogue = new Epilogue(job, output, run, interrupts, out);
    if (epilogue.owesTest()) {
      SparkGradientSource source = engine.onSpark();
      epilogue.test(
          source, () -> source.evaluate("test", state.best(), parts.dataset().test()), result);
    }
    epilogue.report(this::model, parts::kernels);
    result.summarise(kept(), epilogue.samples(), parts.baseline());
  }

  private KeptModel kept() {
    return new KeptModel(
        state,
        parts.dataset().valid() != null,
        parts.setup().output().measures().metrics(),
        job.validation().metric());
  }

  private Model model() {
    Dataset dataset = parts.dataset();
    Map<String, Object> training =
        kept()
            .training()
            .put("data-fingerprint", dataset.summary().fingerprint())
            .put("kernels", parts.kernels().name())
            .put("unroll", Versions.unroll())
            .put(Model.TUNED, tuned.isEmpty() ? null : tuned)
            .map();
    return new Model(job, dataset.inputs(), dataset.targets(), state.best(), training);
  }
}
