package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.spark.SparkForTests;
import org.unroll.store.Json;

/** Real targets at the command line: what is trained, measured, told and refused. */
class RegressionRunTest {
  @TempDir static Path directory;

  private static String job;
  private static String valid;

  @BeforeAll
  static void write() throws IOException {
    SparkForTests.context();
    SmallJobs jobs = new SmallJobs(directory);
    valid = jobs.amounts("valid.jsonl", 90, 2);
    job = jobs.regression(jobs.amounts("train.jsonl", 400, 1), valid);
  }

  @AfterAll
  static void stop() {
    SparkForTests.stop();
  }

  private static Call train(String name, String... settings) {
    List<String> all = new java.util.ArrayList<>(List.of(settings));
    all.add("output.dir=" + directory.resolve(name));
    return Call.train(job, all);
  }

  @Test
  void whatIsTrainedIsEvaluatedInTheUnitOfTheData() throws IOException {
    Call trained = train("run", "data.test=" + valid, "training.epochs=8").expect(ExitCode.DONE);
    assertTrue(trained.out().contains("2 features, 2 target values"), trained.out());
    assertTrue(trained.out().contains("to beat: mean baseline, valid-loss "), trained.out());
    assertTrue(
        trained.out().contains("of 800 values missing, and no value of 36 of 400 targets"),
        trained.out());
    Map<String, Object> run =
        Json.parseObject(SmallJobs.text(directory.resolve("run/run.json")), "run.json");
    Map<?, ?> baseline = (Map<?, ?>) run.get("baseline");
    Map<?, ?> test = (Map<?, ?>) run.get("test");
    double rmse = (Double) test.get("test-rmse");
    assertTrue(rmse < 0.8 * (Double) baseline.get("valid-rmse"), "it learns");
    assertTrue(rmse > 1, "in the unit of the data");
    Call evaluated =
        Call.of("evaluate", directory.resolve("run").toString(), "--data", valid, "--json")
            .expect(ExitCode.DONE);
    Map<String, Object> figures = evaluated.json();
    assertEquals(rmse, figures.get("rmse"));
    assertEquals(test.get("test-loss"), figures.get("loss"));
    assertEquals(8L, figures.get("missing-targets"));
    assertFalse(figures.containsKey("unknown-labels"), figures.toString());
    assertEquals(2, ((Map<?, ?>) figures.get("values")).size());
    Call checked = Call.of("check", job, "--json").expect(ExitCode.DONE);
    assertEquals(2, ((List<?>) checked.json().get("target-values")).size());
    Call.of("gradcheck", job).expect(ExitCode.DONE);
  }

  @Test
  void aValueThatIsNoNumberIsToldWithItsPlace() throws IOException {
    Path bad = directory.resolve("bad.jsonl");
    Files.writeString(bad, "{\"x\": [[1, 2]], \"y\": [\"many\", 2]}\n");
    Call call = train("bad", "data.valid=" + bad);
    assertEquals(ExitCode.FAILED, call.code());
    assertTrue(
        call.err().contains("a target value must be a number, got 'many' as value 1 (" + bad),
        call.err());
  }

  @Test
  void validationDataWithoutTargetsAreRefused() throws IOException {
    Path none = directory.resolve("none.jsonl");
    Files.writeString(none, "{\"x\": [[1, 2]], \"y\": null}\n");
    Call call = train("none", "data.valid=" + none);
    assertEquals(ExitCode.FAILED, call.code());
    assertTrue(
        call.err().contains("data.valid must have target values, got none in 1 target"),
        call.err());
  }
}
