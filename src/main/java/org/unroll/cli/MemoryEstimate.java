package org.unroll.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.unroll.batch.Windows;
import org.unroll.config.DenseConfig;
import org.unroll.config.Job;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig;
import org.unroll.config.SyncConfig;
import org.unroll.data.InputShape;
import org.unroll.data.SplitSummary;
import org.unroll.nn.cell.Cells;
import org.unroll.nn.head.HeadSpec;
import org.unroll.nn.layer.Poolings;
import org.unroll.optim.Optimizer;
import org.unroll.tensor.Timeline;
import org.unroll.text.Counts;
import org.unroll.train.PackedSum;
import org.unroll.train.TrainingSetup;

/**
 * Memory that a run cannot do without. Only what must be in the heap at the same time is counted,
 * so that nothing is refused that would fit; what passes may still turn out tight.
 *
 * @param parameters numbers that are learned
 * @param driver bytes in the driver, tasks included in local mode
 * @param executor bytes in each executor; 0 if none computes
 * @param results bytes of the gradients that all partitions send in a round; 0 if none does
 * @param sequences what of it grows with the length of sequences, where they are computed
 * @param conf what Spark was told
 */
record MemoryEstimate(
    long parameters,
    long driver,
    long executor,
    long results,
    SequenceMemory sequences,
    SparkConf conf) {
  /** What Spark's own classes and tables keep alive, at least. */
  private static final long SPARK_ITSELF = 48L << 20;

  /** Spark refuses a smaller driver; see UnifiedMemoryManager, 1.5 times its reserved memory. */
  private static final long LEAST_DRIVER = 450L << 20;

  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)(?:,\\s*\\d+)?])?");

  /**
   * The estimate for a run.
   *
   * @param partitions Spark partitions of the training data
   */
  static MemoryEstimate of(
      Job job, TrainingSetup setup, SplitSummary train, int partitions, SparkConf conf) {
    long parameters = parameters(setup.model(), setup.input(), setup.output());
    int slots = Optimizer.of(job.training().optimizer()).slots().size();
    // Sums, what they lose, and their mean.
    int averages = job.training().averageRounds() > 0 ? 3 : 0;
    // θ, gradient, the optimiser's, and the best epoch's.
    long state = plus(times(parameters, Float.BYTES * (3L + slots + averages)), SPARK_ITSELF);
    int cores = localCores(conf);
    if (onDriver(job.sync().engine(), cores > 0)) {
      long blocks = (train.sequences() + setup.blockSize() - 1) / setup.blockSize();
      int threads = (int) Math.max(1, Math.min(cores > 0 ? cores : 1, blocks));
      long sums = times(parameters, (long) Double.BYTES * threads);
      long working = working(setup, train, parameters, threads);
      SequenceMemory sequences = sequences(job, setup, train, threads);
      long driver = plus(plus(state, sums), working);
      return new MemoryEstimate(parameters, driver, 0, 0, sequences, conf);
    }
    long broadcast = times(parameters, Float.BYTES);
    long results = times(parameters, (long) PackedSum.USUAL_BYTES * partitions);
    long driver = plus(plus(state, broadcast), plus(results, times(parameters, Double.BYTES)));
    int tasks = Math.min(partitions, cores > 0 ? cores : executorTasks(conf));
    long working = working(setup, train, parameters, tasks);
    SequenceMemory sequences = sequences(job, setup, train, tasks);
    if (cores > 0) {
      return new MemoryEstimate(parameters, plus(driver, working), 0, results, sequences, conf);
    }
    long sums = times(parameters, (long) Double.BYTES * tasks);
    long executor = plus(plus(broadcast, sums), plus(working, SPARK_ITSELF));
    return new MemoryEstimate(parameters, driver, executor, results, sequences, conf);
  }

  private static SequenceMemory sequences(
      Job job, TrainingSetup setup, SplitSummary train, int tasks) {
    TrainingSetup recomputing = setup.recomputing(SequenceMemory.RECOMPUTE_ABOVE);
    return SequenceMemory.of(
        job, setup, train, working(setup, train, 0, tasks), working(recomputing, train, 0, tasks));
  }

  /** Whether Spark computes no round at all; see {@link Engine}. */
  private static boolean onDriver(SyncConfig.Engine engine, boolean local) {
    return switch (engine) {
      case DRIVER -> true;
      case AUTO -> local;
      case SPARK -> false;
    };
  }

  /** Numbers that a network learns. */
  static long parameters(ModelConfig model, InputShape input, HeadSpec output) {
    long count = 0;
    long width = input.features();
    for (InputShape.Symbols field : input.fields()) {
      int embedding = field.name().isEmpty() ? model.embedding() : field.embedding();
      count = plus(count, times(field.size(), embedding));
      width = plus(width, embedding > 0 ? embedding : field.size());
    }
    if (input.characters() > 0) {
      long encoded = model.characters().embedding();
      count = plus(count, times(input.characters(), encoded));
      for (LayerConfig layer : model.characters().layers()) {
        count = plus(count, parameters(layer, encoded));
        encoded = layer.outputs();
      }
      width = plus(width, encoded);
    }
    for (LayerConfig layer : model.layers()) {
      count = plus(count, parameters(layer, width));
      width = layer.outputs();
    }
    if (!model.topology().targetPerStep()) {
      count = plus(count, Poolings.parameters(model.pooling(), width));
    }
    for (DenseConfig dense : model.dense()) {
      count = plus(count, times(dense.units(), width + 1));
      width = dense.units();
    }
    return plus(count, output.parameters(width, model.tieEmbeddings()));
  }

  private static long parameters(LayerConfig layer, long inputs) {
    long rows = times(Cells.gates(layer), layer.units());
    long diagonals = times(Cells.diagonals(layer), layer.units());
    long direction = plus(times(rows, inputs + layer.units() + 2), diagonals);
    return times(layer.bidirectional() ? 2 : 1, direction);
  }

  /** Gradient and activations of the tasks that run side by side; one has the longest block. */
  private static long working(TrainingSetup setup, SplitSummary train, long parameters, int tasks) {
    long mean = train.sequences() == 0 ? 0 : train.steps() / train.sequences();
    long steps = plus(kept(setup, train.longest()), times(kept(setup, mean), tasks - 1L));
    long lanes = Timeline.roundUp((int) Math.min(setup.blockSize(), train.sequences()));
    long activations = times(times(steps, lanes), times(rows(setup), Float.BYTES));
    return plus(activations, times(parameters, (long) Float.BYTES * tasks));
  }

  /** Steps of a block whose values are in memory at a time. */
  private static long kept(TrainingSetup setup, long steps) {
    boolean windows =
        setup.recomputeAbove() > 0
            && steps > setup.recomputeAbove()
            && setup.output().worksInWindows()
            && Poolings.worksInWindows(setup.model().pooling())
            && !setup.model().hasBatchNormalization()
            && setup.model().layers().stream().noneMatch(LayerConfig::bidirectional);
    // Between windows two states at most are kept, which is less than a step.
    return windows
        ? 2L * Windows.steps((int) Math.min(Integer.MAX_VALUE, steps), setup.truncate())
        : steps;
  }

  /** Rows of activations kept for every step until the way back. */
  private static long rows(TrainingSetup setup) {
    ModelConfig model = setup.model();
    // Beside others, each input is there a second time.
    long rows = (long) model.embedding() + setup.input().features();
    for (InputShape.Symbols field : setup.input().fields()) {
      rows += 2L * field.embedding();
    }
    // A word has one character at least.
    for (LayerConfig layer : model.characters().layers()) {
      rows += rows(layer);
    }
    for (LayerConfig layer : model.layers()) {
      rows += rows(layer);
    }
    rows += setup.output().keptRows();
    if (model.topology().targetPerStep()) {
      rows += model.dense().stream().mapToLong(DenseConfig::units).sum();
    } else {
      LayerConfig top = model.layers().get(model.layers().size() - 1);
      rows += Poolings.keptRows(model.pooling(), top.outputs());
    }
    return rows;
  }

  private static long rows(LayerConfig layer) {
    // Normalisation keeps the recurrent product beside the sum.
    int copies = layer.normalization() == LayerConfig.Normalization.NONE ? 1 : 2;
    int masked = layer.recurrentDropout() > 0 ? 1 : 0;
    int straight = layer.residual() ? 1 : 0;
    return layer.outputs() * (copies * Cells.gates(layer) + 1 + masked + straight);
  }

  /** Threads of a local master; 0 for a cluster. */
  private static int localCores(SparkConf conf) {
    Matcher local = LOCAL.matcher(conf.get("spark.master", "local[*]"));
    if (!local.matches()) {
      return 0;
    }
    String cores = local.group(1);
    return cores == null
        ? 1
        : cores.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(cores);
  }

  /** Tasks side by side in an executor; 1 where Spark alone knows. */
  private static int executorTasks(SparkConf conf) {
    return Math.max(1, conf.getInt("spark.executor.cores", 1) / conf.getInt("spark.task.cpus", 1));
  }

  /**
   * Compares with what is there.
   *
   * @throws UsageException if something is certain not to fit
   */
  void check() {
    check(Runtime.getRuntime().maxMemory());
  }

  void check(long driverHeap) {
    List<String> problems = new ArrayList<>();
    if (driver > driverHeap) {
      problems.add(
          problem(
              executor > 0 ? SequenceMemory.NONE : sequences,
              "the driver",
              driver,
              driverHeap,
              "of heap",
              "UNROLL_MEMORY=" + setting(driver) + " (run-local.sh)",
              "--driver-memory " + setting(driver) + " (spark-submit)"));
    }
    long executorHeap = conf.getSizeAsBytes("spark.executor.memory", "1g");
    if (executor > executorHeap) {
      problems.add(
          problem(
              sequences,
              "each executor",
              executor,
              executorHeap,
              "(spark.executor.memory)",
              "--executor-memory " + setting(executor)));
    }
    long resultLimit = conf.getSizeAsBytes("spark.driver.maxResultSize", "1g");
    // Where gradients are unusual, a value takes up to eight bytes: Spark's limit ends the run
    // then.
    long most = times(results / PackedSum.USUAL_BYTES, Long.BYTES);
    if (resultLimit > 0 && most > resultLimit) {
      problems.add(
          problem(
              SequenceMemory.NONE,
              "the gradients of a round",
              most,
              resultLimit,
              "(spark.driver.maxResultSize)",
              "spark.driver.maxResultSize=" + setting(most) + " (conf/spark-defaults.conf)",
              "fewer sync.partitions"));
    }
    if (!problems.isEmpty()) {
      throw new UsageException(String.join(System.lineSeparator(), problems));
    }
  }

  private String problem(
      SequenceMemory sequences,
      String who,
      long needed,
      long given,
      String ofWhat,
      String... fixes) {
    boolean tooLong = sequences.decides(needed, given);
    return String.format(
        Locale.ROOT,
        "%s do not fit: %s must have at least %s, got %s %s; give %s, or %s",
        tooLong ? sequences.describe() : Counts.of(parameters, "parameter"),
        who,
        size(needed),
        size(given),
        ofWhat,
        String.join(" or ", fixes),
        tooLong ? sequences.fix(needed, given) : "make model.layers smaller");
  }

  /** Before Spark starts: with less it fails with a message that does not know our settings. */
  static void checkHeapForSpark() {
    long heap = Runtime.getRuntime().maxMemory();
    if (heap < LEAST_DRIVER) {
      throw new UsageException(
          "heap must be at least "
              + size(LEAST_DRIVER)
              + " for Spark, got "
              + size(heap)
              + "; give UNROLL_MEMORY=1g (run-local.sh) or --driver-memory 1g (spark-submit)");
    }
  }

  /** For people. */
  static String size(long bytes) {
    if (bytes < 1L << 20) {
      return String.format(Locale.ROOT, "%.0f KiB", Math.ceil(bytes / 1024.0));
    }
    return bytes < 1L << 30
        ? String.format(Locale.ROOT, "%.0f MiB", bytes / 1048576.0)
        : String.format(Locale.ROOT, "%.1f GiB", bytes / 1073741824.0);
  }

  /** Half as much again as is certain, in whole gigabytes. */
  private static String setting(long bytes) {
    return (plus(bytes, bytes / 2) >> 30) + 1 + "g";
  }

  private static long times(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    return high != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }

  private static long plus(long a, long b) {
    return a + b < 0 ? Long.MAX_VALUE : a + b;
  }
}
