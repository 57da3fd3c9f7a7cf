package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.config.ModelConfig;
import org.unroll.data.InputShape;
import org.unroll.data.Intake;
import org.unroll.data.SplitSummary;
import org.unroll.metric.ClassNames;
import org.unroll.nn.Network;
import org.unroll.nn.head.AdaptiveSoftmaxSpec;
import org.unroll.nn.head.SoftmaxSpec;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.train.TrainingSetup;

class MemoryEstimateTest {
  private static final int SYMBOLS = 37;
  private static final InputShape INPUT = InputShape.ofSymbols(SYMBOLS);
  private static final int CLASSES = 5;

  @TempDir Path folder;

  private Job job(String model) throws Exception {
    Path file = folder.resolve("job.conf");
    Files.writeString(
        file,
        """
        data { format = lines, train = "x" }
        model.topology = many-to-many
        %s
        training { epochs = 1, optimizer { kind = sgd, learning-rate = 0.1 } }
        """
            .formatted(model));
    return JobReader.read(file, List.of());
  }

  private static MemoryEstimate estimate(Job job, int longest, int partitions, String master) {
    TrainingSetup setup =
        new TrainingSetup(job.model(), INPUT, SoftmaxSpec.of(CLASSES), 32, 0, 1, "ejml");
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    return MemoryEstimate.of(job, setup, data(longest), partitions, conf);
  }

  private static SplitSummary data(int longest) {
    return new SplitSummary(
        new Intake.Counts(),
        1000,
        1000,
        1000,
        longest,
        1,
        0,
        0,
        new long[] {1000},
        new long[] {1000},
        new long[CLASSES]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.layers = [ { cell = rnn, units = 7 } ]",
        "model.embedding = 6, model.layers = [ { cell = gru, units = 7 }, { cell = lstm, units = 3"
            + " } ]",
        "model.layers = [ { cell = gru, units = 7, reset = after }, { cell = rnn, units = 9 } ]",
        "model.layers = [ { cell = gru, units = 7, reset = none }, { cell = rnn, units = 9"
            + ", activation = relu, normalization = layer } ]",
        "model.layers = [ { cell = lstm, units = 7, gates-read = peephole }, { cell = lstm"
            + ", units = 3, gates-read = peephole, normalization = layer } ]",
        "model.layers = [ { cell = gru, units = 7, normalization = layer }, { cell = gru"
            + ", units = 3, reset = none, normalization = layer } ]",
        "model.layers = [ { cell = gru, units = 7, normalization = batch }, { cell = lstm"
            + ", units = 3, gates-read = peephole, normalization = batch } ]",
        "model.embedding = 6, model.layers = [ { cell = lstm, units = 7 } ]"
            + ", model.dense = [ { units = 4, activation = tanh } ]",
        "model.embedding = 6, model.layers = [ { cell = lstm, units = 6, residual = true } ]",
      })
  void parametersAreCountedAsTheNetworkHasThem(String model) throws Exception {
    Job job = job(model);
    Kernels kernels = Kernels.named("ejml").create();
    long expected =
        new Network(job.model(), INPUT, SoftmaxSpec.of(CLASSES), kernels)
            .parameters().stream().mapToLong(ParameterSpec::size).sum();
    assertEquals(expected, MemoryEstimate.parameters(job.model(), INPUT, SoftmaxSpec.of(CLASSES)));
    if (job.model().embedding() == 0) {
      InputShape frames = InputShape.ofFeatures(13);
      long onFrames =
          new Network(job.model(), frames, SoftmaxSpec.of(CLASSES), kernels)
              .parameters().stream().mapToLong(ParameterSpec::size).sum();
      assertEquals(
          onFrames, MemoryEstimate.parameters(job.model(), frames, SoftmaxSpec.of(CLASSES)));
    }
  }

  @Test
  void clustersAreCountedByTheirWidth() throws Exception {
    Job job = job("model.embedding = 6, model.layers = [ { cell = rnn, units = 32 } ]");
    AdaptiveSoftmaxSpec output =
        new AdaptiveSoftmaxSpec(SYMBOLS, ClassNames.NONE, List.of(3, 5), 4);
    Network network = new Network(job.model(), INPUT, output, Kernels.named("ejml").create());
    long expected = network.parameters().stream().mapToLong(ParameterSpec::size).sum();
    assertEquals(expected, MemoryEstimate.parameters(job.model(), INPUT, output));
  }

