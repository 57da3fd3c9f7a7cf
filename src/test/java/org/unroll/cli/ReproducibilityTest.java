package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.Pairwise;
import org.unroll.batch.Rounds;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.nn.Network;
import org.unroll.optim.Optimizer;
import org.unroll.optim.OptimizerState;
import org.unroll.spark.Dataset;
import org.unroll.spark.DatasetReader;
import org.unroll.spark.SparkForTests;
import org.unroll.store.ModelTensors;
import org.unroll.store.Sha256;
import org.unroll.tensor.KernelChoice;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.Parameters;
import org.unroll.train.LocalGradientSource;
import org.unroll.train.Trainer;
import org.unroll.train.TrainingSetup;
import org.unroll.train.TrainingState;

/**
 * The promise to users: the same job, data, seed and kernels give the same model file, bit for bit,
 * whatever computes it.
 */
class ReproducibilityTest {
  @TempDir static Path directory;

  @AfterEach
  void stop() {
    SparkForTests.stop();
    System.clearProperty(KernelChoice.PROPERTY);
  }

  /** What the model file of a run hashes to. */
  private static String train(String job, String name, String... settings) throws IOException {
    Path output = directory.resolve(name);
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("output.dir=" + output);
    Call.train(job, all).expect(ExitCode.DONE);
    return Sha256.hex(Files.readAllBytes(output.resolve("model/model.safetensors")));
  }

  /** The same run without Spark, but for the reading of the data. */
  private static String trainInALoop(String jobFile, int threads) throws IOException {
    Job job = JobReader.read(Path.of(jobFile), List.of());
    try (Dataset dataset = DatasetReader.read(SparkForTests.context(), job)) {
      KernelChoice kernels = Kernels.choose();
      SplitSummary summary = dataset.summary().train();
      TrainingSetup setup = Setups.of(job, dataset.inputs(), dataset.targets(), kernels.name());
      Network network = new Network(job.model(), setup.input(), setup.output(), kernels.create());
      Rounds rounds = Setups.rounds(job, summary);
      assertTrue(rounds.rounds() >= 3, "several rounds");
      Optimizer optimizer = Optimizer.of(job.training().optimizer());
      Parameters parameters = Parameters.initial(network.parameters(), job.training().seed());
      TrainingState state =
          new TrainingState(parameters, OptimizerState.initial(optimizer, parameters));
      try (LocalGradientSource source =
          new LocalGradientSource(
              setup,
              dataset.collectShards(Role.TRAIN),
              dataset.collectShards(Role.VALID),
              rounds,
              Setups.weightBound(job, setup.output(), summary, rounds),
              threads)) {
        new Trainer(job, kernels.create(), source, parameters, List.of()).run(state, () -> false);
      }
      var bytes = new ByteArrayOutputStream();
      ModelTensors.of(state.best()).write(bytes);
      return Sha256.hex(bytes.toByteArray());
    }
  }

  private static void assertSame(Map<String, String> hashes) {
    assertEquals(1, hashes.values().stream().distinct().count(), hashes.toString());
  }

