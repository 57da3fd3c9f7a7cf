package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.report.MetricsLog;
import org.unroll.spark.SparkForTests;
import org.unroll.store.Directory;
import org.unroll.store.Json;

/** What a user sees of training, and of the model afterwards. */
class TrainCommandTest {
  @TempDir static Path directory;

  private static SmallJobs jobs;
  private static String valid;
  private static String job;
  private static String stream;
  private static Path run;
  private static Path streamRun;
  private static Call trained;

  /** Two models that all tests look at. */
  @BeforeAll
  static void train() throws IOException {
    SparkForTests.context();
    jobs = new SmallJobs(directory);
    valid = jobs.table("data/valid.tsv", 90, 2);
    job = jobs.labels(jobs.table("data/train.tsv", 400, 1), valid);
    stream = jobs.stream(jobs.text("data/text.txt", 300, 3));
    run = directory.resolve("run");
    streamRun = directory.resolve("stream-run");
    trained = Call.train(job, List.of("output.dir=" + run, "training.epochs=4"));
    trained.expect(ExitCode.DONE);
    Call.train(stream, List.of("output.dir=" + streamRun)).expect(ExitCode.DONE);
  }

  private static Map<String, Object> runJson() {
    return Json.readObject(Directory.at(run), "run.json");
  }

  private static List<Map<String, Object>> metrics(String kind) {
    return MetricsLog.read(Directory.at(run), "metrics.jsonl").stream()
        .filter(record -> record.get("kind").equals(kind))
        .toList();
  }

