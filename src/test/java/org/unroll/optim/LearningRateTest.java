package org.unroll.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.unroll.config.OptimizerConfig;
import org.unroll.config.OptimizerConfig.Kind;
import org.unroll.config.OptimizerConfig.Schedule;

class LearningRateTest {
  private static LearningRate rate(Schedule schedule, int warmUp, double end, long updates) {
    return new LearningRate(
        new OptimizerConfig(Kind.SGD, 0.8, 0, 0.9, 0.999, 1e-8, schedule, warmUp, end), updates);
  }

  @Test
  void constantIsConstant() {
    LearningRate rate = rate(Schedule.CONSTANT, 0, 0, 10);
    for (long update = 0; update < 12; update++) {
      assertEquals(0.8, rate.at(update));
    }
  }

  @Test
  void warmUpRisesInAStraightLineAndEnds() {
    LearningRate rate = rate(Schedule.CONSTANT, 3, 0, 10);
    assertEquals(0.2, rate.at(0), 1e-15);
    assertEquals(0.4, rate.at(1), 1e-15);
    assertEquals(0.6, rate.at(2), 1e-15);
    assertEquals(0.8, rate.at(3));
    assertEquals(0.8, rate.at(9));
  }

  @Test
  void cosineFallsFromTheRateToItsEnd() {
    LearningRate rate = rate(Schedule.COSINE, 0, 0, 100);
    assertEquals(0.8, rate.at(0));
    assertEquals(0.8 * 0.5 * (1 + Math.cos(Math.PI / 4)), rate.at(25), 1e-12);
    assertEquals(0.4, rate.at(50), 1e-12);
    assertEquals(0.8 * 0.5 * (1 + Math.cos(0.99 * Math.PI)), rate.at(99), 1e-12);
    assertTrue(rate.at(99) > 0, "the last update still does something");
    assertEquals(0, rate.at(100), 1e-12);
    for (long update = 1; update <= 100; update++) {
      assertTrue(rate.at(update) < rate.at(update - 1));
    }
    // A resumed run of more epochs than planned must not rise again.
    assertEquals(0, rate.at(150), 1e-12);
  }

  @Test
  void cosineEndsAtAShareOfTheRate() {
    LearningRate rate = rate(Schedule.COSINE, 0, 0.25, 10);
    assertEquals(0.8, rate.at(0), 1e-12);
    assertEquals(0.8 * (0.25 + 0.75 / 2), rate.at(5), 1e-12);
    assertEquals(0.2, rate.at(10), 1e-12);
  }

  @Test
  void cosineBeginsBehindTheWarmUp() {
    LearningRate rate = rate(Schedule.COSINE, 4, 0, 24);
    assertEquals(0.8 / 5, rate.at(0), 1e-12);
    assertEquals(0.8, rate.at(4), 1e-12);
    assertEquals(0.4, rate.at(14), 1e-12);
    assertEquals(0, rate.at(24), 1e-12);
  }

  @Test
  void aWarmUpLongerThanTheRunNeverReachesTheRate() {
    LearningRate rate = rate(Schedule.COSINE, 50, 0, 10);
    assertTrue(rate.at(9) < 0.2);
    assertTrue(rate.at(60) >= 0);
  }
}
