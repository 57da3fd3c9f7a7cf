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
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.spark.SparkForTests;
import org.unroll.store.Directory;
import org.unroll.store.Json;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;

/** Real values and several fields, from the job file to the model and back. */
class InputsTest {
  @TempDir static Path directory;

  private static SmallJobs jobs;
  private static String numbers;
  private static String valid;
  private static String features;
  private static String fields;
  private static String validLines;
  private static Call trainedFeatures;
  private static Call trainedFields;

  @BeforeAll
  static void train() throws IOException {
    SparkForTests.context();
    jobs = new SmallJobs(directory);
    numbers = jobs.numbers("data/numbers.tsv", 400, 1);
    valid = jobs.numbers("data/valid.tsv", 100, 2);
    features = jobs.features(numbers, valid);
    validLines = jobs.lines("data/valid.jsonl", 100, 2);
    fields = jobs.fields(jobs.lines("data/train.jsonl", 400, 1), validLines);
    trainedFeatures = Call.train(features, List.of("output.dir=" + run("features")));
    trainedFields = Call.train(fields, List.of("output.dir=" + run("fields"), "training.epochs=8"));
  }

  private static Path run(String name) {
    return directory.resolve("runs").resolve(name);
  }

  private static double bestAccuracy(String name) {
    Map<String, Object> run = Json.readObject(Directory.at(run(name)), "run.json");
    return ((Number) run.get("best-accuracy")).doubleValue();
  }

  @Test
  void realValuesAreLearned() {
    trainedFeatures.expect(ExitCode.DONE);
    assertTrue(trainedFeatures.out().contains("; 3 features, 2 labels"), trainedFeatures.out());
    assertTrue(bestAccuracy("features") > 0.9, trainedFeatures.out());
  }

  @Test
  void withoutStandardisationTheyAreNot() {
    String[] settings = {"output.dir=" + run("raw"), "data.input.standardize=false"};
    Call.train(features, List.of(settings)).expect(ExitCode.DONE);
    assertTrue(bestAccuracy("raw") < bestAccuracy("features"));
  }

  @Test
  void severalFieldsAreLearnedTogether() {
    trainedFields.expect(ExitCode.DONE);
    assertTrue(
        trainedFields.out().contains("; 9 + 3 symbols + 2 features, 2 labels"),
        trainedFields.out());
    // Without one of them no more than half would be right.
    assertTrue(bestAccuracy("fields") > 0.8, trainedFields.out());
    // A tagger's accuracy stands on every epoch's line.
    assertTrue(
        trainedFields.out().matches("(?s).*epoch 1/8 .*  valid-accuracy \\d+\\.\\d\\d %.*"),
        trainedFields.out());
  }

  @Test
  void aModelMeasuresNewDataAsTrainingDid() {
    for (String name : List.of("features", "fields")) {
      String data = name.equals("features") ? valid : validLines;
      Map<String, Object> run = Json.readObject(Directory.at(run(name)), "run.json");
      Map<String, Object> figures =
          Call.of("evaluate", run(name).toString(), "--data", data, "--json")
              .expect(ExitCode.DONE)
              .json();
      assertEquals(run.get("best-loss"), figures.get("loss"), name);
      assertEquals(run.get("best-accuracy"), figures.get("accuracy"), name);
      Map<?, ?> rows = (Map<?, ?>) run.get("rows");
      assertEquals(rows.get("valid"), figures.get("rows"), "both account for the same rows");
      assertEquals(100L, ((Map<?, ?>) figures.get("rows")).get("read"));
    }
  }

