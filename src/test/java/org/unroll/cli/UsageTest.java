package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.spark.SparkForTests;

/** Every wrong call ends with its exit code and says what is wrong and what to do. */
class UsageTest {
  @TempDir Path directory;
  private SmallJobs jobs;

  @BeforeAll
  static void spark() {
    SparkForTests.context();
  }

  @BeforeEach
  void jobs() {
    jobs = new SmallJobs(directory);
  }

  private static void assertCall(Call call, int code, String... parts) {
    call.expect(code);
    for (String part : parts) {
      assertTrue(call.err().contains(part), () -> "'" + part + "' is not in: " + call.err());
    }
    assertFalse(call.err().contains("\tat "), call.err());
  }

  @Test
  void withoutACommand() {
    assertCall(Call.of(), ExitCode.USAGE, "a command is missing", "train", "evaluate", "generate");
  }

  @Test
  void anUnknownCommand() {
    assertCall(Call.of("trian"), ExitCode.USAGE, "trian");
  }

  @Test
  void anUnknownOption() {
    assertCall(Call.of("train", "x.conf", "--overwite"), ExitCode.USAGE, "--overwite");
  }

  @Test
  void aValueWithAnAtSignIsNoFileOfArguments() throws IOException {
    Path arguments = Files.writeString(directory.resolve("reader"), "--length 5");
    assertCall(
        Call.of("generate", directory + "/none", "--prompt", "@" + arguments),
        ExitCode.FAILED,
        "config.json");
  }

  @Test
  void aMissingArgument() {
    assertCall(Call.of("train"), ExitCode.USAGE, "JOB");
    assertCall(Call.of("evaluate", "model"), ExitCode.USAGE, "--data");
  }

  @Test
  void anOptionOfAnotherType() {
    assertCall(
        Call.of("generate", "model", "--length", "many"), ExitCode.USAGE, "--length", "many");
  }

  @Test
  void aSerializerThatCannotReadRecords() {
    String kryo = "org.apache.spark.serializer.KryoSerializer";
    UsageException e = assertThrows(UsageException.class, () -> SparkOptions.checkSerializer(kryo));
    assertTrue(e.getMessage().contains("spark.serializer must be"), e.getMessage());
    assertTrue(e.getMessage().contains("got " + kryo), e.getMessage());
  }

  @Test
  void helpAndVersionAreNoErrors() {
    assertTrue(Call.of("--help").expect(ExitCode.DONE).out().contains("inspect"));
    assertTrue(Call.of("train", "--help").expect(ExitCode.DONE).out().contains("--set"));
    assertTrue(Call.of("--version").expect(ExitCode.DONE).out().contains("unroll"));
  }

  @Test
  void overwritingAndResumingExcludeEachOther() throws IOException {
    String job = jobs.labels("x", "y");
    assertCall(
        Call.of("train", job, "--overwrite", "--resume"),
        ExitCode.USAGE,
        "--overwrite and --resume exclude each other");
  }

  @Test
  void aJobFileThatIsNotThere() {
    assertCall(
        Call.of("train", directory.resolve("none.conf").toString()),
        ExitCode.USAGE,
        "the job file must exist",
        "none.conf");
  }

  @Test
  void anUnknownKeyIsNamedWithItsNearest() throws IOException {
    String job = jobs.labels("x", "y");
    assertCall(
        Call.train(job, List.of("training.epoch=3")),
        ExitCode.USAGE,
        "training.epoch",
        "training.epochs",
        "--set");
  }

  @Test
  void threeMistakesAreThreeLines() throws IOException {
    String job =
        jobs.job(
            "bad.conf",
            """
            data { format = lines, train = x }
            model { topology = many-to-many, layers = [ { cell = lstm, units = 8, droput = 0.1 } ] }
            training {
              epochs = many
              batch-size = 0
            }
            """);
    Call call = Call.train(job, List.of("output.dir=" + directory.resolve("out")));
    assertCall(
        call,
        ExitCode.USAGE,
        "droput",
        "bad.conf:2",
        "training.epochs",
        "bad.conf:4",
        "batch-size must be at least 1, got 0",
        "bad.conf:5");
    assertEquals(3, call.err().lines().count(), call.err());
    assertFalse(Files.exists(directory.resolve("out")));
  }

  @Test
  void dataThatAreNotThere() throws IOException {
    String job = jobs.labels(directory + "/missing.tsv", "0.1");
    assertCall(
        Call.train(job, List.of("output.dir=" + directory.resolve("out"))),
        ExitCode.FAILED,
        "data.train",
        "missing.tsv");
  }

  @Test
  void anEmptyFile() throws IOException {
    Files.writeString(directory.resolve("empty.tsv"), "");
    String job = jobs.labels(directory + "/empty.tsv", "0.1");
    assertCall(
        Call.train(job, List.of("output.dir=" + directory.resolve("out"))),
        ExitCode.FAILED,
        "empty.tsv");
  }

  @Test
  void tooManyBadRowsHaveACodeOfTheirOwn() throws IOException {
    jobs.table("data.tsv", 100, 1);
    Files.writeString(
        directory.resolve("data.tsv"),
        Files.readString(directory.resolve("data.tsv")) + "no tab here\n".repeat(30));
    String job = jobs.labels(directory + "/data.tsv", "0.1");
    assertCall(
        Call.train(job, List.of("output.dir=" + directory.resolve("out"), "data.bad-rows=skip")),
        ExitCode.REJECTED,
        "data.tsv",
        "30");
  }

  /** Whoever mends the path and calls again must not be told that the directory is taken. */
  @Test
  void aCallThatNeverTrainedLeavesNothingInTheWay() throws IOException {
    Path output = directory.resolve("out");
    String job = jobs.labels(directory + "/missing.tsv", "0.1");
    Call.train(job, List.of("output.dir=" + output)).expect(ExitCode.FAILED);
    String train = jobs.table("there.tsv", 200, 1);
    List<String> settings =
        List.of("output.dir=" + output, "data.train=" + train, "training.epochs=1");
    Call.train(job, settings).expect(ExitCode.DONE);
  }

  @Test
  void anOutputDirectoryThatIsAFile() throws IOException {
    String job = jobs.labels(jobs.table("data.tsv", 50, 1), "0.1");
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertCall(Call.train(job, List.of("output.dir=" + file)), ExitCode.FAILED, file.toString());
    assertEquals("x", Files.readString(file));
  }

  @Test
  void trainingThatDivergesSaysWhatToChange() throws IOException {
    String job = jobs.labels(jobs.table("data.tsv", 200, 1), "0.1");
    Call call =
        Call.train(
            job,
            List.of(
                "output.dir=" + directory.resolve("out"),
                "training.clip-norm=0",
                "training.optimizer.learning-rate=1e38"));
    assertCall(call, ExitCode.FAILED, "unroll: ", "not finite", "training.optimizer.learning-rate");
  }
}
