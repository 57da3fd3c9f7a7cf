package org.unroll.nn.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.batch.Block;
import org.unroll.batch.TestBlocks;
import org.unroll.config.ModelConfig.Initialization;
import org.unroll.data.Example;
import org.unroll.data.Targets;
import org.unroll.metric.Metric;
import org.unroll.metric.TextMeasures;
import org.unroll.nn.Pass;
import org.unroll.store.Json;
import org.unroll.tensor.EjmlKernels;
import org.unroll.tensor.Parameters;
import org.unroll.tensor.Steps;

/** The head alone, its weight the identity, so that its input are the logits. */
class CtcHeadTest {
  /** Texts and logits of a block, and what is made of them; sequences by number. */
  private static final class Lanes {
    final List<int[]> texts = new ArrayList<>();
    final List<float[][]> logits = new ArrayList<>();
    final List<Float> weights = new ArrayList<>();
    final Tally tally = new Tally();
    private final int outputs;
    private final CtcSpec spec;
    private Block block;
    private Steps values;
    private Head head;

    Lanes(int outputs) {
      this(outputs, 1);
    }

    Lanes(int outputs, int beamWidth) {
      this.outputs = outputs;
      spec = new CtcSpec(outputs - 1, beamWidth);
    }

    Lanes add(float[][] logits, int... text) {
      texts.add(text);
      this.logits.add(logits);
      weights.add(1f);
      return this;
    }

    private Pass prepare(Pass pass) {
      List<Example> examples = new ArrayList<>();
      for (int i = 0; i < texts.size(); i++) {
        int steps = logits.get(i).length;
        Example example = new Example(i, steps, new int[steps], new float[0], new int[1]);
        examples.add(
            new Example(
                i,
                steps,
                example.inputs(),
                example.features(),
                example.characters(),
                example.wordEnds(),
                new Targets.Text(texts.get(i)),
                weights.get(i)));
      }
      block = TestBlocks.of(examples);
      values = new Steps();
      values.reshape(block.timeline(), outputs);
      values.clear();
      for (int lane = 0; lane < block.size(); lane++) {
        float[][] own = logits.get((int) block.id(lane));
        for (int t = 0; t < own.length; t++) {
          for (int k = 0; k < outputs; k++) {
            values.data()[at(values, lane, t, k)] = own[t][k];
          }
        }
      }
      head = spec.create(new HeadSpec.Place(outputs, Initialization.GLOROT, null));
      Parameters parameters = Parameters.zeros(head.parameters());
      for (int k = 0; k < outputs; k++) {
        parameters.get("output.weight").set(k, k, 1f);
      }
      head.bind(new EjmlKernels(), parameters, Parameters.zeros(head.parameters()));
      tally.reset();
      return pass.training(block, 0, 1, 0);
    }

    private int at(Steps steps, int lane, int t, int k) {
      return steps.offset(t) + k * steps.timeline().lanes() + lane;
    }

    /** Gradients of the logits, of each sequence. */
    List<float[][]> train() {
      Pass pass = prepare(new Pass());
      Steps gradient = head.train(pass, values, tally);
      float[][][] gradients = new float[texts.size()][][];
      for (int lane = 0; lane < block.size(); lane++) {
        float[][] own = new float[block.length(lane)][outputs];
        for (int t = 0; t < own.length; t++) {
          for (int k = 0; k < outputs; k++) {
            own[t][k] = gradient.data()[at(gradient, lane, t, k)];
          }
        }
        gradients[(int) block.id(lane)] = own;
      }
      return Arrays.asList(gradients);
    }

    TextMeasures evaluate() {
      TextMeasures measures = new TextMeasures();
      Pass pass = prepare(new Pass());
      head.evaluate(pass.evaluation(block, false), values, tally, measures);
      return measures;
    }
  }

  private static double[] numbers(Object list) {
    return ((List<?>) list).stream().mapToDouble(each -> ((Number) each).doubleValue()).toArray();
  }

  private static float[][] floats(Object list) {
    List<?> rows = (List<?>) list;
    float[][] floats = new float[rows.size()][];
    for (int t = 0; t < floats.length; t++) {
      double[] row = numbers(rows.get(t));
      floats[t] = new float[row.length];
      for (int k = 0; k < row.length; k++) {
        floats[t][k] = (float) row[k];
      }
    }
    return floats;
  }

  private static float[][] random(Random random, int steps, int outputs) {
    float[][] logits = new float[steps][outputs];
    for (float[] row : logits) {
      for (int k = 0; k < outputs; k++) {
        row[k] = (float) random.nextGaussian();
      }
    }
    return logits;
  }

