package org.unroll.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.unroll.batch.TestBlocks;
import org.unroll.config.ModelConfig;
import org.unroll.config.Topology;
import org.unroll.data.Example;
import org.unroll.tensor.Kernels;
import org.unroll.tensor.TestKernels;
import org.unroll.twin.TwinOptions;

/** Dropout masks: how many, how large, and what they depend on. */
class DropoutTest {
  private static final int STEPS = 40;
  private static final int UNITS = 50;

  static List<Arguments> kernels() {
    return TestKernels.named().stream().map(Arguments::of).toList();
  }

  @Test
  void theShareOfZerosIsTheRateAndTheMeanIsOne() {
    for (double rate : new double[] {0.1, 0.5, 0.9}) {
      List<Double> mask = mask(model(rate), 1, 0, 7, 0);
      double zeros = mask.stream().filter(f -> f == 0).count() / (double) mask.size();
      double mean = mask.stream().mapToDouble(f -> f).average().orElseThrow();
      // Four standard deviations of a share of that many independent values.
      double deviation = 4 * Math.sqrt(rate * (1 - rate) / mask.size());
      assertEquals(rate, zeros, deviation);
      assertEquals(1, mean, deviation / (1 - rate));
      assertTrue(mask.stream().allMatch(f -> f == 0 || Math.abs(f * (1 - rate) - 1) < 1e-6));
    }
  }

  @Test
  void masksDifferBySeedEpochSequenceAndLayerAndAreNotRelated() {
    ModelConfig model = model(0.5);
    List<Double> mask = mask(model, 1, 0, 7, 0);
    assertEquals(mask, mask(model, 1, 0, 7, 0));
    assertUnrelated(mask, mask(model, 2, 0, 7, 0));
    assertUnrelated(mask, mask(model, 1, 1, 7, 0));
    assertUnrelated(mask, mask(model, 1, 0, 8, 0));
    assertUnrelated(mask, mask(model, 1, 0, 7, 1));
    assertUnrelated(mask, mask(model, 1, 0, 7, TwinOptions.EMBEDDING));
    assertUnrelated(mask.subList(0, mask.size() - 1), mask.subList(1, mask.size()));
    assertUnrelated(mask.subList(0, mask.size() - UNITS), mask.subList(UNITS, mask.size()));
  }

  @Test
  void aVariationalMaskHoldsForAllStepsOfASequence() {
    ModelConfig model = Models.variational(0.5).values().iterator().next();
    int layers = model.layers().size();
    int units = model.layers().get(0).units();
    DropoutMask mask = new DropoutMask(model, 1, 0);
    List<Double> first = new ArrayList<>();
    List<Double> others = new ArrayList<>();
    for (long id = 0; id < 200; id++) {
      for (int layer = 0; layer < layers; layer++) {
        for (int unit = 0; unit < units; unit++) {
          double factor = mask.factor(layer, id, 0, unit);
          for (int t = 1; t < 5; t++) {
            assertEquals(factor, mask.factor(layer, id, t, unit));
          }
          first.add(factor);
          others.add(mask.factor((layer + 1) % layers, id + 200, 0, unit));
        }
      }
    }
    assertUnrelated(first, others);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void itActsInTrainingOnlyAndAnewInEachEpoch(Kernels kernels) {
    List<Example> examples = TestBlocks.sequences(1, 6, 4, true, 5, 3, 1);
    TestNetwork with = TestNetwork.initial(model(0.5), 6, 4, 3, kernels);
    TestNetwork without = TestNetwork.initial(model(0), 6, 4, 3, kernels);
    assertEquals(without.evaluate(examples).loss(), with.evaluate(examples).loss());
    assertEquals(without.evaluate(examples).loss(), without.train(examples).loss(), 1e-12);
    double first = with.train(examples, 0, 1, 0).loss();
    assertNotEquals(without.train(examples).loss(), first);
    assertEquals(first, with.train(examples, 0, 1, 0).loss());
    assertNotEquals(first, with.train(examples, 0, 1, 1).loss());
    assertNotEquals(first, with.train(examples, 0, 2, 0).loss());
  }

  private static ModelConfig model(double rate) {
    return Models.model(
        Topology.MANY_TO_MANY,
        UNITS,
        rate,
        List.copyOf(Models.cells(UNITS, false, rate).values()).subList(0, 2),
        List.of());
  }

  private static List<Double> mask(ModelConfig model, long seed, int epoch, long id, int layer) {
    DropoutMask mask = new DropoutMask(model, seed, epoch);
    List<Double> values = new ArrayList<>();
    for (int t = 0; t < STEPS; t++) {
      for (int unit = 0; unit < UNITS; unit++) {
        values.add(mask.factor(layer, id, t, unit));
      }
    }
    return values;
  }

  /** At a rate of a half, unrelated masks agree in about half of their places. */
  private static void assertUnrelated(List<Double> a, List<Double> b) {
    int same = 0;
    for (int i = 0; i < a.size(); i++) {
      same += a.get(i).equals(b.get(i)) ? 1 : 0;
    }
    assertEquals(0.5, same / (double) a.size(), 4 * 0.5 / Math.sqrt(a.size()));
  }
}
