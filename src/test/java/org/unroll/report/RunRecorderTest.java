package org.unroll.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.metric.ClassMeasures;
import org.unroll.metric.ClassNames;
import org.unroll.nn.head.Tally;
import org.unroll.store.Directory;
import org.unroll.train.Evaluation;
import org.unroll.train.TrainingListener.EpochReport;
import org.unroll.train.TrainingListener.RoundReport;

class RunRecorderTest {
  private static final String NAME = "metrics.jsonl";
  private static final int ROUNDS = 2;

  @TempDir Path folder;
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

  private Directory directory() {
    return Directory.at(folder);
  }

  private static RoundReport round(int epoch, int round, double loss) {
    Map<String, Double> norms = new LinkedHashMap<>();
    norms.put("layers.0", 1.0);
    norms.put("output", 0.75);
    return new RoundReport(epoch, 3, round, ROUNDS, loss, 1.25, norms, 0.01, 1000, 0.5, 0.75);
  }

  private static final ClassNames LABELS =
      new ClassNames(ClassNames.Kind.LABELS, List.of("yes", "no"));

  private static EpochReport epoch(int epoch, Evaluation validation, boolean best) {
    return new EpochReport(epoch, 3, ROUNDS, 2.5, validation, best, 0.125);
  }

  private static Evaluation evaluation(double loss) {
    return evaluation(loss, LABELS);
  }

  private static Evaluation evaluation(double loss, ClassNames names) {
    Tally tally = new Tally();
    tally.add(4 * loss, 4);
    ClassMeasures measures = new ClassMeasures(names);
    measures.count(3, 4);
    Evaluation evaluation = new Evaluation(measures);
    evaluation.add(tally);
    return evaluation;
  }

  /** What a recorder does with a run. */
  private interface Run {
    void on(RunRecorder recorder);
  }

  private List<Map<String, Object>> record(double before, Run run) {
    var out = new PrintStream(screen, true, StandardCharsets.UTF_8);
    Clock clock = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);
    try (MetricsLog metrics = MetricsLog.create(directory(), NAME);
        TensorBoardLog events = TensorBoardLog.create(directory(), "h", clock)) {
      var progress = new ProgressLine(out, false, 80, Duration.ZERO, System::nanoTime);
      run.on(new RunRecorder(metrics, events, progress, "loss", before));
    }
    return MetricsLog.read(directory(), NAME);
  }

  private String screen() {
    return screen.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aRoundIsARecordOfItsOwn() {
    List<Map<String, Object>> records =
        record(
            0,
            recorder -> {
              recorder.round(round(1, 1, 3.5));
              recorder.round(round(2, 2, 3));
            });
    assertEquals(
        "[kind, epoch, round, train-loss, gradient-norm, gradient-norms, learning-rate, tokens,"
            + " tokens-per-second, compute-seconds, seconds]",
        records.get(0).keySet().toString());
    assertEquals("round", records.get(0).get("kind"));
    assertEquals(1L, records.get(0).get("round"));
    assertEquals(3.5, records.get(0).get("train-loss"));
    assertEquals(1.25, records.get(0).get("gradient-norm"));
    assertEquals("{layers.0=1.0, output=0.75}", records.get(0).get("gradient-norms").toString());
    assertEquals(2000.0, records.get(0).get("tokens-per-second"));
    // Rounds are counted from the beginning of training.
    assertEquals(4L, records.get(1).get("round"));
    assertEquals(2L, records.get(1).get("epoch"));
    assertTrue(screen().contains("epoch 2/3  round 2/2  loss 3.0000  2.00k tokens/s"), screen());
  }

  @Test
  void anEpochIsARecordAndALineThatStays() {
    List<Map<String, Object>> records =
        record(0, recorder -> recorder.epoch(epoch(2, evaluation(0.5), true)));
    assertEquals(
        "[kind, epoch, round, train-loss, valid-loss, valid-accuracy, valid-macro-f1,"
            + " valid-macro-precision, valid-macro-recall, valid-perplexity, validation-seconds,"
            + " best, seconds]",
        records.get(0).keySet().toString());
    assertEquals(4L, records.get(0).get("round"));
    assertEquals(2.5, records.get(0).get("train-loss"));
    assertEquals(0.5, records.get(0).get("valid-loss"));
    assertEquals(0.75, records.get(0).get("valid-accuracy"));
    assertEquals(0.125, records.get(0).get("validation-seconds"));
    assertEquals(true, records.get(0).get("best"));
    assertTrue(
        screen()
            .startsWith("epoch 2/3  train-loss 2.5000  valid-loss 0.5000  valid-accuracy 75.00 %"),
        screen());
    assertTrue(screen().stripTrailing().endsWith("best"), screen());
  }

  @Test
  void withoutValidationThereIsNoneToShow() {
    List<Map<String, Object>> records = record(0, recorder -> recorder.epoch(epoch(1, null, true)));
    assertFalse(records.get(0).containsKey("valid-loss"));
    assertFalse(screen().contains("valid"), screen());
    // The model is kept, but nothing says that it is the best.
    assertFalse(records.get(0).containsKey("best"));
    assertFalse(screen().contains("best"), screen());
  }

  @Test
  void accuracyOfALanguageModelStaysInTheFile() {
    List<Map<String, Object>> records =
        record(0, recorder -> recorder.epoch(epoch(1, evaluation(2, ClassNames.NONE), true)));
    assertEquals(0.75, records.get(0).get("valid-accuracy"));
    assertFalse(screen().contains("accuracy"), screen());
  }

  @Test
  void whatIsNotFiniteStopsNothing() {
    List<Map<String, Object>> records =
        record(
            0,
            recorder -> {
              recorder.round(round(1, 1, Double.NaN));
              recorder.epoch(epoch(1, evaluation(Double.POSITIVE_INFINITY), false));
            });
    assertTrue(records.get(0).containsKey("train-loss"));
    assertNull(records.get(0).get("train-loss"));
    assertNull(records.get(1).get("valid-loss"));
    assertTrue(screen().contains("  loss -  "), screen());
  }

  @Test
  void tensorBoardGetsNoLossOfARoundWithoutWeight() throws IOException {
    record(0, recorder -> recorder.round(round(1, 1, Double.NaN)));
    assertFalse(events().contains("loss/round"));
    record(0, recorder -> recorder.round(round(1, 1, 2)));
    assertTrue(events().contains("loss/round"));
  }

  private String events() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().contains("tfevents")).toList()) {
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }

  @Test
  void timeGoesOnWhereTheInterruptedRunStood() {
    List<Map<String, Object>> records = record(100, recorder -> recorder.round(round(1, 1, 1)));
    double seconds = (Double) records.get(0).get("seconds");
    assertTrue(seconds >= 100 && seconds < 160, "seconds " + seconds);
  }

  @Test
  void tensorBoardGetsTheSameFigures() throws IOException {
    record(
        0,
        recorder -> {
          recorder.round(round(1, 1, 1));
          recorder.epoch(epoch(1, evaluation(2), true));
        });
    List<String> names =
        directory().list().stream()
            .map(Directory.Entry::name)
            .filter(name -> name.startsWith("events.out.tfevents."))
            .toList();
    assertEquals(1, names.size());
    String events =
        new String(Files.readAllBytes(folder.resolve(names.get(0))), StandardCharsets.ISO_8859_1);
    for (String tag :
        List.of(
            "loss/round",
            "gradient-norm",
            "learning-rate",
            "tokens-per-second",
            "loss/train",
            "loss/valid",
            "accuracy/valid",
            "perplexity/valid")) {
      assertTrue(events.contains(tag), tag);
    }
  }
}
