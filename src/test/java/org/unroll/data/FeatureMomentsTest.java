package org.unroll.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeatureMomentsTest {
  private static final int FEATURES = 3;

  /** Of every size that a number can have, so that any rounding would show. */
  private static List<double[]> sequences(int count) {
    Random random = new Random(5);
    List<double[]> sequences = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      double[] values = new double[FEATURES * (1 + random.nextInt(6))];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (i % FEATURES) {
              case 0 -> random.nextGaussian();
              // No exponent whose square, or whose sum with others, leaves the range of doubles.
              case 1 -> Math.scalb(random.nextDouble(-1, 1), random.nextInt(-1100, 500));
              default -> 7.25;
            };
      }
      sequences.add(values);
    }
    sequences.add(new double[] {-0.0, Double.MIN_VALUE, 7.25, 0, -Double.MIN_NORMAL, 7.25});
    sequences.add(new double[] {Float.MAX_VALUE, -0x1p511, 7.25, Float.MIN_VALUE, 0x1p511, 7.25});
    return sequences;
  }

  private static FeatureMoments of(List<double[]> sequences) {
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
    List<double[]> sequences = sequences(200);
    FeatureMoments moments = of(sequences);
    for (int feature = 0; feature < FEATURES; feature++) {
      BigDecimal sum = BigDecimal.ZERO;
      BigDecimal squares = BigDecimal.ZERO;
      int steps = 0;
      for (double[] values : sequences) {
        for (int i = feature; i < values.length; i += FEATURES) {
          BigDecimal value = new BigDecimal(values[i]);
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
    List<double[]> sequences = sequences(100);
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

  /** Seconds since 1970, half a minute apart: single precision has a number every 128. */
  @Test
  void timesAreToldApart() throws BadRowException {
    FeatureMoments moments = new FeatureMoments(1);
    moments.add(new double[] {1_700_000_000, 1_700_000_030});
    assertEquals(1_700_000_015, moments.mean(0));
    assertEquals(15, moments.deviation(0));
  }

  /** The square of such a deviation is no double any more. */
  @Test
  void aTinyDeviationIsNotZero() {
    FeatureMoments moments = new FeatureMoments(1);
    moments.add(new double[] {1e-170, 3e-170});
    assertEquals(1e-170, moments.deviation(0), 1e-185);
  }

  /** More terms than a limb has room for. */
  @Test
  void carriesMoveOn() {
    LongAccumulator sum = new LongAccumulator(64);
    sum.add(true, -1, 0);
    BigInteger expected = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE).negate();
    for (int i = 0; i < 70; i++) {
      LongAccumulator same = new LongAccumulator(64);
      same.add(sum);
      sum.add(same);
      expected = expected.shiftLeft(1);
      if (i % 10 == 9) {
        sum.add(false, 1L << 62, 3);
        expected = expected.add(BigInteger.ONE.shiftLeft(65));
      }
      assertEquals(expected, sum.value());
    }
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  @Test
  void scalingGivesMeanZeroAndVarianceOne() throws BadRowException {
    Random random = new Random(3);
    double[] values = new double[2 * 500];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 2 == 0 ? 1000 + 3 * random.nextGaussian() : -4;
    }
    FeatureMoments moments = new FeatureMoments(2);
    moments.add(values);
    FeatureScaler scaler =
        new FeatureScaler(
            new double[] {moments.mean(0), moments.mean(1)},
            new double[] {moments.deviation(0), moments.deviation(1)});
    FeatureMoments scaled = new FeatureMoments(2);
    scaled.add(widened(scaler.apply(values)));
    assertEquals(0, scaled.mean(0), 1e-6);
    assertEquals(1, scaled.deviation(0), 1e-6);
    assertEquals(0, scaled.mean(1));
    float[] rounded = FeatureScaler.none(2).apply(values);
    for (int i = 0; i < values.length; i++) {
      assertEquals((float) values[i], rounded[i]);
    }
  }

  @Test
  void whatScalesBeyondFloatIsABadRow() {
    FeatureScaler scaler = new FeatureScaler(new double[] {0}, new double[] {1e-30});
    BadRowException bad =
        assertThrows(BadRowException.class, () -> scaler.apply(new double[] {1e20}));
    assertEquals("too-far-away", bad.reason());
    for (double[] wrong :
        new double[][] {{Double.NaN, 1}, {0, -1}, {0, Double.POSITIVE_INFINITY}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new FeatureScaler(new double[] {wrong[0]}, new double[] {wrong[1]}));
    }
  }
}
