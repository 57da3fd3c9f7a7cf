package org.unroll.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.unroll.batch.Shard;
import org.unroll.bench.Lengths;
import org.unroll.bench.NetworkFlags;
import org.unroll.bench.ProductBench;
import org.unroll.bench.TrainingBench;
import org.unroll.bench.Workload;
import org.unroll.config.Job;
import org.unroll.config.LayerConfig;
import org.unroll.config.ModelConfig.Output;
import org.unroll.data.DataException;
import org.unroll.data.InputCoding;
import org.unroll.data.InputShape;
import org.unroll.data.Role;
import org.unroll.spark.Dataset;
import org.unroll.spark.DatasetReader;
import org.unroll.store.JsonText;
import org.unroll.store.Model;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.PeakProbe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code unroll bench}: how fast this machine trains, or what a round costs on a cluster. */
@Command(
    name = "bench",
    description = {
      "Measures the training speed of a network, given by options or by a job file, on this"
          + " machine; with --rounds, the overhead of a round.",
      "Every update is complete: forward and backward pass, exact sum, clipping, optimiser. Padding"
          + " is not counted as tokens."
    },
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  private static final String[] NETWORK = {
    "--cell",
    "--units",
    "--embedding",
    "--layers",
    "--bidirectional",
    "--table",
    "--features",
    "--output"
  };
  private static final String[] TRAINING = {
    "--vocabulary", "--batch", "--block", "--lengths", "--threads", "--job"
  };

  /** Labels of a job whose data are not read. */
  private static final int LABELS = 10;

  @Option(names = "--cell", defaultValue = "lstm", description = "${COMPLETION-CANDIDATES}.")
  private LayerConfig.Cell cell;

  @Mixin private CellOptions cellOptions;
  @Mixin private StackOptions stackOptions;

  @Option(
      names = "--units",
      defaultValue = "256",
      description = "Units of each layer (hidden size).")
  private int units;

  @Option(
      names = "--embedding",
      defaultValue = "0",
      description = "Embedding size; 0, the default as in a job, means one-hot input.")
  private int embedding;

  @Option(names = "--vocabulary", defaultValue = "65", description = "Size of the vocabulary.")
  private int vocabulary;

  @Option(names = "--layers", defaultValue = "1", description = "Number of recurrent layers.")
  private int layers;

  @Option(names = "--bidirectional", description = "Makes each layer bidirectional.")
  private boolean bidirectional;

  @Option(
      names = "--output",
      paramLabel = "KIND",
      defaultValue = "softmax",
      converter = OutputKind.class,
      description = "Output layer: ${COMPLETION-CANDIDATES}.",
      completionCandidates = OutputKind.class)
  private Output output;

  @Option(names = "--batch", defaultValue = "64", description = "Sequences per update.")
  private int batch;

  @Option(names = "--block", defaultValue = "32", description = "Sequences per block.")
  private int block;

  @Option(
      names = "--lengths",
      paramLabel = "L",
      defaultValue = "fixed:100",
      description = "Lengths of the sequences: " + Lengths.FORM + ".")
  private String lengths;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "Threads that compute the blocks of an update.")
  private int threads;

  @Option(
      names = "--table",
      paramLabel = "on|off",
      description =
          "Whether embedding and first projection are precomputed in a table; default: as in"
              + " training.")
  private String table;

  @Option(
      names = "--features",
      paramLabel = "N",
      description =
          "Number of random features per step, as input instead of symbols; --vocabulary is then"
              + " the number of classes.")
  private Integer features;

  @Option(
      names = "--job",
      paramLabel = "FILE",
      description =
          "Job file whose network and training are measured on its own data, or on random symbols"
              + " if the data cannot be read or --lengths is given.")
  private Path jobFile;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description =
          "Duration of the measurement; the command takes about ten seconds more, and with several"
              + " threads at least a dozen rounds.")
  private double seconds;

  @Option(
      names = "--rounds",
      description = "Measures the overhead of a round, on Spark and on threads of the driver.")
  private boolean rounds;

  @Option(
      names = "--parameters",
      paramLabel = "N",
      description = "With --rounds: number of parameters (default: 1000000).")
  private Long parameters;

  @Option(
      names = "--json",
      description = "Prints one JSON object as the last line, and everything else to stderr.")
  private boolean json;

  @Mixin private SparkOptions sparkOptions;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    check();
    Map<String, Object> figures = rounds ? measureRounds() : measureTraining();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonText.line(figures));
    } else {
      BenchText.print(figures, "", out);
    }
    out.flush();
    return ExitCode.DONE;
  }

  private void log(String line) {
    spec.commandLine().getErr().println(line);
    spec.commandLine().getErr().flush();
  }

  private boolean given(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private void refuse(boolean wrong, String message) {
    if (wrong) {
      throw new UsageException(message);
    }
  }

  private void check() {
    refuse(
        !(seconds > 0 && seconds <= 3600),
        "--seconds must be above 0 and at most 3600, got " + seconds);
    refuse(threads < 1 || threads > 1024, "--threads must be from 1 to 1024, got " + threads);
    refuse(features != null && features < 1, "--features must be at least 1, got " + features);
    refuse(
        features != null && given("--embedding"),
        "--embedding does not go with --features, which are fed as they are; leave one of them"
            + " out");
    refuse(
        table != null && !table.equals("on") && !table.equals("off"),
        "--table must be on or off, got " + table);
    if (rounds) {
      Stream.of(NETWORK, CellOptions.NAMES, StackOptions.NAMES, TRAINING)
          .flatMap(Stream::of)
          .forEach(option -> refuse(given(option), option + " does not go with --rounds"));
      refuse(
          parameters != null && (parameters < 1 || parameters > 200_000_000),
          "--parameters must be from 1 to 200000000, got " + parameters);
      return;
    }
    refuse(parameters != null, "--parameters is the size of a round; give --rounds, too");
    Stream.of(NETWORK, CellOptions.NAMES, StackOptions.NAMES)
        .flatMap(Stream::of)
        .forEach(
            option ->
                refuse(
                    jobFile != null && given(option),
                    option
                        + " does not go with --job, which describes the network; leave one of them"
                        + " out"));
  }

  private Map<String, Object> measureRounds() {
    try (SparkOptions.Context context = sparkOptions.open("unroll bench")) {
      return new SparkRounds(context.spark(), seconds, this::log)
          .measure(parameters == null ? 1_000_000 : parameters);
    }
  }

  private Map<String, Object> measureTraining() {
    Workload workload = tabled(workload());
    KernelChoice choice = Kernels.choose();
    Kernels kernels = choice.create();
    log("kernels: " + choice.name() + " (" + choice.reason() + "); " + kernels.warmUp());
    double moment = Math.min(.3, seconds / 6);
    // Before and after: a processor that is hot by then is slower, and the better one is the limit.
    double peak = PeakProbe.gigaflops(1, moment);
    double peakOfAll = threads == 1 ? peak : PeakProbe.gigaflops(threads, moment);
    log(String.format(Locale.ROOT, "peak of one core: %.0f GFLOP/s", peak));
    List<Object> products = new ProductBench(kernels, moment / 3).run();
    log("products measured; now training");
    TrainingBench.Result result;
    Figures figures = new Figures();
    try (TrainingBench bench = new TrainingBench(workload, choice, threads)) {
      result = bench.run(seconds);
      if (threads > 1) {
        double ratio = bench.ratioToOneThread(seconds / 4);
        figures.put("threads-ratio", Math.round(ratio * 1e3) / 1e3);
      }
    }
    peakOfAll = Math.max(peakOfAll, PeakProbe.gigaflops(threads, moment));
    peak = threads == 1 ? peakOfAll : Math.max(peak, PeakProbe.gigaflops(1, moment));
    result.figures().forEach(figures::put);
    if (threads > 1) {
      figures.put("peak-threads-ratio", Math.round(peakOfAll / peak * 1e3) / 1e3);
    }
    return figures
        .put("peak-share", Math.round(result.gigaflops() / peakOfAll * 1e4) / 1e4)
        .put("peak-gflops", Math.round(peak * 10) / 10.0)
        .put("peak-gflops-all-threads", Math.round(peakOfAll * 10) / 10.0)
        .put("products-gflops", products)
        .put("table", workload.table())
        .put("threads", threads)
        .put("batch", workload.job().training().batchSize())
        .put("block", workload.job().training().blockSize())
        .put("kernels", choice.name())
        .put("java", System.getProperty("java.version"))
        .map();
  }

  /** With or without a table, as asked for; else as the network decides. */
  private Workload tabled(Workload workload) {
    Workload result = table == null ? workload : workload.withTable(table.equals("on"));
    refuse(
        table != null && table.equals("on") && !result.table(),
        "--table must be off without an embedding, with dropout on it, and below a residual layer,"
            + " got on");
    return result;
  }

  private Workload workload() {
    Lengths steps = flags(() -> Lengths.parse(lengths));
    if (jobFile == null) {
      NetworkFlags network =
          flags(
              () ->
                  new NetworkFlags(
                      cell,
                      units,
                      features == null ? embedding : 0,
                      features == null ? 0 : features,
                      vocabulary,
                      layers,
                      bidirectional,
                      batch,
                      block,
                      output,
                      cellOptions.flags(),
                      stackOptions.flags()));
      return Workload.synthetic(network.job(), network.input(), vocabulary, steps, threads);
    }
    refuse(vocabulary < 1, "--vocabulary must be at least 1, got " + vocabulary);
    refuse(batch < 1, "--batch must be at least 1, got " + batch);
    refuse(block < 1, "--block must be at least 1, got " + block);
    Job job = Workload.job(jobFile, given("--batch") ? batch : 0, given("--block") ? block : 0);
    Workload own = given("--lengths") ? null : ownData(job);
    if (own != null) {
      return own;
    }
    int classes = Model.isLanguageModel(job) ? vocabulary : LABELS;
    return Workload.synthetic(
        job,
        InputCoding.shape(job.data(), vocabulary, job.model().characters().isUsed()),
        classes,
        steps,
        threads);
  }

  /** Values that flags give; what is wrong with them is the user's to mend. */
  private static <T> T flags(Supplier<T> values) {
    try {
      return values.get();
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
  }

  /** The data of the job; null if there are none to be read. */
  private Workload ownData(Job job) {
    try (SparkOptions.Context context = sparkOptions.open("unroll bench " + job.name());
        Dataset dataset = DatasetReader.read(context.spark(), job)) {
      List<Shard> shards = dataset.collectShards(Role.TRAIN);
      log("measuring on the job's own data");
      InputShape input = dataset.inputs().shape(job.data());
      return new Workload(job, input, dataset.targets().size(), shards);
    } catch (DataException e) {
      log("measuring on random data, " + lengths + ": " + e.getMessage());
      return null;
    }
  }
}
