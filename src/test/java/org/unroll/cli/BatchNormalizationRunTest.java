package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.spark.SparkForTests;
import org.unroll.store.Directory;
import org.unroll.store.Json;

/** Batch normalisation from the job file to a model that is used. */
class BatchNormalizationRunTest {
  @TempDir static Path directory;

  private static String valid;

  @BeforeAll
  static void train() throws IOException {
    SparkForTests.context();
    SmallJobs jobs = new SmallJobs(directory);
    valid = jobs.table("valid.tsv", 90, 2);
    String labels = jobs.batchNormalized(jobs.table("train.tsv", 400, 1), valid);
    Call.train(labels, List.of("output.dir=" + run("labels"), "training.epochs=8"))
        .expect(ExitCode.DONE);
    String stream = jobs.stream(jobs.text("text.txt", 400, 1));
    Call.train(
            stream,
            List.of(
                "output.dir=" + run("stream"),
                "model.layers.0.normalization=batch",
                "model.layers.0.normalization-momentum=0.5"))
        .expect(ExitCode.DONE);
  }

  @AfterAll
  static void stop() {
    SparkForTests.stop();
  }

  private static Path run(String name) {
    return directory.resolve(name);
  }

  private static Map<String, Object> json(String name) {
    return Json.readObject(Directory.at(run(name)), "run.json");
  }

  /** Validation and evaluation take the running moments, which are part of the model. */
  @Test
  void aModelMeasuresNewDataAsTrainingDid() {
    Map<String, Object> figures =
        Call.of("evaluate", run("labels").toString(), "--data", valid, "--json")
            .expect(ExitCode.DONE)
            .json();
    assertEquals(json("labels").get("best-loss"), figures.get("loss"));
    assertEquals(json("labels").get("best-accuracy"), figures.get("accuracy"));
    assertTrue((Double) figures.get("accuracy") > 0.6, figures.toString());
  }

  @Test
  void inspectShowsTheRunningMoments() {
    String text = Call.of("inspect", run("labels").toString()).expect(ExitCode.DONE).out();
    // Rows of the GRU in both directions, and of the LSTM, with mean and variance each.
    int moments = 2 * (2 * 3 * 9 + 4 * 8);
    assertTrue(text.contains("of them " + moments + " running moments"), text);
    assertTrue(
        text.matches("(?s).*layers.0.running_mean_reverse .* -?[\\d.]+ to [\\d.]+\n.*"), text);
    Map<String, Object> json =
        Call.of("inspect", run("labels").toString(), "--json").expect(ExitCode.DONE).json();
    assertEquals((long) moments, json.get("running-moments"));
    for (Object each : (List<?>) json.get("tensors")) {
      Map<?, ?> tensor = (Map<?, ?>) each;
      if (tensor.get("name").toString().contains("running_var")) {
        double least = ((Number) tensor.get("least")).doubleValue();
        double greatest = ((Number) tensor.get("greatest")).doubleValue();
        assertTrue(least > 0 && greatest > least && greatest != 1, tensor.toString());
      }
    }
  }

  /** A text is written in a lane of its own. */
  @Test
  void aLanguageModelWrites() {
    String text =
        Call.of("generate", run("stream").toString(), "--length", "30", "--samples", "2")
            .expect(ExitCode.DONE)
            .out();
    assertTrue(text.strip().length() > 20, text);
    assertTrue((Double) json("stream").get("best-loss") < 3, json("stream").toString());
  }
}