  /**
   * Other cores, partitions and threads, and compressed data, for one job file: by default the
   * larger numbers, with {@code -Psoak} every number.
   */
  private static void assertReproducible(String name, String job, String compressed)
      throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    SparkForTests.context("local[1]");
    hashes.put("1 core, 7 partitions", train(job, name + "-1-7", "sync.partitions=7"));
    if (Pairwise.isEveryCase()) {
      hashes.put("1 core", train(job, name + "-1"));
    }
    SparkForTests.context("local[2]");
    hashes.put("2 cores", train(job, name + "-2"));
    hashes.put("gzip", train(job, name + "-gz", "data.train=" + compressed, "sync.partitions=3"));
    hashes.put("3 threads", trainInALoop(job, 3));
    if (Pairwise.isEveryCase()) {
      hashes.put("2 cores, 1 partition", train(job, name + "-2-1", "sync.partitions=1"));
      hashes.put("2 cores, 3 partitions", train(job, name + "-2-3", "sync.partitions=3"));
      hashes.put("1 thread", trainInALoop(job, 1));
    }
    assertSame(hashes);
    assertNotEquals(hashes.get("2 cores"), train(job, name + "-seed", "training.seed=5"));
  }

  @Test
  void labelsOfRows() throws IOException {
    SmallJobs jobs = new SmallJobs(directory);
    String train = jobs.table("labels/train.tsv", 400, 1);
    String valid = jobs.table("labels/valid.tsv", 90, 2);
    String compressed = jobs.gzip("labels/train.tsv", "compressed/train.tsv.gz");
    assertReproducible("labels", jobs.labels(train, valid), compressed);
  }

  @Test
  void batchNormalization() throws IOException {
    SmallJobs jobs = new SmallJobs(directory);
    String train = jobs.table("batch/train.tsv", 400, 1);
    String valid = jobs.table("batch/valid.tsv", 90, 2);
    String compressed = jobs.gzip("batch/train.tsv", "compressed-batch/train.tsv.gz");
    assertReproducible("batch", jobs.batchNormalized(train, valid), compressed);
  }

  @Test
  void streamsOfText() throws IOException {
    SmallJobs jobs = new SmallJobs(directory);
    String text = jobs.text("stream/text.txt", 400, 1);
    String compressed = jobs.gzip("stream/text.txt", "compressed/text.txt.gz");
    assertReproducible("stream", jobs.stream(text), compressed);
  }

  @Test
  void realValuesOfRows() throws IOException {
    SmallJobs jobs = new SmallJobs(directory);
    String train = jobs.numbers("numbers/train.tsv", 400, 1);
    String job = jobs.features(train, jobs.numbers("numbers/valid.tsv", 90, 2));
    String compressed = jobs.gzip("numbers/train.tsv", "compressed-numbers/train.tsv.gz");
    assertReproducible("numbers", job, compressed);
  }

  @Test
  void realTargets() throws IOException {
    SmallJobs jobs = new SmallJobs(directory);
    String train = jobs.amounts("amounts/train.jsonl", 400, 1);
    String job = jobs.regression(train, jobs.amounts("amounts/valid.jsonl", 90, 2));
    String compressed = jobs.gzip("amounts/train.jsonl", "compressed-amounts/train.jsonl.gz");
    assertReproducible("amounts", job, compressed);
  }

  @Test
  void fieldsOfJson() throws IOException {
    SmallJobs jobs = new SmallJobs(directory);
    String train = jobs.lines("json/train.jsonl", 400, 1);
    String job = jobs.fields(train, jobs.lines("json/valid.jsonl", 90, 2));
    String compressed = jobs.gzip("json/train.jsonl", "compressed-json/train.jsonl.gz");
    assertReproducible("json", job, compressed);
  }

  @Test
  void charactersOfWords() throws IOException {
    SmallJobs jobs = new SmallJobs(directory);
    String train = jobs.endings("words/train.tsv", 300, 1);
    String job = jobs.characters(train, jobs.endings("words/valid.tsv", 90, 2));
    String compressed = jobs.gzip("words/train.tsv", "compressed-words/train.tsv.gz");
    assertReproducible("words", job, compressed);
  }

  @Test
  void tagsThatFitTogether() throws IOException {
    SmallJobs jobs = new SmallJobs(directory);
    String train = jobs.endings("tags/train.tsv", 300, 1);
    String job = jobs.tagged(train, jobs.endings("tags/valid.tsv", 90, 2));
    String compressed = jobs.gzip("tags/train.tsv", "compressed-tags/train.tsv.gz");
    assertReproducible("tags", job, compressed);
  }

  /** Kernels may differ from each other, but each agrees with itself. */
  @Test
  void eachOfTheKernels() throws IOException {
    assumeTrue(
        Kernels.choose().name().equals(KernelChoice.VECTOR), "there are no vector kernels here");
    SmallJobs jobs = new SmallJobs(directory);
    String train = jobs.table("kernels/train.tsv", 300, 1);
    String job = jobs.labels(train, jobs.table("kernels/valid.tsv", 50, 2));
    for (String kernels : List.of(KernelChoice.EJML, KernelChoice.VECTOR)) {
      System.setProperty(KernelChoice.PROPERTY, kernels);
      Map<String, String> hashes = new TreeMap<>();
      hashes.put("2 partitions", train(job, kernels + "-2", "sync.partitions=2"));
      hashes.put("5 partitions", train(job, kernels + "-5", "sync.partitions=5"));
      hashes.put("1 thread", trainInALoop(job, 1));
      assertSame(hashes);
      assertEquals(
          kernels,
          org.unroll.store.Json.parseObject(
                  SmallJobs.text(directory.resolve(kernels + "-2/run.json")), "run.json")
              .get("kernels"));
    }
  }
}
