package org.unroll.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearningRateTest {
  private static LearningRate rate(String schedule, int warmUp, double end, long updates) {
    return new LearningRate(
        Updates.config(
            "kind=sgd",
            "learning-rate=0.8",
            "schedule=" + schedule,
            "warm-up-rounds=" + warmUp,
            "final-learning-rate=" + end),
        updates);
  }

  @Test
  void constantIsConstant() {
    LearningRate rate = rate("constant", 0, 0, 10);
    for (long update = 0; update < 12; update++) {
      assertEquals(0.8, rate.at(update, 0, 0));
    }
  }

  @Test
  void warmUpRisesInAStraightLineAndEnds() {
    LearningRate rate = rate("constant", 3, 0, 10);
    assertEquals(0.2, rate.at(0, 0, 0), 1e-15);
    assertEquals(0.4, rate.at(1, 0, 0), 1e-15);
    assertEquals(0.6, rate.at(2, 0, 0), 1e-15);
    assertEquals(0.8, rate.at(3, 0, 0));
    assertEquals(0.8, rate.at(9, 0, 0));
  }

  @Test
  void cosineFallsFromTheRateToItsEnd() {
    LearningRate rate = rate("cosine", 0, 0, 100);
    assertEquals(0.8, rate.at(0, 0, 0));
    assertEquals(0.8 * 0.5 * (1 + Math.cos(Math.PI / 4)), rate.at(25, 0, 0), 1e-12);
    assertEquals(0.4, rate.at(50, 0, 0), 1e-12);
    assertEquals(0.8 * 0.5 * (1 + Math.cos(0.99 * Math.PI)), rate.at(99, 0, 0), 1e-12);
    assertTrue(rate.at(99, 0, 0) > 0, "the last update still does something");
    assertEquals(0, rate.at(100, 0, 0), 1e-12);
    for (long update = 1; update <= 100; update++) {
      assertTrue(rate.at(update, 0, 0) < rate.at(update - 1, 0, 0));
    }
    // A resumed run of more epochs than planned must not rise again.
    assertEquals(0, rate.at(150, 0, 0), 1e-12);
  }

  @Test
  void cosineEndsAtAShareOfTheRate() {
    LearningRate rate = rate("cosine", 0, 0.25, 10);
    assertEquals(0.8, rate.at(0, 0, 0), 1e-12);
    assertEquals(0.8 * (0.25 + 0.75 / 2), rate.at(5, 0, 0), 1e-12);
    assertEquals(0.2, rate.at(10, 0, 0), 1e-12);
  }

  @Test
  void cosineBeginsBehindTheWarmUp() {
    LearningRate rate = rate("cosine", 4, 0, 24);
    assertEquals(0.8 / 5, rate.at(0, 0, 0), 1e-12);
    assertEquals(0.8, rate.at(4, 0, 0), 1e-12);
    assertEquals(0.4, rate.at(14, 0, 0), 1e-12);
    assertEquals(0, rate.at(24, 0, 0), 1e-12);
  }

  @Test
  void aWarmUpLongerThanTheRunNeverReachesTheRate() {
    LearningRate rate = rate("cosine", 50, 0, 10);
    assertTrue(rate.at(9, 0, 0) < 0.2);
    assertTrue(rate.at(60, 0, 0) >= 0);
  }

  @Test
  void dropsByEpochsOrPlateaus() {
    String[] drops = {"kind=sgd", "learning-rate=0.8", "drop-after=3", "drop-factor=0.5"};
    List<String> settings = new ArrayList<>(List.of(drops));
    settings.add("schedule=step");
    LearningRate step = new LearningRate(Updates.config(settings.toArray(String[]::new)), 100);
    assertEquals(0.8, step.at(50, 2, 7));
    assertEquals(0.4, step.at(50, 3, 0));
    assertEquals(0.2, step.at(50, 8, 0));
    settings.set(4, "schedule=plateau");
    settings.add("warm-up-rounds=3");
    settings.add("final-learning-rate=0.2");
    LearningRate plateau = new LearningRate(Updates.config(settings.toArray(String[]::new)), 100);
    assertEquals(0.2, plateau.at(0, 0, 0), 1e-15);
    assertEquals(0.8, plateau.at(50, 9, 0));
    assertEquals(0.4, plateau.at(50, 9, 1));
    assertEquals(0.8 * 0.2, plateau.at(50, 9, 5));
  }
}
