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
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.spark.SparkForTests;
import org.unroll.store.Directory;
import org.unroll.store.Json;

/** Texts of their own length from the job file to a model that is used: drawn-out words. */
class CtcRunTest {
  @TempDir static Path directory;

  private static String job;
  private static String valid;

  @BeforeAll
  static void train() throws IOException {
    SparkForTests.context();
    String train = rows("train.tsv", 200, 1, "");
    valid = rows("valid.tsv", 60, 2, "");
    job =
        Files.writeString(
                directory.resolve("texts.conf"),
                """
                data { format = delimited, train = "%s", target.column = 1 }
                data.target.tokens = characters
                model {
                  topology = many-to-many, output = ctc, embedding = 6
                  layers = [ { cell = gru, units = 12, bidirectional = true } ]
                }
                training {
                  epochs = 8, batch-size = 16, block-size = 8
                  optimizer { kind = adam, learning-rate = 0.02 }
                }
                """
                    .formatted(train))
            .toString();
    train("run", "data.valid=" + valid, "validation.metric=error-rate", "data.bad-rows=skip")
        .expect(ExitCode.DONE);
  }

  @AfterAll
  static void stop() {
    SparkForTests.stop();
  }

  /** Each letter of the target, none in some rows, one to three times, with a dot or not. */
  private static String rows(String name, int rows, int seed, String more) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      StringBuilder drawn = new StringBuilder(".");
      StringBuilder target = new StringBuilder();
      for (int letters = random.nextInt(5); letters > 0; letters--) {
        char letter = (char) ('a' + random.nextInt(3));
        target.append(letter);
        drawn.append(String.valueOf(letter).repeat(1 + random.nextInt(3))).append('.');
      }
      text.append(drawn).append('\t').append(target).append('\n');
    }
    return Files.writeString(directory.resolve(name), text + more).toString();
  }

  private static Call train(String name, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("output.dir=" + directory.resolve(name));
    return Call.train(job, all);
  }

  private static Map<String, Object> json(String path) {
    Path file = directory.resolve(path);
    return Json.readObject(Directory.at(file.getParent()), file.getFileName().toString());
  }

  private static Call evaluate(String data) {
    return Call.of("evaluate", directory.resolve("run").toString(), "--data", data, "--json");
  }

  @Test
  void isLearnedAndEvaluated() {
    Map<String, Object> run = json("run/run.json");
    assertTrue((Double) run.get("best-error-rate") < 0.05, run::toString);
    Map<String, Object> figures = evaluate(valid).expect(ExitCode.DONE).json();
    assertEquals(run.get("best-error-rate"), figures.get("error-rate"));
    assertEquals(run.get("best-loss"), figures.get("loss"));
    assertTrue((Double) figures.get("exact") > 0.8, figures::toString);
    assertTrue(json("run/model/config.json").toString().contains("blank=3"));
  }

  @Test
  void sparkComputesTheSameBits() throws IOException {
    for (String name : List.of("threads", "spark")) {
      train(
              name,
              "sync.engine=" + (name.equals("spark") ? "spark" : "driver"),
              "sync.partitions=3",
              "training.epochs=1")
          .expect(ExitCode.DONE);
    }
    assertArrayEquals(
        Files.readAllBytes(directory.resolve("threads/model/model.safetensors")),
        Files.readAllBytes(directory.resolve("spark/model/model.safetensors")));
  }

  @Test
  void rowsWithTooFewStepsAreBadOnes() throws IOException {
    String short1 = rows("short.tsv", 20, 3, "aaa\taba\naaa\tabb\n");
    Call failed = train("short", "data.train=" + short1);
    assertEquals(ExitCode.FAILED, failed.code(), failed.err());
    assertTrue(
        failed.err().contains("3 steps for 3 symbols with 1 repetition (")
            && failed.err().contains("short.tsv:22"),
        failed.err());
    Call skipped =
        train(
            "skipped",
            "data.train=" + short1,
            "data.bad-rows=skip",
            "data.bad-rows-budget=1",
            "training.epochs=1");
    skipped.expect(ExitCode.DONE);
    String told = skipped.out() + skipped.err();
    assertTrue(told.contains("1 too-short-for-target"), told);
  }

  @Test
  void symbolsThatTrainingNeverSawAreErrors() throws IOException {
    double without = (Double) evaluate(valid).expect(ExitCode.DONE).json().get("loss");
    String other = rows("other.tsv", 60, 2, ".a.\tz\n.a.\taz\n");
    Map<String, Object> figures = evaluate(other).expect(ExitCode.DONE).json();
    assertEquals(2L, figures.get("unknown-labels"), figures::toString);
    assertEquals(without, (Double) figures.get("loss"), 1e-12);
  }

  @Test
  void theOtherCommandsTakeIt() {
    Call.of("check", job).expect(ExitCode.DONE);
    Call.of("inspect", directory.resolve("run").toString()).expect(ExitCode.DONE);
    Call.of("gradcheck", job).expect(ExitCode.DONE);
  }
}
