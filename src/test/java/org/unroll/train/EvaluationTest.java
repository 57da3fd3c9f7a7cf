package org.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.unroll.nn.head.Tally;

class EvaluationTest {
  private static Tally tally(double loss, double weight, long correct, long tokens) {
    Tally tally = new Tally();
    tally.add(loss, weight);
    tally.addCorrect(correct);
    tally.addTokens(tokens);
    return tally;
  }

  @Test
  void isNeverAMeanOfMeans() {
    Evaluation evaluation = new Evaluation();
    evaluation.add(tally(9, 3, 2, 10));
    evaluation.add(tally(1, 1, 1, 5));
    assertEquals(2.5, evaluation.loss());
    assertEquals(0.75, evaluation.accuracy());
    assertEquals(4, evaluation.weight());
    assertEquals(15, evaluation.tokens());
  }

  /** A label that training never saw is wrong; a loss it has none. */
  @Test
  void unknownTargetsCountForTheAccuracyOnly() {
    Tally tally = tally(6, 3, 2, 4);
    tally.addUnknown(1);
    Evaluation evaluation = new Evaluation();
    evaluation.add(tally);
    Evaluation all = new Evaluation();
    all.add(evaluation);
    assertEquals(2, all.loss());
    assertEquals(0.5, all.accuracy());
    assertEquals(4, all.targets());
    assertEquals(1, all.unknown());
    tally.reset();
    assertEquals(0, tally.unknown());
  }

  @Test
  void mergesInAnyOrderWithEmptyOnesToo() {
    Evaluation a = new Evaluation();
    a.add(tally(0.1, 3, 1, 4));
    Evaluation b = new Evaluation();
    b.add(tally(1e17, 2, 0, 6));
    b.add(tally(0.7, 2, 2, 6));
    Evaluation left = new Evaluation();
    left.add(a);
    left.add(b);
    left.add(new Evaluation());
    Evaluation right = new Evaluation();
    right.add(b);
    right.add(new Evaluation());
    right.add(a);
    assertEquals(Bits.of(left), Bits.of(right));
  }

  @Test
  void aLossThatIsNotFiniteMakesAllOfItUnknown() {
    Evaluation bad = new Evaluation();
    bad.add(tally(Double.POSITIVE_INFINITY, 1, 1, 1));
    Evaluation all = new Evaluation();
    all.add(tally(1, 1, 0, 1));
    all.add(bad);
    assertTrue(Double.isNaN(all.loss()));
    assertEquals(0.5, all.accuracy());
    assertTrue(Double.isNaN(new Evaluation().loss()));
    assertTrue(Double.isNaN(new Evaluation().accuracy()));
  }
}
