package org.unroll.cli;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.unroll.batch.Rounds;
import org.unroll.config.Job;
import org.unroll.config.SyncConfig;
import org.unroll.data.DataSummary;
import org.unroll.data.InputShape;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.spark.Dataset;
import org.unroll.spark.SparkErrors;
import org.unroll.spark.SparkGradientSource;
import org.unroll.train.AutoGradientSource;
import org.unroll.train.GradientSource;
import org.unroll.train.LocalGradientSource;
import org.unroll.train.TrainingSetup;

/** Where rounds are computed: on Spark's executors or on the driver's threads. Same bits. */
final class Engine {
  /** The largest data that is brought to the driver, in bytes of encoded sequences. */
  private static final long DRIVER_BYTES = 256L << 20;

  /** The same in local mode, where they are in this process already and stay there beside it. */
  private static final long LOCAL_BYTES = 1L << 30;

  private final Job job;
  private final JavaSparkContext spark;
  private final TrainingSetup setup;
  private final Dataset dataset;
  private final Rounds rounds;
  private final Consumer<String> say;
  private final long allowed;

  /**
   * The engine of a job.
   *
   * @param say tells the user what he might not expect
   */
  Engine(
      Job job,
      JavaSparkContext spark,
      TrainingSetup setup,
      Dataset dataset,
      Rounds rounds,
      Consumer<String> say) {
    this(
        job,
        spark,
        setup,
        dataset,
        rounds,
        say,
        spark.getConf().getSizeAsBytes(SparkErrors.MAX_RESULT_SIZE, "1g"));
  }

  /**
   * An engine.
   *
   * @param allowed bytes that a Spark job may return to the driver; 0 is no limit
   */
  Engine(
      Job job,
      JavaSparkContext spark,
      TrainingSetup setup,
      Dataset dataset,
      Rounds rounds,
      Consumer<String> say,
      long allowed) {
    this.job = job;
    this.spark = spark;
    this.setup = setup;
    this.dataset = dataset;
    this.rounds = rounds;
    this.say = say;
    this.allowed = allowed;
  }

  /**
   * The source of gradients that the job asks for.
   *
   * @param before engine of the run that is resumed; null if none is known
   * @param decided told which engine was chosen, now or after a trial
   * @throws UsageException if the job insists on the driver and the data cannot be brought there
   */
  GradientSource open(String before, Consumer<String> decided) {
    SyncConfig.Engine wanted = job.sync().engine();
    if (wanted == SyncConfig.Engine.AUTO && before != null) {
      wanted = before.equals("driver") ? SyncConfig.Engine.DRIVER : SyncConfig.Engine.SPARK;
    }
    if (wanted == SyncConfig.Engine.AUTO) {
      long bytes = bytes(dataset.summary(), setup.input());
      if (bytes > (spark.isLocal() ? LOCAL_BYTES : DRIVER_BYTES)) {
        wanted = SyncConfig.Engine.SPARK;
      } else if (spark.isLocal()) {
        // The same process and the same cores: Spark could only add to it.
        wanted = SyncConfig.Engine.DRIVER;
      }
    }
    return switch (wanted) {
      case SPARK -> {
        decided.accept("spark");
        yield onSpark();
      }
      case DRIVER -> {
        Optional<GradientSource> driver = onDriver();
        decided.accept(driver.isPresent() ? "driver" : "spark");
        yield driver.orElseGet(this::onSpark);
      }
      case AUTO -> new AutoGradientSource(onSpark(), this::onDriver, decided);
    };
  }

  /** Rounds on Spark's executors. */
  SparkGradientSource onSpark() {
    return new SparkGradientSource(
        spark, setup, dataset.train(), dataset.valid(), rounds, weightBound());
  }

  /**
   * Rounds on the driver's threads; empty if its data are more than Spark may bring there, and the
   * job leaves the choice.
   */
  private Optional<GradientSource> onDriver() {
    long bytes = bytes(dataset.summary(), setup.input());
    if (allowed == 0 || bytes <= allowed) {
      try {
        return Optional.of(
            new LocalGradientSource(
                setup,
                dataset.collectShards(Role.TRAIN),
                dataset.collectShards(Role.VALID),
                rounds,
                weightBound(),
                threads()));
      } catch (Exception e) {
        if (!SparkErrors.isResultTooLarge(e)) {
          throw e;
        }
      }
    }
    String reason =
        String.format(
            "the data, some %s, are more than %s (%s) allows the driver to get",
            MemoryEstimate.size(bytes), SparkErrors.MAX_RESULT_SIZE, MemoryEstimate.size(allowed));
    if (job.sync().engine() == SyncConfig.Engine.DRIVER) {
      throw new UsageException(
          "sync.engine = driver: "
              + reason
              + "; raise it (--conf "
              + SparkErrors.MAX_RESULT_SIZE
              + "=…, 0 is no limit), or choose sync.engine = spark");
    }
    say.accept("rounds stay on Spark's executors: " + reason);
    return Optional.empty();
  }

  private int threads() {
    return spark.isLocal()
        ? spark.defaultParallelism()
        : Runtime.getRuntime().availableProcessors();
  }

  private double weightBound() {
    return Setups.weightBound(job, setup.output(), dataset.summary().train(), rounds);
  }

  private static long bytes(DataSummary summary, InputShape input) {
    SplitSummary valid = summary.valid();
    return bytes(summary.train(), input) + (valid == null ? 0 : bytes(valid, input));
  }

  private static long bytes(SplitSummary split, InputShape input) {
    long perStep = (long) input.fields().size() + input.features();
    return (split.steps() * perStep + split.targets()) * Integer.BYTES
        + split.sequences() * Long.BYTES;
  }
}
