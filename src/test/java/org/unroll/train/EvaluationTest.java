package org.unroll.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.unroll.metric.ClassMeasures;
import org.unroll.metric.ClassNames;
import org.unroll.metric.Metric;
import org.unroll.nn.head.Tally;

class EvaluationTest {
  private static Evaluation evaluation() {
    return new Evaluation(new ClassMeasures(ClassNames.NONE));
  }

  private static double accuracy(Evaluation evaluation) {
    return evaluation.value(Metric.ACCURACY);
  }

  /** An evaluation of one block. */
  private static Evaluation of(double loss, double weight, long correct, long tokens) {
    Evaluation evaluation = evaluation();
    evaluation.add(tally(loss, weight, tokens));
    ((ClassMeasures) evaluation.measures()).count(correct, (long) weight);
    return evaluation;
  }

  private static Tally tally(double loss, double weight, long tokens) {
    Tally tally = new Tally();
    tally.add(loss, weight);
    tally.addTokens(tokens);
    return tally;
  }

  @Test
  void isNeverAMeanOfMeans() {
    Evaluation evaluation = evaluation();
    evaluation.add(of(9, 3, 2, 10));
    evaluation.add(of(1, 1, 1, 5));
    assertEquals(2.5, evaluation.loss());
    assertEquals(0.75, accuracy(evaluation));
    assertEquals(4, evaluation.weight());
    assertEquals(15, evaluation.tokens());
  }

  /** A label that training never saw is wrong; a loss it has none. */
  @Test
  void unknownTargetsCountForTheAccuracyOnly() {
    Tally tally = tally(6, 3, 4);
    tally.addUnknown(1);
    Evaluation evaluation = evaluation();
    evaluation.add(tally);
    ((ClassMeasures) evaluation.measures()).count(2, 4);
    Evaluation all = evaluation();
    all.add(evaluation);
    assertEquals(2, all.loss());
    assertEquals(0.5, accuracy(all));
    assertEquals(4, all.targets());
    assertEquals(1, all.unknown());
    tally.reset();
    assertEquals(0, tally.unknown());
  }

  @Test
  void mergesInAnyOrderWithEmptyOnesToo() {
    Evaluation a = evaluation();
    a.add(of(0.1, 3, 1, 4));
    Evaluation b = evaluation();
    b.add(of(1e17, 2, 0, 6));
    b.add(of(0.7, 2, 2, 6));
    Evaluation left = evaluation();
    left.add(a);
    left.add(b);
    left.add(evaluation());
    Evaluation right = evaluation();
    right.add(b);
    right.add(evaluation());
    right.add(a);
    assertEquals(Bits.of(left), Bits.of(right));
  }

  @Test
  void aLossThatIsNotFiniteMakesAllOfItUnknown() {
    Evaluation bad = evaluation();
    bad.add(of(Double.POSITIVE_INFINITY, 1, 1, 1));
    Evaluation all = evaluation();
    all.add(of(1, 1, 0, 1));
    all.add(bad);
    assertTrue(Double.isNaN(all.loss()));
    assertEquals(0.5, accuracy(all));
    assertTrue(Double.isNaN(evaluation().loss()));
    assertTrue(Double.isNaN(accuracy(evaluation())));
  }
}
