package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.spark.SparkForTests;
import org.unroll.store.Directory;
import org.unroll.store.Json;

/** Weights of rows and classes, from files to the model. */
class WeightsRunTest {
  @TempDir static Path directory;

  private static String job;

  @BeforeAll
  static void write() throws IOException {
    SparkForTests.context();
    SmallJobs jobs = new SmallJobs(directory);
    job = jobs.labels(weighted(jobs.table("train.tsv", 200, 1), "1"), jobs.table("v.tsv", 50, 2));
    weighted(directory.resolve("v.tsv").toString(), "1");
  }

  /** Adds a column to a file. */
  private static String weighted(String file, String weight) throws IOException {
    Path path = Path.of(file);
    List<String> rows = new ArrayList<>();
    for (String row : Files.readAllLines(path)) {
      rows.add(row + "\t" + weight);
    }
    Files.write(path, rows);
    return file;
  }

  private static byte[] train(String name, String... settings) throws IOException {
    Path output = directory.resolve(name);
    List<String> all = new ArrayList<>(Arrays.asList(settings));
    all.add("output.dir=" + output);
    Call.train(job, all).expect(ExitCode.DONE);
    return Files.readAllBytes(output.resolve("model").resolve("model.safetensors"));
  }

  @Test
  void weightsOfOneAreNoWeights() throws IOException {
    byte[] plain = train("plain");
    assertArrayEquals(plain, train("ones", "data.weight.column=2"));
    byte[] balanced = train("balanced", "training.balance-classes=true");
    assertFalse(Arrays.equals(plain, balanced));
    byte[] spark = train("spark", "training.balance-classes=true", "sync.engine=spark");
    assertArrayEquals(balanced, spark);
  }

  @Test
  void aWeightThatIsNoneIsToldWithItsPlace() throws IOException {
    Path bad = directory.resolve("bad.tsv");
    List<String> rows = new ArrayList<>(Files.readAllLines(directory.resolve("train.tsv")));
    rows.set(3, rows.get(3).replaceAll("\t1$", "\t-2"));
    Files.write(bad, rows);
    List<String> settings =
        List.of(
            "data.train=" + bad, "data.weight.column=2", "output.dir=" + directory.resolve("bad"));
    Call call = Call.train(job, settings);
    assertTrue(call.code() != ExitCode.DONE);
    assertTrue(
        call.err()
            .contains(
                "the weight of a row (data.weight.column) must be a finite number from 0, got"
                    + " '-2' ("),
        call.err());
    assertTrue(call.err().contains("bad.tsv"), call.err());
  }

  @Test
  void aLabelThatDoesNotOccurIsNamed() {
    List<String> settings =
        List.of(
            "training.class-weights=[{label=nobody,weight=3}]",
            "output.dir=" + directory.resolve("nobody"));
    Call call = Call.train(job, settings);
    assertTrue(call.code() != ExitCode.DONE);
    assertTrue(
        call.err().contains("must name labels of the training data, got 'nobody'"), call.err());
  }

  private static Call refused(String name, String... settings) {
    Path output = directory.resolve(name);
    List<String> all = new ArrayList<>(Arrays.asList(settings));
    all.add("output.dir=" + output);
    Call call = Call.train(job, all);
    assertTrue(call.code() != ExitCode.DONE, call.out());
    assertFalse(Files.exists(output.resolve("model")));
    assertFalse(call.out().contains("NaN"), call.out());
    return call;
  }

  /** All labels of the training data with a weight of 0. */
  private static String weightless() throws IOException {
    return "training.class-weights=["
        + Files.readAllLines(directory.resolve("train.tsv")).stream()
            .map(row -> row.substring(0, row.indexOf('\t')))
            .distinct()
            .map(label -> "{label=\"" + label + "\",weight=0}")
            .collect(Collectors.joining(","))
        + "]";
  }

  private static String rows(String name, UnaryOperator<String> weight) throws IOException {
    Path path = directory.resolve(name);
    List<String> rows = new ArrayList<>();
    for (String row : Files.readAllLines(directory.resolve("train.tsv"))) {
      rows.add(row.replaceAll("\t1$", "\t" + weight.apply(row.substring(0, row.indexOf('\t')))));
    }
    Files.write(path, rows);
    return path.toString();
  }

  @Test
  void classesWithoutWeightAreRefusedBeforeTraining() throws IOException {
    Call call = refused("classes", weightless());
    assertTrue(
        call.err()
            .contains(
                "training.class-weights must leave a label of the training data a weight above 0,"
                    + " got 0 for all; raise one"),
        call.err());
    assertFalse(call.out().contains("parameters;"), call.out());
  }

  /** Labels that are not listed weigh 1: one that is listed may well weigh 0. */
  @Test
  void oneClassMayWeighNothing() throws IOException {
    String label = Files.readAllLines(directory.resolve("train.tsv")).get(0).split("\t")[0];
    train("one", "training.class-weights=[{label=\"" + label + "\",weight=0}]");
  }

  @Test
  void rowsWithoutWeightAreRefusedBeforeTraining() throws IOException {
    Call call =
        refused("rows", "data.weight.column=2", "data.train=" + rows("zeros.tsv", label -> "0"));
    assertTrue(
        call.err()
            .contains(
                "data.weight.column must give some sequence of data.train a weight above 0, got 0"
                    + " for all 200 (data.weight.column = 2): choose"),
        call.err());
    assertFalse(call.out().contains("parameters;"), call.out());
  }

  /** Rows of one label weigh nothing, the other labels do not either. */
  @Test
  void noModelIsMadeWhereBothTogetherLeaveNothing() throws IOException {
    String label = Files.readAllLines(directory.resolve("train.tsv")).get(0).split("\t")[0];
    String train = rows("mixed.tsv", each -> each.equals(label) ? "0" : "1");
    String others =
        weightless().replace("{label=\"" + label + "\",weight=0}", "").replace(",,", ",");
    Call call =
        refused(
            "mixed",
            "data.weight.column=2",
            "data.train=" + train,
            others.replace("[,", "[").replace(",]", "]"));
    assertTrue(
        call.err().contains("must weigh more than 0 together, got 0 in epoch 1"), call.err());
    Map<String, Object> run = Json.readObject(Directory.at(directory.resolve("mixed")), "run.json");
    assertEquals("failed", run.get("outcome"), "the record of a run that failed says so");
    assertTrue(run.get("error").toString().contains("must weigh more than 0"), run.toString());
  }
}