  @Test
  void aTiedTableIsCountedOnce() throws Exception {
    Job job = job("model.embedding = 6, model.layers = [ { cell = rnn, units = 6 } ]");
    Job tied =
        job(
            "model { embedding = 6, layers = [ { cell = rnn, units = 6 } ], tie-embeddings = true"
                + " }");
    long all = MemoryEstimate.parameters(job.model(), INPUT, SoftmaxSpec.of(SYMBOLS));
    Network network =
        new Network(tied.model(), INPUT, SoftmaxSpec.of(SYMBOLS), Kernels.named("ejml").create());
    long expected = network.parameters().stream().mapToLong(ParameterSpec::size).sum();
    assertEquals(expected, MemoryEstimate.parameters(tied.model(), INPUT, SoftmaxSpec.of(SYMBOLS)));
    assertEquals(all - 6 * SYMBOLS, expected);
  }

  @ParameterizedTest
  @EnumSource(ModelConfig.Pooling.class)
  void parametersOfPoolingsAreCounted(ModelConfig.Pooling pooling) {
    String model =
        """
        data { format = delimited, train = "x", input.column = 0, target.column = 1 }
        model {
          topology = many-to-one, embedding = 6, pooling = %s
          layers = [ { cell = gru, units = 7, bidirectional = true } ], dense = [ { units = 4 } ]
        }
        training { epochs = 1 }
        """
            .formatted(pooling.name().toLowerCase(Locale.ROOT));
    Job job = JobReader.read(model, "job.conf", List.of());
    Network network =
        new Network(job.model(), INPUT, SoftmaxSpec.of(CLASSES), Kernels.named("ejml").create());
    long expected = network.parameters().stream().mapToLong(ParameterSpec::size).sum();
    assertEquals(expected, MemoryEstimate.parameters(job.model(), INPUT, SoftmaxSpec.of(CLASSES)));
  }

  @Test
  void aSmallModelFitsInTheSmallestDriver() throws Exception {
    Job job = job("model.layers = [ { cell = lstm, units = 128 } ]");
    for (String master : List.of("local", "local[*]", "local[2]", "spark://host:7077", "yarn")) {
      MemoryEstimate estimate = estimate(job, 200, 2, master);
      assertDoesNotThrow(() -> estimate.check(450L << 20), master);
    }
  }

  /** A heap of a few hundred kilobytes is small, but not "0 MiB". */
  @Test
  void littleIsToldInUnitsThatShowIt() throws Exception {
    MemoryEstimate estimate =
        estimate(job("model.layers = [ { cell = lstm, units = 9 } ]"), 200, 1, "local");
    String message = assertThrows(UsageException.class, () -> estimate.check(300_000)).getMessage();
    assertTrue(message.contains(", got 293 KiB of heap"), message);
    message = assertThrows(UsageException.class, () -> estimate.check(1)).getMessage();
    assertTrue(message.contains(", got 1 KiB of heap"), message);
  }

  @Test
  void whatDoesNotFitIsToldWithItsSetting() throws Exception {
    Job job = job("model.layers = [ { cell = lstm, units = 5000 } ], sync.engine = spark");
    MemoryEstimate local = estimate(job, 200, 4, "local[4]");
    String message = assertThrows(UsageException.class, () -> local.check(1L << 30)).getMessage();
    assertTrue(message.contains("the driver must have at least"), message);
    assertTrue(message.contains("UNROLL_MEMORY="), message);
    assertTrue(message.contains("spark.driver.maxResultSize="), message);
    assertFalse(message.contains("executor"), message);

    MemoryEstimate cluster = estimate(job, 200, 1, "yarn");
    message = assertThrows(UsageException.class, () -> cluster.check(1L << 40)).getMessage();
    assertTrue(message.contains("each executor must have at least"), message);
    assertTrue(message.contains("--executor-memory"), message);
    assertFalse(message.contains("UNROLL_MEMORY"), message);
  }

  @Test
  void onTheDriverNoResultsAreSent() throws Exception {
    Job auto = job("model.layers = [ { cell = lstm, units = 5000 } ]");
    Job onDriver = job("model.layers = [ { cell = lstm, units = 5000 } ], sync.engine = driver");
    assertEquals(0, estimate(auto, 200, 4, "local[4]").results());
    assertTrue(estimate(auto, 200, 4, "yarn").results() > 0);
    assertEquals(0, estimate(onDriver, 200, 4, "yarn").results());
    assertEquals(0, estimate(onDriver, 200, 4, "yarn").executor());
  }

