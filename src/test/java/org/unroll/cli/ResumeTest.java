package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.config.JobReader;
import org.unroll.report.MetricsLog;
import org.unroll.spark.SparkForTests;
import org.unroll.store.Directory;
import org.unroll.store.EditedFile;
import org.unroll.store.Json;
import org.unroll.store.ModelDirectory;
import org.unroll.store.OutputDirectory;
import org.unroll.store.StoreException;

/** A run that was stopped goes on as if nothing had been. */
class ResumeTest {
  @TempDir static Path directory;

  private static String job;
  private static Path undisturbed;

  @BeforeAll
  static void train() throws IOException {
    SparkForTests.context();
    SmallJobs jobs = new SmallJobs(directory);
    job = jobs.labels(jobs.table("train.tsv", 300, 1), jobs.table("valid.tsv", 60, 2));
    undisturbed = directory.resolve("undisturbed");
    Call.train(job, settings(undisturbed)).expect(ExitCode.DONE);
  }

  private static List<String> settings(Path output, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of("output.dir=" + output, "training.epochs=3", "checkpoint.every-minutes=0"));
    settings.addAll(List.of(more));
    return settings;
  }

  private static byte[] model(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("model/model.safetensors"));
  }

  private static long perEpoch() {
    return (Long) Json.readObject(Directory.at(undisturbed), "run.json").get("rounds-per-epoch");
  }

  /** The metrics without what a clock says. */
  private static List<Map<String, Object>> metrics(Path run) {
    List<Map<String, Object>> records = MetricsLog.read(Directory.at(run), "metrics.jsonl");
    for (Map<String, Object> record : records) {
      record.keySet().removeIf(key -> key.contains("seconds") || key.equals("tokens-per-second"));
    }
    return records;
  }

  /** Trains until so many records stand in the metrics, then stops as a signal would. */
  private static String stopAfter(long records, Path output, String... more) throws Exception {
    return stopAfter(records, output, () -> {}, more);
  }

  private static String stopAfter(long records, Path output, Runnable first, String... more)
      throws Exception {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (Interrupts interrupts = new Interrupts()) {
      Thread watch =
          new Thread(
              () -> {
                Path file = output.resolve("metrics.jsonl");
                try {
                  while (!Files.exists(file) || lines(file) < records) {
                    Thread.sleep(1);
                  }
                } catch (InterruptedException e) {
                  return;
                }
                first.run();
                interrupts.request();
              });
      watch.start();
      var run =
          new TrainingRun(
              JobReader.read(Path.of(job), settings(output, more)),
              SparkForTests.context(),
              interrupts,
              out);
      int code =
          run.run(
              new TrainingRun.Start(
                  Files.exists(output)
                      ? OutputDirectory.Existing.RESUME
                      : OutputDirectory.Existing.REFUSE,
                  false,
                  EditedFile.REFUSED));
      watch.interrupt();
      watch.join();
      String text = bytes.toString(StandardCharsets.UTF_8);
      assertEquals(ExitCode.INTERRUPTED, code, text);
      return text;
    }
  }

  private static long lines(Path file) {
    try {
      return Files.readString(file).lines().count();
    } catch (IOException e) {
      return 0;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 5, 8})
  void aStoppedRunGoesOnToTheSameBits(int records) throws Exception {
    Path output = directory.resolve("stopped-" + records);
    String said = stopAfter(records, output);
    assertTrue(said.contains("interrupted after round "), said);
    assertTrue(said.contains("--resume --set output.dir=" + output), said);
    assertEquals("interrupted", Json.readObject(Directory.at(output), "run.json").get("outcome"));
    Call call = Call.train(job, settings(output), "--resume").expect(ExitCode.DONE);
    assertTrue(records < 1 || call.out().contains("resuming after round "), call.out());
    assertArrayEquals(model(undisturbed), model(output));
    assertEquals(metrics(undisturbed), metrics(output));
    Map<String, Object> run = Json.readObject(Directory.at(output), "run.json");
    assertEquals("finished", run.get("outcome"));
    Map<String, Object> expected = Json.readObject(Directory.at(undisturbed), "run.json");
    for (String key : List.of("best-epoch", "best-loss", "best-accuracy", "fingerprint")) {
      assertEquals(expected.get(key), run.get(key), key);
    }
  }

  /** A kill leaves the newest checkpoint and whatever was written after it. */
  @Test
  void aKilledRunGoesOnFromAnyOfItsCheckpoints() throws Exception {
    Path output = directory.resolve("killed");
    stopAfter(2 * perEpoch() + 3, output, "checkpoint.every-rounds=1", "checkpoint.keep=99");
    List<String> checkpoints =
        Directory.at(output.resolve("checkpoints")).list().stream()
            .map(Directory.Entry::name)
            .sorted()
            .toList();
    assertTrue(checkpoints.size() > 2 * perEpoch(), checkpoints.toString());
    // The end of the first epoch, its validation pending, is among them.
    for (long kept = 2 * perEpoch(); kept >= 0; kept--) {
      Path copy = directory.resolve("killed-at-" + kept);
      copy(output, copy);
      for (String name : checkpoints) {
        if (Long.parseLong(name.substring("round-".length())) > kept) {
          Directory.at(copy.resolve("checkpoints")).delete(name);
        }
      }
      Call.train(job, settings(copy), "--resume").expect(ExitCode.DONE);
      assertArrayEquals(model(undisturbed), model(copy), "from round " + kept);
      assertEquals(metrics(undisturbed), metrics(copy), "from round " + kept);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  @Test
  void aDamagedCheckpointIsPassedOver() throws Exception {
    Path output = directory.resolve("damaged");
    stopAfter(perEpoch() + 3, output, "checkpoint.every-rounds=1");
    Path checkpoints = output.resolve("checkpoints");
    String newest =
        Directory.at(checkpoints).list().stream()
            .map(Directory.Entry::name)
            .sorted()
            .reduce((a, b) -> b)
            .orElseThrow();
    Path tensors = checkpoints.resolve(newest).resolve("state.safetensors");
    byte[] bytes = Files.readAllBytes(tensors);
    bytes[bytes.length - 3] ^= 4;
    Files.write(tensors, bytes);
    Call call = Call.train(job, settings(output), "--resume").expect(ExitCode.DONE);
    assertTrue(call.out().contains("checkpoint " + newest + " passed over: "), call.out());
    assertArrayEquals(model(undisturbed), model(output));
    assertEquals(metrics(undisturbed), metrics(output));
  }

  /** What is there for a user whose run was killed, whenever that was after a validation. */
  @Test
  void aStoppedRunHasTheModelOfItsBestEpoch() throws Exception {
    Path output = directory.resolve("model-of-stopped");
    String said = stopAfter(perEpoch() + 2, output);
    assertTrue(said.contains("the model so far, of epoch 1, is in " + output), said);
    List<Map<String, Object>> epochs =
        metrics(output).stream().filter(each -> each.get("kind").equals("epoch")).toList();
    Map<String, Object> training =
        ModelDirectory.read(Directory.at(output.resolve("model"))).training();
    assertEquals(epochs.get(0).get("valid-loss"), training.get("valid-loss"));
    assertEquals(List.of("interrupted"), outcomes(output));
    Call.train(job, settings(output), "--resume").expect(ExitCode.DONE);
    assertEquals(List.of("interrupted", "finished"), outcomes(output));
  }

  private static List<Object> outcomes(Path output) {
    List<?> attempts = (List<?>) Json.readObject(Directory.at(output), "run.json").get("attempts");
    return attempts.stream().<Object>map(each -> ((Map<?, ?>) each).get("outcome")).toList();
  }

  @Test
  void withDamagedCheckpointsOnlyItBeginsAgainIfTheUserSaysSo() throws Exception {
    Path output = directory.resolve("all-damaged");
    stopAfter(perEpoch() + 3, output, "checkpoint.every-rounds=1");
    for (Directory.Entry each : Directory.at(output.resolve("checkpoints")).list()) {
      Path state = output.resolve("checkpoints").resolve(each.name()).resolve("state.json");
      Files.writeString(state, "{}");
    }
    String metrics = Files.readString(output.resolve("metrics.jsonl"));
    Call refused = Call.train(job, settings(output), "--resume").expect(ExitCode.FAILED);
    assertTrue(refused.err().contains("the run cannot be resumed: none of the 3"), refused.err());
    assertTrue(refused.err().contains("--restart"), refused.err());
    assertEquals(metrics, Files.readString(output.resolve("metrics.jsonl")));
    Call again = Call.train(job, settings(output), "--resume", "--restart");
    again.expect(ExitCode.DONE);
    assertTrue(again.out().contains("warning: beginning again at round 1"), again.out());
    assertEquals(metrics, Files.readString(output.resolve("metrics-before-1.jsonl")));
    assertArrayEquals(model(undisturbed), model(output));
    assertEquals(metrics(undisturbed), metrics(output));
    assertEquals(List.of("interrupted", "failed", "finished"), outcomes(output));
  }

  /** Nothing that was saved is given up: it goes on, but not in silence. */
  @Test
  void withoutACheckpointItSaysThatItBeginsAgain() throws Exception {
    Path output = directory.resolve("no-checkpoint");
    stopAfter(3, output);
    Directory.at(output).delete("checkpoints");
    Call call = Call.train(job, settings(output), "--resume").expect(ExitCode.DONE);
    assertTrue(
        call.out().contains("beginning again at round 1: there is no checkpoint"), call.out());
    assertTrue(Files.exists(output.resolve("metrics-before-1.jsonl")));
    assertArrayEquals(model(undisturbed), model(output));
    assertEquals(metrics(undisturbed), metrics(output));
  }

  @Test
  void aFinishedRunGoesOnForMoreEpochs() throws Exception {
    String constant = "training.optimizer.schedule=constant";
    Path longer = directory.resolve("longer");
    Call.train(job, settings(longer, constant), "--resume").expect(ExitCode.DONE);
    Path output = directory.resolve("extended");
    List<String> keeping = List.of("checkpoint.every-minutes=10", "training.epochs=2");
    List<String> first = new ArrayList<>(settings(output, constant));
    first.addAll(keeping);
    Call.train(job, first).expect(ExitCode.DONE);
    Call call = Call.train(job, settings(output, constant), "--resume").expect(ExitCode.DONE);
    assertTrue(call.out().contains("resuming after round " + 2 * perEpoch() + " "), call.out());
    assertArrayEquals(model(longer), model(output));
    assertEquals(metrics(longer), metrics(output));
    assertEquals(List.of("finished", "finished"), outcomes(output));
    byte[] lost = model(output);
    Directory.at(output).delete("model");
    Call again = Call.train(job, settings(output, constant), "--resume").expect(ExitCode.DONE);
    assertTrue(again.out().contains("its model is missing: it is made again"), again.out());
    assertArrayEquals(lost, model(output));
    assertEquals(metrics(longer), metrics(output));
    // Not back again, and not where the rounds before would have been others.
    Call lower = Call.train(job, first, "--resume").expect(ExitCode.FAILED);
    assertTrue(lower.err().contains("training.epochs was 3, is 2"), lower.err());
    Call cosine = Call.train(job, settings(undisturbed, "training.epochs=5"), "--resume");
    cosine.expect(ExitCode.FAILED);
    assertTrue(cosine.err().contains("schedule = cosine"), cosine.err());
  }

  /** The disk was full for it, or it was deleted: nothing is trained again for that. */
  @Test
  void aFinishedRunMakesUpForItsReport() throws Exception {
    Path output = directory.resolve("without-report");
    copy(undisturbed, output);
    Files.delete(output.resolve("report.html"));
    String metrics = Files.readString(output.resolve("metrics.jsonl"));
    Call call = Call.train(job, settings(output), "--resume").expect(ExitCode.DONE);
    assertTrue(call.out().contains("report in " + output), call.out());
    assertTrue(Files.readString(output.resolve("report.html")).contains("</html>"));
    assertEquals(metrics, Files.readString(output.resolve("metrics.jsonl")));
  }

  @Test
  void whatFailsAfterASignalIsAFailure() throws Exception {
    Path output = directory.resolve("failing-save");
    Directory run = Directory.at(output);
    assertThrows(
        StoreException.class,
        () -> stopAfter(perEpoch() + 2, output, () -> run.writeText("checkpoints", "in the way")));
    assertEquals(List.of("failed"), outcomes(output));
    assertEquals("failed", Json.readObject(run, "run.json").get("outcome"));
    ModelDirectory.read(run);
  }

  @Test
  void aFinishedRunSaysSo() throws IOException {
    byte[] before = model(undisturbed);
    Call call = Call.train(job, settings(undisturbed), "--resume").expect(ExitCode.DONE);
    assertTrue(call.out().contains("this run is finished: " + undisturbed), call.out());
    assertArrayEquals(before, model(undisturbed));
  }

  @Test
  void anotherJobIsRefusedWithTheDifference() throws Exception {
    Path output = directory.resolve("changed");
    stopAfter(2, output);
    Call call = Call.train(job, settings(output, "training.seed=4"), "--resume");
    call.expect(ExitCode.FAILED);
    assertTrue(call.err().contains("the run cannot be resumed"), call.err());
    assertTrue(call.err().contains("seed = 3"), call.err());
    assertTrue(call.err().contains("seed = 4"), call.err());
    assertTrue(call.err().contains("begin a new run"), call.err());
    // What cannot change the result may be changed.
    Files.delete(output.resolve("metrics.jsonl"));
    call = Call.train(job, settings(output, "sync.partitions=3"), "--resume");
    call.expect(ExitCode.DONE);
    assertTrue(call.out().contains("metrics.jsonl is missing"), call.out());
    assertArrayEquals(model(undisturbed), model(output));
  }

  @Test
  void aFinishedRunOfAnotherJobIsNotTakenForThisOne() {
    Call call = Call.train(job, settings(undisturbed, "training.seed=4"), "--resume");
    call.expect(ExitCode.FAILED);
    assertTrue(call.err().contains("seed = 4"), call.err());
  }

  @Test
  void otherDataAreRefused() throws Exception {
    Path output = directory.resolve("other-data");
    SmallJobs jobs = new SmallJobs(directory);
    String[] files = {
      "data.train=" + jobs.table("changing/train.tsv", 300, 1),
      "data.valid=" + jobs.table("changing/valid.tsv", 60, 2)
    };
    stopAfter(2, output, files);
    jobs.table("changing/valid.tsv", 61, 9);
    Call call = Call.train(job, settings(output, files), "--resume").expect(ExitCode.FAILED);
    assertTrue(call.err().contains("the validation data (data.valid) are not the"), call.err());
    assertTrue(call.err().contains("60 rows and 60 sequences then, 61 rows"), call.err());
    jobs.table("changing/train.tsv", 300, 9);
    call = Call.train(job, settings(output, files), "--resume").expect(ExitCode.FAILED);
    assertTrue(call.err().contains("the training data (data.train) are not the"), call.err());
  }

  @Test
  void withoutARunThereIsANewOne() throws IOException {
    Path output = directory.resolve("fresh");
    Call.train(job, settings(output), "--resume").expect(ExitCode.DONE);
    assertArrayEquals(model(undisturbed), model(output));
  }
}
