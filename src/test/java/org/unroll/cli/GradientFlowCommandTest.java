package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.spark.SparkForTests;

/** {@code samples}, and {@code inspect --gradient-flow} on what it wrote. */
class GradientFlowCommandTest {
  @TempDir static Path directory;

  private static String valid;
  private static Path plain;
  private static Path both;

  @BeforeAll
  static void train() throws IOException {
    SparkForTests.context();
    String train = directory.resolve("data/train.tsv").toString();
    valid = directory.resolve("data/valid.tsv").toString();
    samples("--distance", "0-9", "--rows", "400", "--out", train).expect(ExitCode.DONE);
    samples("--distance", "0-9", "--rows", "100", "--seed", "2", "--out", valid)
        .expect(ExitCode.DONE);
    plain = directory.resolve("plain");
    both = directory.resolve("both");
    List<String> settings =
        List.of(
            "data.train=" + train,
            "data.valid=" + valid,
            "training.epochs=1",
            "model.freeze=[embedding]");
    train(plain, settings, "model.layers.0.cell=rnn", "model.layers.0.dropout=0.5");
    train(both, settings, "model.layers.0.bidirectional=true");
  }

  private static Call samples(String... options) {
    List<String> args = new java.util.ArrayList<>(List.of("samples", "agreement"));
    args.addAll(List.of(options));
    return Call.of(args.toArray(String[]::new));
  }

  private static void train(Path run, List<String> settings, String... more) {
    List<String> all = new java.util.ArrayList<>(settings);
    all.addAll(List.of(more));
    all.add("output.dir=" + run);
    Call.train("jobs/agreement.conf", all).expect(ExitCode.DONE);
  }

  private static void assertSays(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), () -> "'" + part + "' is not in: " + text);
    }
  }

  @Test
  void showsHowFarGradientsReach() {
    Call call = Call.of("inspect", plain.toString(), "--gradient-flow", valid);
    assertSays(
        call.expect(ExitCode.DONE).out(),
        "plain: gradient flow over 100 sequences of " + valid,
        "layers.0 (rnn, 32 units)",
        "       0 ",
        "      10 ",
        "█",
        "Right answers by length:");
    assertFalse(call.out().contains("reads backwards"), call.out());
  }

  @Test
  void severalModelsAreDrawnTogether() throws IOException {
    Path plot = directory.resolve("flow.svg");
    Call call =
        Call.of(
            "inspect",
            plain.toString(),
            both.resolve("model").toString(),
            "--gradient-flow",
            valid,
            "--plot",
            plot.toString());
    assertSays(
        call.expect(ExitCode.DONE).out(),
        "both: gradient flow",
        "layers.0 (lstm, 32 units; reads backwards, T is the first step)",
        "plot in " + plot);
    assertSays(
        Files.readString(plot), "plain</text>", "both layers.0</text>", "both layers.0 backward");
  }

  @Test
  void figuresAreThoseOfTheText() {
    Call call =
        Call.of(
            "inspect",
            both.toString(),
            "--gradient-flow",
            valid,
            "--sequences",
            "30",
            "--steps",
            "4",
            "--json");
    Map<String, Object> json = call.expect(ExitCode.DONE).json();
    assertEquals("both", json.get("model"));
    assertEquals(30L, json.get("sequences"));
    Map<?, ?> rows = (Map<?, ?>) json.get("rows");
    assertEquals(rows.get("read"), rows.get("used"));
    List<?> flows = (List<?>) json.get("gradient-flow");
    assertEquals(2, flows.size());
    Map<?, ?> backward = (Map<?, ?>) flows.get(1);
    assertEquals("layers.0", backward.get("layer"));
    assertEquals("backward", backward.get("direction"));
    assertEquals(4, ((List<?>) backward.get("norms")).size());
    assertEquals(30L, ((List<?>) backward.get("sequences")).get(0));
    assertEquals(
        2, ((List<?>) json.get("accuracy-by-length")).size(), "2 steps, and 4 of all others");
  }

  @Test
  void wrongCallsAreRefused() {
    Call call = Call.of("inspect", plain.toString(), "--plot", "x.svg").expect(ExitCode.USAGE);
    assertSays(call.err(), "give --gradient-flow DATA as well");
    call = samples("--out", valid).expect(ExitCode.USAGE);
    assertSays(call.err(), valid + " exists");
    String other = directory.resolve("other.tsv").toString();
    assertSays(
        samples("--out", other, "--distance", "far").expect(ExitCode.USAGE).err(), "got far");
    assertSays(
        samples("--out", other, "--distance", "4-5").expect(ExitCode.USAGE).err(),
        "holds a multiple of 3, got 4 to 5");
    assertSays(
        samples("--out", other, "--rows", "0").expect(ExitCode.USAGE).err(),
        "--rows must be at least 1, got 0");
    assertFalse(Files.exists(Path.of(other)));
  }
}