  @Test
  void longSequencesCountToo() throws Exception {
    Job job = job("model.layers = [ { cell = lstm, units = 512 } ]");
    MemoryEstimate estimate = estimate(job, 50_000, 2, "local[2]");
    assertThrows(UsageException.class, () -> estimate.check(1L << 30));
  }

  private static String refusal(MemoryEstimate estimate, long heap) {
    return assertThrows(UsageException.class, () -> estimate.check(heap)).getMessage();
  }

  private static void assertHelps(String message, String... fixes) {
    assertTrue(message.startsWith("sequences of up to 20,000 steps do not fit: "), message);
    for (String fix : fixes) {
      assertTrue(message.contains(fix), message);
    }
    assertFalse(message.contains("model.layers"), message);
  }

  /** Fewer parameters would not help there. */
  @Test
  void whatHelpsLongSequencesIsTold() throws Exception {
    Job job = job("model.layers = [ { cell = lstm, units = 256 } ]");
    assertEquals(SequenceMemory.RECOMPUTE_ABOVE, job.training().recomputeAbove());
    String off = refusal(estimate(job, 20_000, 1, "local[1]"), 1L << 30);
    assertHelps(
        off, "the driver must", "; give UNROLL_MEMORY=", "set training.recompute-above = 1000");
    assertFalse(off.contains("max-length"), off);
    String executor = refusal(estimate(job, 20_000, 1, "yarn"), 1L << 30);
    assertHelps(executor, "each executor must", "set training.recompute-above = 1000");

    Job both =
        JobReader.read(
            "data { format = delimited, train = x, target.column = 1 }, training.epochs = 1, model"
                + " { topology = many-to-one, layers = [ { cell = lstm, units = 256, bidirectional"
                + " = true } ] }",
            "job.conf",
            List.of());
    String cannot = refusal(estimate(both, 20_000, 1, "local[1]"), 1L << 30);
    assertHelps(cannot, "set data.max-length.steps or a smaller training.block-size");
    assertFalse(cannot.contains("recompute"), cannot);

    // With windows it would be less, but still too much.
    String notEnough = refusal(estimate(job, 20_000, 1, "local[1]"), 80L << 20);
    assertHelps(notEnough, "set data.max-length.steps");
    assertFalse(notEnough.contains("recompute"), notEnough);
  }

  @Test
  void recordingsAreLeftOutNotCut() {
    Job job =
        JobReader.read(
            "data { format = delimited, train = x, input { tokens = features, width = 3 }"
                + ", target.column = 1 }, training { epochs = 1, recompute-above = 0 }, model {"
                + " topology = many-to-one, layers = [ { cell = lstm, units = 256, bidirectional ="
                + " true } ] }",
            "job.conf",
            List.of());
    String message = refusal(estimate(job, 20_000, 1, "local[1]"), 1L << 30);
    assertHelps(message, "set data.max-length.steps with data.max-length.action = reject or a");
  }

  @Test
  void streamsAreCutIntoSmallerPieces() {
    Job job =
        JobReader.read(
            "data { format = stream, train = x, piece = 20000 }, training.epochs = 1, model {"
                + " topology = many-to-many, layers = [ { cell = lstm, units = 256 } ] }",
            "job.conf",
            List.of());
    assertHelps(refusal(estimate(job, 20_000, 1, "local[1]"), 80L << 20), "a smaller data.piece");
  }

  @Test
  void parametersAreBlamedWhereTheyDoNotFitEither() throws Exception {
    Job job = job("model.layers = [ { cell = lstm, units = 5000 } ]");
    String message = refusal(estimate(job, 20_000, 1, "local[1]"), 1L << 30);
    assertTrue(message.contains(" parameters do not fit: the driver must have"), message);
    assertTrue(message.endsWith("or make model.layers smaller"), message);
  }

  @Test
  void sizesBeyondAllMeasureDoNotWrapAround() throws Exception {
    Job job = job("model.layers = [ { cell = lstm, units = 2000000000 } ]");
    MemoryEstimate estimate = estimate(job, 200, 1000, "yarn");
    assertThrows(UsageException.class, () -> estimate.check(Long.MAX_VALUE - 1));
  }
}
