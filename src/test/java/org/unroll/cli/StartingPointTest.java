package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.spark.SparkForTests;
import org.unroll.store.Directory;
import org.unroll.store.Json;
import org.unroll.store.Model;
import org.unroll.store.ModelDirectory;

/** Pretrained vectors, frozen parts, and a model that starts from another, as a user gives them. */
class StartingPointTest {
  @TempDir static Path directory;

  private static SmallJobs jobs;
  private static String labels;
  private static String vectors;

  @BeforeAll
  static void data() throws IOException {
    SparkForTests.context();
    jobs = new SmallJobs(directory);
    String valid = jobs.table("data/valid.tsv", 60, 2);
    labels = jobs.labels(jobs.table("data/train.tsv", 200, 1), valid);
    vectors =
        jobs.job("data/vectors.txt", "3 6\nk 1 2 3 4 5 6\na .5 .5 .5 .5 .5 .5\nnone 0 0 0 0 0 0\n");
  }

  private static Path run(String name) {
    return directory.resolve("runs").resolve(name);
  }

  private static Call train(String name, String... settings) {
    List<String> all = new java.util.ArrayList<>(Arrays.asList(settings));
    all.add("output.dir=" + run(name));
    return Call.train(labels, all);
  }

  private static Model model(String name) {
    return ModelDirectory.read(Directory.at(run(name)));
  }

  private static float[] row(Model model, String symbol) {
    FMatrixRMaj table = model.parameters().get("embedding.weight");
    int row = model.inputs().first().index(symbol);
    return Arrays.copyOfRange(table.data, row * table.numCols, (row + 1) * table.numCols);
  }

