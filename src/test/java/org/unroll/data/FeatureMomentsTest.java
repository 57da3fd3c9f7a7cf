package org.unroll.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeatureMomentsTest {
  private static final int FEATURES = 3;

  /** Of every size that a float can have, so that any rounding would show. */
  private static List<float[]> sequences(int count) {
    Random random = new Random(5);
    List<float[]> sequences = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      float[] values = new float[FEATURES * (1 + random.nextInt(6))];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (i % FEATURES) {
              case 0 -> (float) random.nextGaussian();
              case 1 -> Float.intBitsToFloat(random.nextInt(0x7F800000) | random.nextInt(2) << 31);
              default -> 7.25f;
            };
      }
      sequences.add(values);
    }
    sequences.add(new float[] {-0f, Float.MIN_VALUE, 7.25f, 0f, -Float.MAX_VALUE, 7.25f});
    return sequences;
  }

  private static FeatureMoments of(List<float[]> sequences) {
    FeatureMoments moments = new FeatureMoments(FEATURES);
    sequences.forEach(moments::add);
    return moments;
  }

  private static double[] figures(FeatureMoments moments) {
    double[] figures = new double[2 * FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      figures[2 * i] = moments.mean(i);
      figures[2 * i + 1] = moments.deviation(i);
    }
    return figures;
  }

  @Test
  void areThoseOfDecimalArithmetic() {
    List<float[]> sequences = sequences(200);
    FeatureMoments moments = of(sequences);
    for (int feature = 0; feature < FEATURES; feature++) {
      BigDecimal sum = BigDecimal.ZERO;
      BigDecimal squares = BigDecimal.ZERO;
      int steps = 0;
      for (float[] values : sequences) {
        for (int i = feature; i < values.length; i += FEATURES) {
          BigDecimal value = new BigDecimal((double) values[i]);
          sum = sum.add(value);
          squares = squares.add(value.multiply(value));
          steps++;
        }
      }
      BigDecimal n = BigDecimal.valueOf(steps);
      BigDecimal mean = sum.divide(n, MathContext.DECIMAL128);
      BigDecimal variance =
          squares
              .multiply(n)
              .subtract(sum.multiply(sum))
              .divide(n.multiply(n), MathContext.DECIMAL128);
      assertEquals(steps, moments.steps());
      assertEquals(mean.doubleValue(), moments.mean(feature));
      assertEquals(Math.sqrt(variance.doubleValue()), moments.deviation(feature));
    }
    assertEquals(7.25, moments.mean(2));
    assertEquals(0, moments.deviation(2));
  }

  @Test
  void doNotDependOnOrderOrGrouping() {
    List<float[]> sequences = sequences(100);
    double[] expected = figures(of(sequences));
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(sequences, new Random(seed));
      FeatureMoments whole = new FeatureMoments(FEATURES);
      for (int from = 0; from < sequences.size(); from += 1 + seed * 7) {
        int to = Math.min(sequences.size(), from + 1 + seed * 7);
        whole.merge(of(sequences.subList(from, to)));
      }
      whole.merge(new FeatureMoments(FEATURES));
      assertArrayEquals(expected, figures(whole));
    }
  }

  @Test
  void ofNothingAreZero() {
    assertEquals(0, new FeatureMoments(2).mean(1));
    assertEquals(0, new FeatureMoments(2).deviation(1));
  }

  @Test
  void scalingGivesMeanZeroAndVarianceOne() throws BadRowException {
    Random random = new Random(3);
    float[] values = new float[2 * 500];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (i % 2 == 0 ? 1000 + 3 * random.nextGaussian() : -4);
    }
    FeatureMoments moments = new FeatureMoments(2);
    moments.add(values);
    FeatureScaler scaler =
        new FeatureScaler(
            new double[] {moments.mean(0), moments.mean(1)},
            new double[] {moments.deviation(0), moments.deviation(1)});
    FeatureMoments scaled = new FeatureMoments(2);
    scaled.add(scaler.apply(values));
    assertEquals(0, scaled.mean(0), 1e-6);
    assertEquals(1, scaled.deviation(0), 1e-6);
    assertEquals(0, scaled.mean(1));
    assertArrayEquals(values, FeatureScaler.none(2).apply(values));
  }

  @Test
  void whatScalesBeyondFloatIsABadRow() {
    FeatureScaler scaler = new FeatureScaler(new double[] {0}, new double[] {1e-30});
    BadRowException bad =
        assertThrows(BadRowException.class, () -> scaler.apply(new float[] {1e20f}));
    assertEquals("too-far-away", bad.reason());
    for (double[] wrong :
        new double[][] {{Double.NaN, 1}, {0, -1}, {0, Double.POSITIVE_INFINITY}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new FeatureScaler(new double[] {wrong[0]}, new double[] {wrong[1]}));
    }
  }
}