  private static void assertContains(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), () -> "'" + part + "' is not in: " + text);
    }
  }

  private static TreeSet<String> names(Path folder) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }

  // Before training

  /** A batch size that is given may be too large already: 64 for all made matters worse. */
  @Test
  void trainAdvisesMoreUpdatesAsCheckDoes() {
    List<String> settings = new ArrayList<>(List.of("training.batch-size=32", "training.epochs=4"));
    List<String> command = new ArrayList<>(List.of("check", job, "--json"));
    settings.forEach(setting -> command.addAll(List.of("--set", setting)));
    Call check = Call.of(command.toArray(String[]::new)).expect(ExitCode.DONE);
    Map<?, ?> warning =
        ((List<?>) check.json().get("warnings"))
            .stream()
                .map(each -> (Map<?, ?>) each)
                .filter(each -> each.get("finding").toString().contains("updates in all are few"))
                .findFirst()
                .orElseThrow();
    assertEquals("set training.batch-size (say 8) to update more often", warning.get("change"));
    settings.add("output.dir=" + directory.resolve("advised"));
    Call train = Call.train(job, settings).expect(ExitCode.DONE);
    assertContains(
        train.out(),
        "warning: "
            + warning.get("finding")
            + "; "
            + warning.get("change")
            + System.lineSeparator());
  }

  // The model that is kept

  /**
   * Dropout makes the training loss of the last epoch no worse or better than the others by luck.
   */
  @Test
  void withoutValidationDataTheLastEpochIsKeptAndSaidToBe() {
    Path kept = directory.resolve("kept");
    Call call =
        Call.train(job, List.of("data.valid=", "training.epochs=3", "output.dir=" + kept))
            .expect(ExitCode.DONE);
    assertContains(call.out(), "the model is that of the last epoch, 3: train-loss ");
    assertFalse(call.out().contains("best" + System.lineSeparator()), call.out());
    assertFalse(call.out().contains("best epoch"), call.out());
    Map<String, Object> json = Json.readObject(Directory.at(kept), "run.json");
    assertEquals("last epoch", json.get("model-chosen-by"));
    assertEquals(3L, json.get("last-epoch"));
    assertFalse(json.containsKey("best-epoch"));
    assertEquals((Long) json.get("rounds-per-epoch") * 3, json.get("model-updates"));
  }

  // The output directory

  @Test
  void theModelDirectoryIsComplete() throws IOException {
    assertEquals(
        "[config.json, labels.txt, model.safetensors, vocabulary.txt]",
        names(run.resolve("model")).toString());
    assertEquals(
        "[config.json, model.safetensors, vocabulary.txt]",
        names(streamRun.resolve("model")).toString());
    assertEquals("north", Files.readAllLines(run.resolve("model/labels.txt")).get(0));
  }

  @Test
  void theOutputDirectoryHoldsWhatTheDocumentationSays() throws IOException {
    TreeSet<String> names = names(run);
    assertTrue(names.removeIf(name -> name.startsWith("events.out.tfevents.")), names.toString());
    assertEquals("[checkpoints, metrics.jsonl, model, report.html, run.json]", names.toString());
    String report = SmallJobs.text(run.resolve("report.html"));
    assertContains(report, "<html", "valid-loss", "</html>");
  }

  @Test
  void theMetricsHaveTheirKeys() {
    List<Map<String, Object>> epochs = metrics("epoch");
    assertEquals(4, epochs.size());
    List<Map<String, Object>> rounds = metrics("round");
    long perEpoch = (Long) runJson().get("rounds-per-epoch");
    assertEquals(4 * perEpoch, rounds.size());
    for (int i = 0; i < rounds.size(); i++) {
      assertEquals(i + 1L, rounds.get(i).get("round"));
      for (String key :
          List.of("epoch", "train-loss", "gradient-norm", "learning-rate", "tokens", "seconds")) {
        assertTrue(rounds.get(i).get(key) instanceof Number, key);
      }
      Map<?, ?> norms = (Map<?, ?>) rounds.get(i).get("gradient-norms");
      assertEquals("[embedding, layers.0, layers.1, output]", norms.keySet().toString());
      double squares = norms.values().stream().mapToDouble(n -> (Double) n * (Double) n).sum();
      double norm = (Double) rounds.get(i).get("gradient-norm");
      assertEquals(norm, Math.sqrt(squares), 1e-12 * norm);
    }
    for (int i = 0; i < 4; i++) {
      assertEquals(i + 1L, epochs.get(i).get("epoch"));
      assertEquals((i + 1L) * perEpoch, epochs.get(i).get("round"));
      for (String key : List.of("train-loss", "valid-loss", "valid-accuracy", "seconds")) {
        assertTrue(epochs.get(i).get(key) instanceof Double, key);
      }
      assertTrue(epochs.get(i).get("best") instanceof Boolean);
    }
  }

  @Test
  void theRunKnowsHowItWasMade() {
    Map<String, Object> json = runJson();
    for (String key :
        List.of(
            "written-by",
            "job-name",
            "job",
            "fingerprint",
            "seed",
            "data-fingerprint",
            "shards",
            "rounds-per-epoch",
            "parameters",
            "kernels",
            "versions",
            "started",
            "finished",
            "baseline",
            "best-epoch",
            "best-loss",
            "best-accuracy")) {
      assertTrue(json.containsKey(key), key);
    }
    assertEquals("finished", json.get("outcome"));
    assertEquals("labels", json.get("job-name"));
    assertEquals(11L, json.get("shards"));
    List<Double> losses = metrics("epoch").stream().map(e -> (Double) e.get("valid-loss")).toList();
    double best = losses.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    assertEquals(best, json.get("best-loss"));
    assertEquals(losses.indexOf(best) + 1L, json.get("best-epoch"));
  }

  @Test
  void itLearnsMoreThanTheBaselineAndShowsBoth() {
    Map<?, ?> baseline = (Map<?, ?>) runJson().get("baseline");
    assertEquals("majority", baseline.get("name"));
    assertTrue((Double) runJson().get("best-loss") < (Double) baseline.get("valid-loss"));
    assertContains(
        trained.out(),
        "400 training sequences",
        "3 labels",
        "to beat: majority baseline, valid-loss",
        "epoch 4/4",
        "best epoch ",
        "model in " + run.resolve("model"),
        "report in ");
  }

  // Evaluation

  @Test
  void anEvaluationFindsExactlyWhatTrainingRecorded() {
    Map<String, Object> found =
        Call.of("evaluate", run.toString(), "--data", valid, "--json").expect(0).json();
    assertEquals(runJson().get("best-loss"), found.get("loss"));
    assertEquals(runJson().get("best-accuracy"), found.get("accuracy"));
    assertEquals(Math.exp((Double) found.get("loss")), found.get("perplexity"));
    assertEquals(90L, found.get("sequences"));
    assertEquals(90L, found.get("targets"));
    assertEquals(0.0, found.get("unknown-rate"));
  }

  @Test
  void theModelDirectoryItselfWillDo() {
    String model = run.resolve("model").toString();
    Call call = Call.of("evaluate", model, "--data", valid).expect(0);
    assertContains(call.out(), "loss", "accuracy", "perplexity");
  }

  @Test
  void anEvaluationOfWhatIsNotThereFails() {
    Call call = Call.of("evaluate", run.toString(), "--data", directory.resolve("none") + "/*.tsv");
    call.expect(ExitCode.FAILED);
    // The option that names the files, not a key that the user never wrote.
    assertContains(call.err(), "unroll: --data ", "none/*.tsv");
    assertFalse(call.err().contains("data.test"), call.err());
  }

  // Generation

  private static Call generate(String... more) {
    List<String> args =
        new ArrayList<>(List.of("generate", streamRun.toString(), "--length", "40"));
    args.addAll(List.of(more));
    return Call.of(args.toArray(String[]::new)).expect(ExitCode.DONE);
  }

  @Test
  void theSameSeedWritesTheSameText() {
    String first = generate("--prompt", "kato", "--seed", "7").out();
    assertEquals(first, generate("--prompt", "kato", "--seed", "7").out());
    assertNotEquals(first, generate("--prompt", "kato", "--seed", "8").out());
    assertTrue(first.startsWith("kato"), first);
    assertEquals("kato".length() + 40, first.substring(0, first.length() - 1).codePoints().count());
  }

  @Test
  void atTemperatureZeroTheSeedDoesNotMatter() {
    String first = generate("--prompt", "ri", "--temperature", "0", "--seed", "1").out();
    assertEquals(first, generate("--prompt", "ri", "--temperature", "0", "--seed", "2").out());
  }

  @Test
  void severalTextsAsJson() {
    Map<String, Object> json = generate("--samples", "3", "--json", "--prompt", "to").json();
    assertEquals("to", json.get("prompt"));
    List<?> texts = (List<?>) json.get("texts");
    assertEquals(3, texts.size());
    assertEquals(3, texts.stream().distinct().count());
  }

  @Test
  void onlyALanguageModelWrites() {
    Call call = Call.of("generate", run.toString());
    call.expect(ExitCode.USAGE);
    assertContains(call.err(), "only a language model can generate", "3 labels", "unroll evaluate");
  }

  @Test
  void generationChecksItsOptions() {
    for (String[] wrong :
        new String[][] {
          {"--length", "0"},
          {"--samples", "0"},
          {"--temperature", "-1"},
          {"--top-k", "-1"},
          {"--top-p", "0"}
        }) {
      Call call = Call.of("generate", streamRun.toString(), wrong[0], wrong[1]);
      call.expect(ExitCode.USAGE);
      assertContains(call.err(), wrong[0], "must be");
    }
  }

  // Inspection

  @Test
  void anInspectionShowsLayersAndVocabularies() {
    Map<String, Object> json = Call.of("inspect", run.toString(), "--json").expect(0).json();
    assertEquals("labels", json.get("name"));
    assertEquals(runJson().get("parameters"), json.get("parameters"));
    assertEquals(3L, json.get("targets"));
    long sum = 0;
    TreeSet<String> names = new TreeSet<>();
    for (Object each : (List<?>) json.get("tensors")) {
      Map<?, ?> tensor = (Map<?, ?>) each;
      names.add((String) tensor.get("name"));
      List<?> shape = (List<?>) tensor.get("shape");
      sum += (Long) shape.get(0) * (Long) shape.get(1);
      assertTrue(tensor.get("norm") instanceof Double);
    }
    assertEquals(json.get("parameters"), sum);
    assertTrue(names.contains("embedding.weight") && names.contains("output.bias"));
    Map<?, ?> training = (Map<?, ?>) json.get("training");
    assertEquals(runJson().get("best-loss"), training.get("valid-loss"));
    // Of the best epoch, not of the whole run.
    long rounds = (Long) runJson().get("rounds-per-epoch");
    assertEquals((Long) runJson().get("best-epoch") * rounds, training.get("updates"));
    assertEquals(runJson().get("data-fingerprint"), training.get("data-fingerprint"));
    String text = Call.of("inspect", run.toString()).expect(0).out();
    assertContains(text, "embedding.weight", "output.bias", "3 classes", "topology", "many-to-one");
  }

  @Test
  void aModelThatIsNotThereIsSaidSo() {
    Call call = Call.of("inspect", directory.resolve("nowhere").toString());
    call.expect(ExitCode.FAILED);
    assertContains(call.err(), "config.json", "nowhere", "model/ directory of a run");
  }

  // Runs that are there already

  @Test
  void anExistingRunIsNotTouched() throws IOException {
    String before = SmallJobs.text(run.resolve("run.json"));
    Call call = Call.train(job, List.of("output.dir=" + run)).expect(ExitCode.FAILED);
    assertContains(call.err(), "must not hold a run already", run.toString(), "--overwrite");
    assertEquals(before, SmallJobs.text(run.resolve("run.json")));
  }

  @Test
  void whatIsNotOursIsNeverOverwritten() throws IOException {
    Path other = Files.createDirectories(directory.resolve("other"));
    Files.writeString(other.resolve("thesis.txt"), "years of work");
    Call call = Call.train(job, List.of("output.dir=" + other), "--overwrite");
    call.expect(ExitCode.FAILED);
    assertContains(call.err(), "thesis.txt", "choose another output.dir");
    assertEquals("[thesis.txt]", names(other).toString());
  }

  @Test
  void overwritingDeletesOnlyWhatARunWrote() throws IOException {
    Path output = directory.resolve("overwritten");
    Files.createDirectories(output);
    List<String> settings = List.of("output.dir=" + output, "training.epochs=1");
    Call.train(job, settings, "--overwrite").expect(ExitCode.DONE);
    Files.writeString(output.resolve("notes.txt"), "mine");
    Files.writeString(output.resolve("model/notes.txt"), "in a directory of the run");
    Call.train(job, settings).expect(ExitCode.FAILED);
    Call.train(job, settings, "--overwrite").expect(ExitCode.DONE);
    TreeSet<String> names = names(output);
    assertEquals("mine", Files.readString(output.resolve("notes.txt")));
    assertEquals(1, names.stream().filter(n -> n.startsWith("events.out.")).count());
    assertFalse(names(output.resolve("model")).contains("notes.txt"));
    assertEquals(
        1,
        MetricsLog.read(Directory.at(output), "metrics.jsonl").stream()
            .filter(record -> record.get("kind").equals("epoch"))
            .count());
  }

  @Test
  void testDataAreEvaluatedAtTheEnd() {
    Path output = directory.resolve("tested");
    Call call =
        Call.train(job, List.of("output.dir=" + output, "training.epochs=1", "data.test=" + valid));
    call.expect(ExitCode.DONE);
    assertContains(call.out(), "test-loss ", "test-accuracy ");
    Map<String, Object> json = Json.readObject(Directory.at(output), "run.json");
    Map<?, ?> test = (Map<?, ?>) json.get("test");
    assertEquals(90L, test.get("test-targets"));
    assertEquals(json.get("best-loss"), test.get("test-loss"));
  }

  @Test
  void linesAreALanguageModelToo() throws IOException {
    String lines = jobs.lines(jobs.text("data/lines.txt", 300, 5));
    Path output = directory.resolve("lines-run");
    Call call = Call.train(lines, List.of("output.dir=" + output)).expect(ExitCode.DONE);
    assertContains(call.out(), "bigram baseline", "what it writes:");
    Call.of("generate", output.toString(), "--length", "10").expect(ExitCode.DONE);
  }
}