  @Test
  void frozenVectorsStayAsTheyCame() {
    Call call = train("frozen", "model.vectors=" + vectors, "model.freeze=[embedding]");
    call.expect(ExitCode.DONE);
    assertTrue(call.out().contains("embedding.weight: vectors for 2 of "), call.out());
    Model model = model("frozen");
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, row(model, "k"));
    assertArrayEquals(new float[] {.5f, .5f, .5f, .5f, .5f, .5f}, row(model, "a"));
    Map<String, Object> run = Json.readObject(Directory.at(run("frozen")), "run.json");
    Map<?, ?> figures = (Map<?, ?>) ((List<?>) run.get("vectors")).get(0);
    assertEquals(2L, figures.get("covered"));
    train("learning", "model.vectors=" + vectors).expect(ExitCode.DONE);
    assertFalse(Arrays.equals(new float[] {1, 2, 3, 4, 5, 6}, row(model("learning"), "k")));
  }

  /** How much of the vocabulary and of what is read, before any training. */
  @Test
  void checkTellsWhatVectorsCover() throws IOException {
    Call call = Call.of("check", labels, "--set", "model.vectors=" + vectors, "--json");
    Map<?, ?> figures =
        (Map<?, ?>) ((List<?>) call.expect(ExitCode.DONE).json().get("vectors")).get(0);
    assertEquals("embedding.weight", figures.get("parameter"));
    assertEquals(2L, ((Number) figures.get("covered-symbols")).longValue());
    long covered = 0;
    long tokens = 0;
    for (String line : java.nio.file.Files.readAllLines(directory.resolve("data/train.tsv"))) {
      String text = line.split("\t", -1)[1];
      tokens += text.codePointCount(0, text.length());
      covered += text.chars().filter(c -> c == 'k' || c == 'a').count();
    }
    assertEquals(tokens, ((Number) figures.get("tokens")).longValue());
    assertEquals(covered, ((Number) figures.get("covered-tokens")).longValue());
    String shown =
        Call.of("check", labels, "--set", "model.vectors=" + vectors).expect(ExitCode.DONE).out();
    assertTrue(shown.contains("embedding.weight: vectors for 2 of "), shown);
    assertTrue(shown.contains(" of the tokens of training"), shown);
  }

  /** With either optimiser, momentum and clipping included. */
  @Test
  void frozenLayersStayAndTheOthersMove() {
    for (String optimizer : List.of("adam", "sgd")) {
      String[] settings = {
        "training.optimizer.kind=" + optimizer, "model.freeze=[layers.0,output.bias]"
      };
      train("first-" + optimizer, settings[0], settings[1], "training.epochs=1")
          .expect(ExitCode.DONE);
      train("second-" + optimizer, settings[0], settings[1], "training.epochs=2")
          .expect(ExitCode.DONE);
      Model first = model("first-" + optimizer);
      Model second = model("second-" + optimizer);
      for (String name : first.parameters().names()) {
        boolean frozen = name.startsWith("layers.0.") || name.equals("output.bias");
        // Never trained anywhere, but by a GRU that resets after the product.
        if (!name.contains("bias_hh")) {
          assertEquals(
              frozen,
              Arrays.equals(first.parameters().get(name).data, second.parameters().get(name).data),
              optimizer + " " + name);
        }
      }
    }
  }

  @Test
  void aModelStartsFromAnother() throws IOException {
    train("before").expect(ExitCode.DONE);
    String other = jobs.table("data/other.tsv", 120, 9);
    Call call =
        train(
            "after",
            "data.train=" + other,
            "model.initial=" + run("before"),
            "model.layers=[{cell=gru,units=9,dropout=0.3},{cell=lstm,units=7}]",
            "model.freeze=[layers.0]");
    call.expect(ExitCode.DONE);
    assertTrue(call.out().contains("starting from " + run("before")), call.out());
    assertTrue(call.out().contains("28 × 9 here, 32 × 9 in the other model"), call.out());
    assertArrayEquals(
        model("before").parameters().get("layers.0.weight_hh").data,
        model("after").parameters().get("layers.0.weight_hh").data);
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnyWork() {
    Call unmatched = train("unmatched", "model.freeze=[embeding,layers.2]");
    assertEquals(ExitCode.USAGE, unmatched.code(), unmatched.err());
    assertTrue(unmatched.err().contains("got \"embeding\""), unmatched.err());
    assertTrue(unmatched.err().contains("did you mean \"embedding\"?"), unmatched.err());
    assertTrue(unmatched.err().contains("got \"layers.2\""), unmatched.err());
    Call all = train("all", "model.freeze=[embedding,layers,output]");
    assertEquals(ExitCode.USAGE, all.code());
    assertTrue(all.err().contains("must leave a part"), all.err());
    Call width = train("width", "model.vectors=" + vectors, "model.embedding=5");
    assertEquals(1, width.code(), width.err());
    assertTrue(width.err().contains("set model.embedding = 6"), width.err());
    Call missing = train("missing", "model.initial=" + directory.resolve("nowhere"));
    assertEquals(1, missing.code(), missing.err());
    assertTrue(missing.err().contains("must hold config.json"), missing.err());
  }

  /** Else --resume would find it before a run that was interrupted. */
  @Test
  void anAttemptRefusedAtTheStartLeavesNoDirectory() throws IOException {
    String job = jobs.job("refused-at-start.conf", Files.readString(Path.of(labels)));
    Call call = Call.train(job, List.of("model.vectors=" + vectors, "model.embedding=5"));
    assertEquals(1, call.code(), call.err());
    assertTrue(call.out().contains("output in "), call.out());
    assertTrue(call.out().contains("refused-at-start-1"), call.out());
    assertFalse(Files.exists(Path.of("runs", "refused-at-start-1")));
  }

  /** Reading a large corpus takes minutes; a name that is wrong is told before. */
  @Test
  void whatIsNotThereIsToldBeforeTheDataAreRead() {
    for (String key : List.of("model.initial", "model.vectors")) {
      String nowhere = key + "=" + directory.resolve("nowhere");
      for (Call call :
          List.of(train("early", nowhere), Call.of("check", labels, "--set", nowhere))) {
        assertEquals(1, call.code(), call.err());
        assertTrue(call.err().contains(directory.resolve("nowhere").toString()), call.err());
        assertFalse(call.out().contains("sequences"), call.out());
      }
      assertFalse(Files.exists(directory.resolve("early").resolve("model")));
    }
  }
}