  /** Its weights would mean something else with the means of other data. */
  @Test
  void aModelThatIsTrainedOnKeepsItsScaling() throws IOException {
    String few = jobs.numbers("data/few.tsv", 20, 9);
    String[] settings = {
      "data.train=" + few,
      "training.epochs=1",
      "training.optimizer.learning-rate=1e-9",
      "model.initial=" + run("features"),
      "output.dir=" + run("again")
    };
    Call call = Call.train(features, List.of(settings)).expect(ExitCode.DONE);
    assertTrue(call.out().contains("  scaling of data.input "), call.out());
    assertEquals(bestAccuracy("features"), bestAccuracy("again"));
    assertEquals(model("features").inputs().scaler(), model("again").inputs().scaler());
    Map<String, Object> run = Json.readObject(Directory.at(run("again")), "run.json");
    Map<?, ?> kept = (Map<?, ?>) ((Map<?, ?>) run.get("scaling")).get("data.input");
    assertEquals(7.5, ((List<?>) kept.get("mean")).get(2));
  }

  private static Model model(String name) {
    return ModelDirectory.read(Directory.at(run(name)));
  }

  @Test
  void inspectShowsTheInputs() {
    String text = Call.of("inspect", run("features").toString()).expect(ExitCode.DONE).out();
    assertTrue(text.contains("3 features, standardised"), text);
    Map<String, Object> figures =
        Call.of("inspect", run("features").toString(), "--json").expect(ExitCode.DONE).json();
    Map<?, ?> input = (Map<?, ?>) ((List<?>) figures.get("inputs")).get(0);
    double mean = ((Number) ((List<?>) input.get("mean")).get(1)).doubleValue();
    assertEquals(-80_000, mean, 50);
    assertEquals(7.5, ((List<?>) input.get("mean")).get(2));
    assertEquals(0.0, ((List<?>) input.get("deviation")).get(2));
    String more = Call.of("inspect", run("fields").toString()).expect(ExitCode.DONE).out();
    assertTrue(more.contains("embedding.kind.weight"), more);
    assertTrue(more.contains("field pitch"), more);
  }

  @Test
  void checkSaysWhatAStepReads() {
    Call check = Call.of("check", features).expect(ExitCode.DONE);
    assertTrue(check.out().contains("a step reads 3 features"), check.out());
    assertTrue(check.out().contains("feature 2"), check.out());
    Call more = Call.of("check", fields).expect(ExitCode.DONE);
    assertTrue(more.out().contains("a step reads 9 + 3 symbols + 2 features"), more.out());
    Map<String, Object> figures = Call.of("check", features, "--json").expect(ExitCode.DONE).json();
    assertEquals(3L, figures.get("features"));
  }

