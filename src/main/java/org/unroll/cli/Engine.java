package org.unroll.cli;

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

  Engine(Job job, JavaSparkContext spark, TrainingSetup setup, Dataset dataset, Rounds rounds) {
    this.job = job;
    this.spark = spark;
    this.setup = setup;
    this.dataset = dataset;
    this.rounds = rounds;
  }

  /**
   * The source of gradients that the job asks for.
   *
   * @param before engine of the run that is resumed; null if none is known
   * @param decided told which engine was chosen, now or after a trial
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
        decided.accept("driver");
        yield onDriver();
      }
      case AUTO -> new AutoGradientSource(onSpark(), this::onDriver, decided);
    };
  }

  /** Rounds on Spark's executors. */
  SparkGradientSource onSpark() {
    return new SparkGradientSource(
        spark, setup, dataset.train(), dataset.valid(), rounds, weightBound());
  }

  private GradientSource onDriver() {
    int threads =
        spark.isLocal() ? spark.defaultParallelism() : Runtime.getRuntime().availableProcessors();
    return new LocalGradientSource(
        setup,
        dataset.collectShards(Role.TRAIN),
        dataset.collectShards(Role.VALID),
        rounds,
        weightBound(),
        threads);
  }

  private double weightBound() {
    return Setups.weightBound(job, setup.weights(), dataset.summary().train(), rounds);
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