  @Test
  void lossAndGradientAreThoseOfPyTorch() throws IOException {
    Map<String, Object> file;
    try (InputStream in = CtcHeadTest.class.getResourceAsStream("/learning/ctc.json")) {
      file = Json.parseObject(new String(in.readAllBytes(), StandardCharsets.UTF_8), "ctc.json");
    }
    for (Object each : (List<?>) file.get("cases")) {
      Map<?, ?> batch = (Map<?, ?>) each;
      String name = (String) batch.get("name");
      Lanes lanes = new Lanes(((Number) file.get("outputs")).intValue());
      List<?> texts = (List<?>) batch.get("texts");
      double weight = 0;
      for (int i = 0; i < texts.size(); i++) {
        int[] text =
            Arrays.stream(numbers(texts.get(i))).mapToInt(symbol -> (int) symbol).toArray();
        lanes.add(floats(((List<?>) batch.get("logits")).get(i)), text);
        weight += Math.max(1, text.length);
      }
      List<float[][]> gradients = lanes.train();
      double loss = Arrays.stream(numbers(batch.get("losses"))).sum();
      assertEquals(loss, lanes.tally.loss(), 1e-5 * loss, name);
      assertEquals(weight, lanes.tally.weight(), name);
      for (int i = 0; i < texts.size(); i++) {
        float[][] expected = floats(((List<?>) batch.get("gradients")).get(i));
        for (int t = 0; t < expected.length; t++) {
          assertArrayEquals(expected[t], gradients.get(i)[t], 1e-5f, name);
        }
      }
      lanes.evaluate();
      assertEquals(loss, lanes.tally.loss(), 1e-5 * loss, name);
    }
  }

  /** Probabilities of all texts, by the alignments that are merged to them. */
  private static Map<List<Integer>, Double> texts(float[][] logits) {
    int outputs = logits[0].length;
    Map<List<Integer>, Double> texts = new HashMap<>();
    int alignments = (int) Math.pow(outputs, logits.length);
    for (int a = 0; a < alignments; a++) {
      double p = 1;
      List<Integer> text = new ArrayList<>();
      int before = outputs - 1;
      for (int t = 0, rest = a; t < logits.length; t++, rest /= outputs) {
        int output = rest % outputs;
        double sum = 0;
        for (float z : logits[t]) {
          sum += Math.exp(z);
        }
        p *= Math.exp(logits[t][output]) / sum;
        if (output != before && output != outputs - 1) {
          text.add(output);
        }
        before = output;
      }
      texts.merge(text, p, Double::sum);
    }
    return texts;
  }

  @Test
  void theLossIsThatOfAllAlignments() {
    Random random = new Random(1);
    for (int steps = 1; steps <= 5; steps++) {
      float[][] logits = random(random, steps, 3);
      double all = 0;
      for (Map.Entry<List<Integer>, Double> text : texts(logits).entrySet()) {
        Lanes lanes = new Lanes(3);
        lanes.add(logits, text.getKey().stream().mapToInt(Integer::intValue).toArray()).train();
        assertEquals(-Math.log(text.getValue()), lanes.tally.loss(), 1e-6, text.toString());
        all += Math.exp(-lanes.tally.loss());
      }
      assertEquals(1, all, 1e-6);
    }
  }

  @Test
  void aWideBeamFindsTheLikeliestText() {
    Random random = new Random(2);
    for (int i = 0; i < 20; i++) {
      float[][] logits = random(random, 5, 3);
      List<Integer> best =
          texts(logits).entrySet().stream()
              .max(Map.Entry.comparingByValue())
              .map(Map.Entry::getKey)
              .orElseThrow();
      int[] text = best.stream().mapToInt(Integer::intValue).toArray();
      TextMeasures measures = new Lanes(3, 100).add(logits, text).evaluate();
      assertEquals(0, measures.value(measures.metrics().get(0), 0));
    }
  }

  /** Two alignments of one text are likelier together than the likeliest alignment. */
  @Test
  void stepByStepItIsTheLikeliestAlignment() {
    // Symbol 0, blank: each step 0.4, 0.6. Greedy: no symbol, 0.36; symbol 0 in all 0.64.
    float[] step = {(float) Math.log(0.4), (float) Math.log(0.6)};
    Metric exact = new TextMeasures().metrics().get(1);
    assertEquals(1, new Lanes(2).add(new float[][] {step, step}).evaluate().value(exact, 0));
    assertEquals(1, new Lanes(2, 2).add(new float[][] {step, step}, 0).evaluate().value(exact, 0));
  }

