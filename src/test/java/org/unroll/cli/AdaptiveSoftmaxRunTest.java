package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.spark.SparkForTests;
import org.unroll.store.Directory;
import org.unroll.store.Json;

/** An adaptive softmax from the job file to a model that is used. */
class AdaptiveSoftmaxRunTest {
  @TempDir static Path directory;

  private static String job;
  private static String other;

  @BeforeAll
  static void train() throws IOException {
    SparkForTests.context();
    SmallJobs jobs = new SmallJobs(directory);
    job = jobs.lines(jobs.text("text.txt", 400, 1));
    other = jobs.text("other.txt", 50, 2);
    train("run", "data.valid=" + other).expect(ExitCode.DONE);
  }

  @AfterAll
  static void stop() {
    SparkForTests.stop();
  }

  private static Call train(String name, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("output.dir=" + directory.resolve(name));
    all.add("data.input.tokens=words");
    all.add("model.output=adaptive-softmax");
    return Call.train(job, all);
  }

  private static byte[] model(String name) throws IOException {
    return Files.readAllBytes(directory.resolve(name).resolve("model/model.safetensors"));
  }

  @Test
  void sparkComputesTheSameBits() throws IOException {
    train("threads").expect(ExitCode.DONE);
    train("spark", "sync.engine=spark", "sync.partitions=3").expect(ExitCode.DONE);
    assertArrayEquals(model("threads"), model("spark"));
  }

  @Test
  void aModelEvaluatesAndWrites() {
    Map<String, Object> run = Json.readObject(Directory.at(directory.resolve("run")), "run.json");
    Map<String, Object> figures =
        Call.of("evaluate", directory.resolve("run").toString(), "--data", other, "--json")
            .expect(ExitCode.DONE)
            .json();
    assertEquals(run.get("best-loss"), figures.get("loss"));
    assertEquals(run.get("best-accuracy"), figures.get("accuracy"));
    String text =
        Call.of("generate", directory.resolve("run").toString(), "--length", "30", "--samples", "3")
            .expect(ExitCode.DONE)
            .out();
    assertTrue(text.strip().length() > 20 && !text.contains("<"), text);
  }

  @Test
  void cutPointsBeyondTheVocabularyAreRefused() {
    Call call = train("beyond", "model.adaptive-softmax.cutoffs=[10,67]").expect(ExitCode.USAGE);
    assertEquals(
        "unroll: model.adaptive-softmax.cutoffs must be less than the number of classes, 67, got"
            + " [10, 67]: take smaller ones, or remove model.adaptive-softmax.cutoffs",
        call.err().strip().lines().reduce((a, b) -> b).orElse(""));
  }

  @Test
  void partsMayBeFrozen() throws IOException {
    train("frozen", "model.freeze=[output.tail.1]", "training.epochs=1").expect(ExitCode.DONE);
    Call call = train("nothing", "model.freeze=[output.weight]");
    assertTrue(call.err().contains("output.tail.0"), call.err());
  }
}