  @Test
  void badRowsAreCountedAndKept() throws IOException {
    String bad =
        jobs.job(
            "data/bad.tsv",
            Files.readString(Path.of(numbers))
                + "up\t1 2\nup\t1 NaN 3\ndown\tone 2 3\nup\t1 2 3\n");
    Path output = run("bad");
    Call call =
        Call.train(
            features,
            List.of(
                "output.dir=" + output,
                "data.train=" + bad,
                "data.bad-rows=quarantine",
                "data.bad-rows-budget=3",
                "training.epochs=1"));
    call.expect(ExitCode.DONE);
    assertTrue(call.out().contains("warning: 3 bad rows left out, kept in"), call.out());
    StringBuilder kept = new StringBuilder();
    try (var files = Files.walk(output.resolve("rejected"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        kept.append(Files.readString(file));
      }
    }
    for (String reason : List.of("ragged-width", "not-finite", "not-a-number")) {
      assertTrue(kept.toString().contains(reason), kept.toString());
    }
    Call refused = Call.train(features, List.of("data.train=" + bad));
    assertEquals(1, refused.code(), refused.err());
    assertTrue(refused.err().contains("(data.input.width), got 2 ("), refused.err());
    assertTrue(refused.err().contains("bad.tsv"), refused.err());
  }

  /** Rows with identities give the same model from any format, however they are spread. */
  @Test
  void parquetTrainsTheModelOfJson() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String row : Files.readAllLines(Path.of(jobs.endings("data/rows.tsv", 120, 5)))) {
      String[] cells = row.split("\t", -1);
      lines.add(
          "{\"id\": %d, \"text\": \"%s\", \"tags\": \"%s\"}"
              .formatted(lines.size(), cells[0], cells[1]));
    }
    String jsonl = Files.write(directory.resolve("data/rows.jsonl"), lines).toString();
    String parquet = directory.resolve("data/parquet").toString();
    SparkSession.builder()
        .sparkContext(SparkForTests.context().sc())
        .getOrCreate()
        .read()
        .json(jsonl)
        .repartition(3)
        .write()
        .parquet(parquet);
    for (String format : List.of("json", "parquet")) {
      String path = format.equals("json") ? jsonl : parquet;
      Call.train(
              jobs.characters("unused", "unused"),
              List.of(
                  "data.format=" + format,
                  "data.train=" + path,
                  "data.valid=" + path,
                  "data.allow-overlap=true",
                  "data.input.column=text",
                  "data.target.column=tags",
                  "data.id.column=id",
                  "training.epochs=2",
                  "output.dir=" + run(format)))
          .expect(ExitCode.DONE);
    }
    assertArrayEquals(
        Files.readAllBytes(run("json").resolve("model/model.safetensors")),
        Files.readAllBytes(run("parquet").resolve("model/model.safetensors")));
    Map<String, Object> figures =
        Call.of("evaluate", run("parquet").toString(), "--data", parquet, "--json")
            .expect(ExitCode.DONE)
            .json();
    Map<String, Object> run = Json.readObject(Directory.at(run("json")), "run.json");
    assertEquals(run.get("best-loss"), figures.get("loss"));
  }

  /** Nearly every word of the validation data is unknown: only its characters tell its tag. */
  @Test
  void unknownWordsAreReadByTheirCharacters() throws IOException {
    String train = jobs.endings("data/endings.tsv", 300, 1);
    String validWords = jobs.endings("data/valid-endings.tsv", 90, 2);
    String job = jobs.characters(train, validWords);
    Call call = Call.train(job, List.of("output.dir=" + run("characters")));
    call.expect(ExitCode.DONE);
    assertTrue(call.out().contains(" symbols, 24 characters, 3 labels"), call.out());
    assertTrue(bestAccuracy("characters") > 0.9, call.out());
    Map<String, Object> figures =
        Call.of("evaluate", run("characters").toString(), "--data", validWords, "--json")
            .expect(ExitCode.DONE)
            .json();
    Map<String, Object> run = Json.readObject(Directory.at(run("characters")), "run.json");
    assertEquals(run.get("best-loss"), figures.get("loss"));
    String text = Call.of("inspect", run("characters").toString()).expect(ExitCode.DONE).out();
    assertTrue(text.contains("characters of the words"), text);
    Call.of("check", job).expect(ExitCode.DONE);
    Call.of("gradcheck", job, "--sequences", "3").expect(ExitCode.DONE);
    Call bench =
        Call.of("bench", "--json", "--seconds", "0.2", "--job", job, "--lengths", "fixed:9");
    assertTrue(((Number) bench.expect(0).json().get("tokens-per-second")).doubleValue() > 0);
    Call warm =
        Call.train(
            job,
            List.of(
                "output.dir=" + run("warm"),
                "training.epochs=1",
                "model.freeze=[characters]",
                "model.initial=" + run("characters")));
    warm.expect(ExitCode.DONE);
    assertTrue(warm.out().contains("characters.layers.0.weight_ih_reverse"), warm.out());
    assertTrue(bestAccuracy("warm") > 0.9, warm.out());
  }

  @Test
  void benchMeasuresAJobOfRealValues() {
    Call bench =
        Call.of("bench", "--json", "--seconds", "0.2", "--job", features, "--lengths", "fixed:9");
    bench.expect(ExitCode.DONE);
    assertTrue(((Number) bench.json().get("tokens-per-second")).doubleValue() > 0);
  }
}