  @Test
  void repetitionsAreMergedUnlessThereIsABlank() {
    float[] one = {5, 0, 0};
    float[] two = {0, 5, 0};
    float[] blank = {0, 0, 5};
    float[][] logits = {one, one, blank, one, two, two, blank};
    for (int width : new int[] {1, 4}) {
      TextMeasures measures = new Lanes(3, width).add(logits, 0, 0, 1).evaluate();
      assertEquals(0, measures.value(measures.metrics().get(0), 0));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aTextThatCannotBeAlignedHasNoLossButCounts(int beamWidth) {
    Random random = new Random(3);
    float[][] logits = random(random, 4, 3);
    Lanes known = new Lanes(3, beamWidth).add(logits, 0, 1);
    known.train();
    double loss = known.tally.loss();
    Lanes lanes =
        new Lanes(3, beamWidth)
            .add(random(random, 3, 3), 1, Example.UNKNOWN_TARGET, 0)
            .add(logits, 0, 1)
            .add(random(random, 2, 3), 1, 1);
    List<float[][]> gradients = lanes.train();
    assertEquals(loss, lanes.tally.loss(), 1e-12);
    assertEquals(2, lanes.tally.weight());
    for (int i : new int[] {0, 2}) {
      for (float[] row : gradients.get(i)) {
        assertArrayEquals(new float[3], row);
      }
    }
    TextMeasures measures = lanes.evaluate();
    assertEquals(loss, lanes.tally.loss(), 1e-12);
    assertEquals(1, lanes.tally.unknown());
    assertEquals(2 + 2, lanes.tally.lossless());
    assertEquals(7L, measures.details().get("target-symbols"));
    assertEquals(3L, measures.details().get("sequences"));
  }

  @Test
  void lanesAreTheSameBitsWhateverStandsBesideThem() {
    Random random = new Random(4);
    Lanes together = new Lanes(5);
    List<double[]> losses = new ArrayList<>();
    List<float[][]> alone = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      float[][] logits = random(random, 4 + random.nextInt(9), 5);
      int[] text = random.ints(random.nextInt(3), 0, 4).toArray();
      Lanes one = new Lanes(5).add(logits, text);
      alone.add(one.train().get(0));
      losses.add(new double[] {one.tally.loss()});
      together.add(logits, text);
    }
    List<float[][]> gradients = together.train();
    for (int i = 0; i < alone.size(); i++) {
      assertTrue(Arrays.deepEquals(alone.get(i), gradients.get(i)));
    }
    double sum = losses.stream().mapToDouble(each -> each[0]).sum();
    assertEquals(sum, together.tally.loss(), 1e-9 * sum);
  }

  @Test
  void theWeightOfASequenceMultipliesItsLoss() {
    float[][] logits = random(new Random(5), 6, 4);
    Lanes once = new Lanes(4).add(logits, 1, 1, 2);
    float[][] gradient = once.train().get(0);
    Lanes twice = new Lanes(4).add(logits, 1, 1, 2);
    twice.weights.set(0, 2f);
    float[][] doubled = twice.train().get(0);
    assertEquals(2 * once.tally.loss(), twice.tally.loss(), 1e-12);
    assertEquals(6, twice.tally.weight());
    for (int t = 0; t < gradient.length; t++) {
      for (int k = 0; k < gradient[t].length; k++) {
        assertEquals(2 * gradient[t][k], doubled[t][k], 1e-6f);
      }
    }
    twice.weights.set(0, 0f);
    twice.train();
    assertEquals(0, twice.tally.weight());
  }

  /** Where doubles would end: every probability is far below the smallest of them. */
  @Test
  void nothingIsTooUnlikely() {
    int steps = 400;
    float[][] logits = new float[steps][3];
    int[] text = new int[steps / 2];
    for (int t = 0; t < steps; t++) {
      logits[t][2] = 1000;
    }
    Lanes lanes = new Lanes(3).add(logits, text);
    float[][] gradient = lanes.train().get(0);
    // 200 symbols with a blank between them: 199 blanks, and one step that is whatever it likes.
    assertEquals(200_000, lanes.tally.loss(), 20);
    double sum = 0;
    for (float[] row : gradient) {
      sum += row[0];
      assertEquals(0, row[0] + row[1] + row[2], 1e-5);
    }
    assertEquals(-200, sum, 1e-2);
  }

  @Test
  void whatIsNotFiniteIsTold() {
    float[][] logits = random(new Random(6), 3, 3);
    logits[1][0] = Float.NaN;
    Lanes lanes = new Lanes(3).add(logits, 1);
    lanes.train();
    assertFalse(Double.isFinite(lanes.tally.loss()));
  }

  @Test
  void errorsAreCountedAsEdits() {
    float[] one = {5, 0, 0};
    float[] two = {0, 5, 0};
    // Answers "0 1" for "1", nothing wrong, and "0" for a text of three.
    TextMeasures measures =
        new Lanes(3)
            .add(new float[][] {one, two}, 1)
            .add(new float[][] {two}, 1)
            .add(new float[][] {one, one, one, one, one}, 1, 0, 1)
            .evaluate();
    assertEquals(3L, measures.details().get("errors"));
    assertEquals(5L, measures.details().get("target-symbols"));
    assertEquals(3.0 / 5, measures.value(measures.metrics().get(0), 0));
    assertEquals(1.0 / 3, measures.value(measures.metrics().get(1), 0));
    TextMeasures both = new TextMeasures();
    assertTrue(Double.isNaN(both.value(both.metrics().get(0), 0)));
    both.add(measures);
    both.add(measures);
    assertEquals(6L, both.details().get("errors"));
    assertEquals("error-rate", both.headline().get(0).name());
    assertFalse(both.headline().get(0).higherIsBetter());
  }
}
