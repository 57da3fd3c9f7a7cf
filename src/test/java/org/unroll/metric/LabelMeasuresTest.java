package org.unroll.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.unroll.store.Json;

class LabelMeasuresTest {
  private static final LabelNames NAMES =
      new LabelNames(List.of("a", "b", "c", "d", "e"), false, true);

  private static LabelMeasures measures(LabelNames names) {
    return new LabelMeasures(names, Collections.nCopies(names.names().size(), 0.5));
  }

  private static void add(LabelMeasures measures, int unknown, float[] logits, int... labels) {
    measures.add(labels, labels.length, unknown, logits, 0, 1);
  }

  private static double value(Measures measures, String name) {
    Metric metric =
        measures.metrics().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
    return measures.value(metric, 1.25);
  }

  private static Map<String, Object> fixture() throws IOException {
    try (InputStream in = LabelMeasuresTest.class.getResourceAsStream("/metric/labels.json")) {
      return Json.parseObject(new String(in.readAllBytes(), StandardCharsets.UTF_8), "labels.json");
    }
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }

  private record Row(float[] logits, int[] labels) {}

  private static List<Row> rows(Map<String, Object> fixture) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ((List<?>) fixture.get("scores")).size(); i++) {
      List<?> scores = (List<?>) ((List<?>) fixture.get("scores")).get(i);
      List<?> truth = (List<?>) ((List<?>) fixture.get("truth")).get(i);
      float[] logits = new float[scores.size()];
      for (int k = 0; k < logits.length; k++) {
        logits[k] = (float) number(scores.get(k));
      }
      int[] labels =
          IntStream.range(0, logits.length).filter(k -> number(truth.get(k)) == 1).toArray();
      rows.add(new Row(logits, labels));
    }
    return rows;
  }

  @Test
  void equalScikitLearnWithTies() throws IOException {
    Map<String, Object> fixture = fixture();
    LabelMeasures measures = measures(NAMES);
    rows(fixture).forEach(row -> add(measures, 0, row.logits(), row.labels()));
    Map<?, ?> expected = (Map<?, ?>) fixture.get("expected");
    assertEquals(10, expected.size());
    expected.forEach(
        (name, value) ->
            assertEquals(number(value), value(measures, (String) name), 1e-12, (String) name));
    assertEquals(1.25, value(measures, "nll-per-frame"));
  }

  @Test
  void addingUpInAnyOrderGivesTheSame() throws IOException {
    List<Row> rows = rows(fixture());
    LabelMeasures whole = measures(NAMES);
    rows.forEach(row -> add(whole, 1, row.logits(), row.labels()));
    Random random = new Random(1);
    for (int parts : new int[] {1, 2, 7}) {
      List<LabelMeasures> of = new ArrayList<>();
      IntStream.range(0, parts).forEach(p -> of.add(measures(NAMES)));
      Collections.shuffle(rows, random);
      rows.forEach(row -> add(of.get(random.nextInt(parts)), 1, row.logits(), row.labels()));
      LabelMeasures sum = measures(NAMES);
      of.forEach(sum::add);
      whole
          .metrics()
          .forEach(m -> assertEquals(whole.value(m, 2), sum.value(m, 2), parts + " " + m.name()));
      assertEquals(whole.details(), sum.details());
    }
  }

  /** One that training never saw can be given by no model: it is missed. */
  @Test
  void anUnknownLabelIsMissed() {
    LabelMeasures measures = measures(NAMES);
    float[] right = {1, -1, -1, -1, -1};
    add(measures, 0, right, 0);
    assertEquals(1, value(measures, "exact"));
    assertEquals(1, value(measures, "micro-recall"));
    add(measures, 2, right, 0);
    assertEquals(0.5, value(measures, "exact"));
    assertEquals(0.5, value(measures, "micro-recall"));
    assertEquals(1, value(measures, "micro-precision"));
    assertEquals(10.0 / 12, value(measures, "accuracy"));
  }

  @Test
  void anEmptySetIsATarget() {
    LabelMeasures measures = measures(NAMES);
    add(measures, 0, new float[] {-1, -2, -3, -4, -5});
    assertEquals(1, value(measures, "exact"));
    assertEquals(1, value(measures, "accuracy"));
    assertEquals(Double.NaN, value(measures, "macro-f1"));
    assertEquals(Double.NaN, value(measures, "auc"));
    assertEquals(Double.NaN, value(measures, "average-precision"));
  }

  /** Of two classes: accuracy is that of targets, and what is neither is a wrong answer. */
  @Test
  void ofTwoClasses() {
    LabelMeasures measures = measures(new LabelNames(List.of("pos"), true, false));
    add(measures, 0, new float[] {2}, 0);
    add(measures, 0, new float[] {1});
    add(measures, 0, new float[] {-1});
    assertEquals(2.0 / 3, value(measures, "accuracy"));
    assertEquals(2.0 / 3, value(measures, "f1"));
    assertEquals(0.5, value(measures, "precision"));
    assertEquals(1, value(measures, "recall"));
    assertEquals(1, value(measures, "auc"));
    add(measures, 1, new float[] {5});
    assertEquals(2.0 / 4, value(measures, "accuracy"));
    assertEquals(2.0 / 3, value(measures, "f1"));
    assertEquals(1, value(measures, "auc"));
  }

  @Test
  void labelsAreGivenFromTheirThresholdsOn() {
    LabelMeasures measures =
        new LabelMeasures(new LabelNames(List.of("a", "b"), false, false), List.of(0.5, 0.9));
    add(measures, 0, new float[] {0f, 2.1f}, 0);
    assertEquals(1, value(measures, "exact"));
    add(measures, 0, new float[] {-0.01f, 2.3f}, 1);
    assertEquals(1, value(measures, "exact"));
  }

  @Test
  void tunedThresholdsAreThoseOfTheScores() {
    LabelMeasures measures = measures(new LabelNames(List.of("a", "b"), false, false));
    add(measures, 0, new float[] {-2f, 1f}, 0);
    add(measures, 0, new float[] {-4f, 2f});
    Map<?, ?> tuned = (Map<?, ?>) measures.tuned().get(LabelMeasures.THRESHOLDS);
    assertEquals(1 / (1 + Math.exp(3)), number(tuned.get("a")), 1e-12);
    assertEquals(0.5, number(tuned.get("b")), "no target has it");
  }

  /** Scores lose bits where there are too many, by all of them together, not by their order. */
  @Test
  void moreScoresThanAreKeptAddUpAsWell() {
    Random random = new Random(5);
    int n = 3000;
    float[] scores = new float[n];
    boolean[] has = new boolean[n];
    for (int i = 0; i < n; i++) {
      has[i] = random.nextInt(3) == 0;
      scores[i] = (float) (random.nextGaussian() + (has[i] ? 1 : 0));
    }
    ScoreCounts exact = new ScoreCounts(n);
    ScoreCounts few = new ScoreCounts(100);
    ScoreCounts[] parts = {new ScoreCounts(100), new ScoreCounts(100), new ScoreCounts(100)};
    for (int i = 0; i < n; i++) {
      exact.add(scores[i], has[i]);
      few.add(scores[i], has[i]);
      parts[i % 100 == 0 ? 0 : i % 100 < 50 ? 1 : 2].add(scores[i], has[i]);
    }
    parts[0].add(parts[1]);
    parts[2].add(parts[0]);
    assertEquals(few.auc(), parts[2].auc());
    assertEquals(few.averagePrecision(), parts[2].averagePrecision());
    assertEquals(exact.auc(), few.auc(), 0.02);
    assertTrue(exact.auc() != few.auc());
  }

  @Test
  void thresholdsOfTheBestF1() throws IOException {
    Map<String, Object> fixture = fixture();
    Map<?, ?> best = (Map<?, ?>) fixture.get("best-f1");
    for (int k = 0; k < NAMES.names().size(); k++) {
      ScoreCounts counts = new ScoreCounts(1000);
      int label = k;
      for (Row row : rows(fixture)) {
        counts.add(row.logits()[k], IntStream.of(row.labels()).anyMatch(each -> each == label));
      }
      double threshold = counts.bestThreshold();
      assertEquals(best.containsKey("" + k), !Double.isNaN(threshold));
      if (best.containsKey("" + k)) {
        int hits = 0;
        int all = 0;
        for (Row row : rows(fixture)) {
          boolean there = IntStream.of(row.labels()).anyMatch(each -> each == label);
          boolean given = row.logits()[k] >= threshold;
          hits += there && given ? 2 : 0;
          all += (there ? 1 : 0) + (given ? 1 : 0);
        }
        assertEquals(number(best.get("" + k)), (double) hits / all, 1e-12);
      }
    }
  }
}
