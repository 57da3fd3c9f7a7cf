package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.Intake;
import org.unroll.data.SplitSummary;
import org.unroll.nn.Network;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.ParameterSpec;
import org.unroll.train.TrainingSetup;

class MemoryEstimateTest {
  private static final int SYMBOLS = 37;
  private static final int CLASSES = 5;

  @TempDir Path folder;

  private TrainingSetup setup(String model) throws Exception {
    Path file = folder.resolve("job.conf");
    Files.writeString(
        file,
        """
        data { format = lines, train = "x" }
        model { topology = many-to-many, %s }
        training { epochs = 1, optimizer { kind = sgd, learning-rate = 0.1 } }
        """
            .formatted(model));
    Job job = JobReader.read(file, List.of());
    return new TrainingSetup(job.model(), SYMBOLS, CLASSES, 32, 0, 1, "ejml");
  }

  private static SplitSummary data(int longest) {
    return new SplitSummary(
        new Intake.Counts(),
        1000,
        1000,
        1000,
        longest,
        0,
        new long[] {1000},
        new long[] {1000},
        new long[CLASSES]);
  }

  private static SparkConf master(String master) {
    return new SparkConf(false).set("spark.master", master);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "layers = [ { cell = rnn, units = 7 } ]",
        "embedding = 6, layers = [ { cell = gru, units = 7 }, { cell = lstm, units = 3 } ]",
        "layers = [ { cell = gru, units = 7, reset = after }, { cell = rnn, units = 9 } ]",
        "embedding = 6, layers = [ { cell = lstm, units = 7 } ]"
            + ", dense = [ { units = 4, activation = tanh } ]",
      })
  void parametersAreCountedAsTheNetworkHasThem(String model) throws Exception {
    TrainingSetup setup = setup(model);
    Kernels kernels = Kernels.named("ejml").create();
    long expected =
        new Network(setup.model(), SYMBOLS, CLASSES, kernels)
            .parameters().stream().mapToLong(ParameterSpec::size).sum();
    assertEquals(expected, MemoryEstimate.parameters(setup.model(), SYMBOLS, CLASSES));
  }

  @Test
  void aSmallModelFitsInTheSmallestDriver() throws Exception {
    TrainingSetup setup = setup("layers = [ { cell = lstm, units = 128 } ]");
    for (String master : List.of("local", "local[*]", "local[2]", "spark://host:7077", "yarn")) {
      MemoryEstimate estimate = MemoryEstimate.of(setup, 2, data(200), 2, master(master));
      assertDoesNotThrow(() -> estimate.check(450L << 20), master);
    }
  }

  @Test
  void whatDoesNotFitIsToldWithItsSetting() throws Exception {
    TrainingSetup setup = setup("layers = [ { cell = lstm, units = 5000 } ]");
    MemoryEstimate local = MemoryEstimate.of(setup, 2, data(200), 4, master("local[4]"));
    String message = assertThrows(UsageException.class, () -> local.check(1L << 30)).getMessage();
    assertTrue(message.contains("the driver must have at least"), message);
    assertTrue(message.contains("UNROLL_MEMORY="), message);
    assertTrue(message.contains("spark.driver.maxResultSize="), message);
    assertFalse(message.contains("executor"), message);

    MemoryEstimate cluster = MemoryEstimate.of(setup, 2, data(200), 1, master("yarn"));
    message = assertThrows(UsageException.class, () -> cluster.check(1L << 40)).getMessage();
    assertTrue(message.contains("each executor must have at least"), message);
    assertTrue(message.contains("--executor-memory"), message);
    assertFalse(message.contains("UNROLL_MEMORY"), message);
  }

  @Test
  void longSequencesCountToo() throws Exception {
    TrainingSetup setup = setup("layers = [ { cell = lstm, units = 512 } ]");
    MemoryEstimate estimate = MemoryEstimate.of(setup, 2, data(50_000), 2, master("local[2]"));
    assertThrows(UsageException.class, () -> estimate.check(1L << 30));
  }

  @Test
  void sizesBeyondAllMeasureDoNotWrapAround() throws Exception {
    TrainingSetup setup = setup("layers = [ { cell = lstm, units = 2000000000 } ]");
    MemoryEstimate estimate = MemoryEstimate.of(setup, 2, data(200), 1000, master("yarn"));
    assertThrows(UsageException.class, () -> estimate.check(Long.MAX_VALUE - 1));
  }
}
