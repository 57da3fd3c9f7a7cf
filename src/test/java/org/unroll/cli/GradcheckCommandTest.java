package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.check.GradientCheck.Finding;
import org.unroll.check.GradientCheck.Verdict;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.spark.SparkForTests;

/** {@code unroll gradcheck} as a user calls it. */
class GradcheckCommandTest {
  private static final RowAccount NO_ROWS = new RowAccount(Map.of());

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

  private static void assertSays(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), () -> "'" + part + "' is not in: " + text);
    }
  }

  @Test
  void theNetworkOfAJobIsRightWithDropoutAndAll() throws IOException {
    String job = jobs.labels(jobs.table("train.tsv", 400, 1), jobs.table("valid.tsv", 50, 2));
    Call call = Call.of("gradcheck", job, "--sequences", "24").expect(ExitCode.DONE);
    assertSays(
        call.out(),
        "labels: 24 sequences of the training data",
        "layers.1.weight_hh",
        "32 × 8",
        "not trained: bias_ih has the same effect",
        "Back-propagation agrees with the measured slopes",
        "(1.00 % is allowed).");
    assertFalse(call.out().contains("WRONG"), call.out());
    try (var files = Files.list(directory)) {
      assertEquals(3, files.count(), "writes nothing");
    }
  }

  @Test
  void figuresAreThoseOfTheText() throws IOException {
    String job = jobs.stream(jobs.text("text.txt", 300, 3));
    Call call =
        Call.of("gradcheck", job, "--json", "--steps", "12", "--set", "model.freeze=[output]");
    Map<String, Object> json = call.expect(ExitCode.DONE).json();
    assertEquals(true, json.get("right"));
    assertEquals(16L, json.get("sequences"));
    assertEquals(16 * 12L, json.get("steps"));
    assertEquals(0.01, json.get("tolerance"));
    List<?> parameters = (List<?>) json.get("parameters");
    assertEquals(6, parameters.size());
    Map<?, ?> output = (Map<?, ?>) parameters.get(5);
    assertEquals("output.bias", output.get("name"));
    assertEquals("frozen", output.get("verdict"));
    assertFalse(output.containsKey("measured"));
    Map<?, ?> weights = (Map<?, ?>) parameters.get(1);
    assertEquals("right", weights.get("verdict"));
    assertEquals(List.of(48L, 12L), weights.get("shape"));
    double slope = (Double) weights.get("back-propagated");
    assertEquals(slope, (Double) weights.get("measured"), 0.01 * slope);
    assertSays(
        Call.of("gradcheck", job, "--steps", "12").expect(ExitCode.DONE).out(),
        "training.truncate = 10 cuts the gradient on purpose: checked here without the cuts");
  }

  @Test
  void sequencesEndWhereTheyAreCut() throws IOException {
    String job = jobs.labels(jobs.table("train.tsv", 400, 1), jobs.table("valid.tsv", 50, 2));
    Call call = Call.of("gradcheck", job, "--json", "--steps", "2").expect(ExitCode.DONE);
    Map<?, ?> rows = (Map<?, ?>) call.json().get("rows");
    assertEquals(400L, ((Map<?, ?>) rows.get("train")).get("used"));
    assertEquals(50L, ((Map<?, ?>) rows.get("valid")).get("read"));
    for (Object parameter : (List<?>) call.json().get("parameters")) {
      Map<?, ?> figures = (Map<?, ?>) parameter;
      if ("output.weight".equals(figures.get("name"))) {
        assertEquals("right", figures.get("verdict"));
        return;
      }
    }
    throw new AssertionError("no output.weight in " + call.out());
  }

  @Test
  void realValuesAndFieldsAreCheckedToo() throws IOException {
    String numbers = jobs.features(jobs.numbers("n.tsv", 300, 1), jobs.numbers("m.tsv", 60, 2));
    Call.of("gradcheck", numbers).expect(ExitCode.DONE);
    String fields = jobs.fields(jobs.lines("l.json", 300, 1), jobs.lines("k.json", 60, 2));
    assertSays(Call.of("gradcheck", fields).expect(ExitCode.DONE).out(), "embedding.kind.weight");
  }

  @Test
  void wrongCallsAreRefused() throws IOException {
    String job = jobs.lines("unused");
    Call call = Call.of("gradcheck", job, "--sequences", "0").expect(ExitCode.USAGE);
    assertSays(call.err(), "--sequences must be at least 1, got 0");
    Call.of("gradcheck", job, "--steps", "-1").expect(ExitCode.USAGE);
  }

  @Test
  void aWrongGradientIsSaidInPlainWords() throws IOException {
    Job job = JobReader.read(Path.of(jobs.lines("unused")), List.of());
    Finding right = new Finding("output.weight", 5, 4, Verdict.RIGHT, 2, 2.001, 0.0005, 1e-5);
    Finding wrong = new Finding("layers.0.weight_hh", 4, 4, Verdict.WRONG, 3, 1.5, 0.5, 1e-5);
    GradcheckResult result =
        new GradcheckResult(job, "ejml", NO_ROWS, 16, 99, 2.5, 10, 0.01, List.of(wrong, right));
    assertFalse(result.isRight());
    StringWriter text = new StringWriter();
    try (PrintWriter out = new PrintWriter(text)) {
      result.print(out);
    }
    assertSays(
        text.toString(),
        "3.0000e-01",
        "1.5000e-01",
        "50.00 %  WRONG",
        "0.0500 %  right",
        "Back-propagation does not agree with the measured slopes for layers.0.weight_hh:",
        "mistake of Unroll");
    assertEquals(false, result.figures().get("right"));
  }

  /** What the reporter saw called a mistake: rectifiers at 0 and equal maxima. */
  @Test
  void kinksAreNotCalledMistakes() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      String still = "0 0 0 ".repeat(1 + i % 4);
      rows.append(i % 2 == 0 ? "up\t1 1 1 " : "down\t").append(still).append('\n');
    }
    String data = jobs.job("still.tsv", rows.toString());
    String job = jobs.features(data, data);
    for (String model :
        List.of(
            "model.layers=[{cell=rnn,units=9,activation=relu}]",
            "model.layers=[{cell=rnn,units=9,activation=relu},{cell=rnn,units=5,activation=relu}]",
            "model.pooling=max",
            "model.layers=[{cell=gru,units=9,normalization=layer}]")) {
      Call call =
          Call.of(
                  "gradcheck",
                  job,
                  "--set",
                  model,
                  "--set",
                  "data.input.standardize=false",
                  "--set",
                  "data.allow-overlap=true")
              .expect(ExitCode.DONE);
      assertFalse(call.out().contains("WRONG"), call.out());
      assertTrue(call.out().contains("right"), call.out());
    }
  }

  @Test
  void aKinkIsSaidToBeOne() throws IOException {
    Job job = JobReader.read(Path.of(jobs.lines("unused")), List.of());
    Finding right = new Finding("output.weight", 5, 4, Verdict.RIGHT, 2, 2.001, 0.0005, 1e-5);
    Finding kink = new Finding("layers.0.bias_ih", 4, 1, Verdict.KINK, 3, 1.5, 0.5, 1e-5);
    GradcheckResult result =
        new GradcheckResult(job, "ejml", NO_ROWS, 16, 99, 2.5, 10, 0.05, List.of(kink, right));
    assertTrue(result.isRight());
    StringWriter text = new StringWriter();
    try (PrintWriter out = new PrintWriter(text)) {
      result.print(out);
    }
    assertSays(
        text.toString(),
        "50.00 %  cannot be told at a kink",
        "Back-propagation agrees with the measured slopes for 1 parameter, to 0.0500 %",
        "For layers.0.bias_ih the loss has a kink where training starts");
    Map<?, ?> figures = (Map<?, ?>) ((List<?>) result.figures().get("parameters")).get(0);
    assertEquals("kink", figures.get("verdict"));
  }

  @Test
  void whatCannotBeMeasuredIsNotCalledWrong() throws IOException {
    Job job = JobReader.read(Path.of(jobs.lines("unused")), List.of());
    Finding flat = new Finding("layers.0.bias_ih", 4, 1, Verdict.TOO_FLAT, 1e-6, 2e-6, 0.6, 0.5);
    GradcheckResult result =
        new GradcheckResult(job, "ejml", NO_ROWS, 16, 99, 2.5, 1, 0.01, List.of(flat));
    assertTrue(result.isRight());
    StringWriter text = new StringWriter();
    try (PrintWriter out = new PrintWriter(text)) {
      result.print(out);
    }
    assertSays(text.toString(), "too flat to tell (± 50.00 %)", "--sequences 64 may show more");
  }
}
