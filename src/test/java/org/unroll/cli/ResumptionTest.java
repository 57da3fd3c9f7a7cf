package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.unroll.data.DataSummary;
import org.unroll.data.Intake;
import org.unroll.data.Role;
import org.unroll.data.SplitSummary;
import org.unroll.store.StoreException;

/** A run goes on with the data it began with, those of validation and test included. */
class ResumptionTest {
  private static SplitSummary split(int sequences) {
    Intake intake = new Intake(0);
    for (int i = 0; i < sequences; i++) {
      intake.used(Role.TRAIN, 1, false);
    }
    long[] none = {};
    return new SplitSummary(
        intake.counts(Role.TRAIN), sequences, 0, 0, 0, 1, 0, 0, none, none, none);
  }

  /** Data of ten training sequences and so many others; no test data if there are none. */
  private static DataSummary data(String train, int valid, String validPrint, String testPrint) {
    Map<Role, String> prints = new EnumMap<>(Role.class);
    prints.put(Role.TRAIN, train);
    prints.put(Role.VALID, validPrint);
    if (testPrint != null) {
      prints.put(Role.TEST, testPrint);
    }
    SplitSummary test = testPrint == null ? null : split(4);
    return new DataSummary(split(10), split(valid), test, prints, List.of());
  }

  private static Map<String, Object> run(DataSummary data) {
    return Map.of(
        "data-fingerprint", data.fingerprint(), Resumption.DATA, Resumption.describe(data));
  }

  private static String refused(Map<String, Object> before, DataSummary now) {
    return assertThrows(StoreException.class, () -> Resumption.checkSameData(before, now))
        .getMessage();
  }

  @Test
  void otherDataOfAnyRoleAreRefused() {
    Map<String, Object> before = run(data("a", 5, "b", "c"));
    Resumption.checkSameData(before, data("a", 5, "b", "c"));
    assertEquals(
        "the run cannot be resumed: the validation data (data.valid) are not the ones it began"
            + " with: 5 rows and 5 sequences then, 6 rows and 6 sequences now; give the same job"
            + " and data, or begin a new run",
        refused(before, data("a", 6, "x", "c")));
    assertEquals(
        "the run cannot be resumed: the test data (data.test) are not the ones it began with:"
            + " 4 rows and 4 sequences as before, but others; give the same job and data, or begin"
            + " a new run",
        refused(before, data("a", 5, "b", "x")));
    assertEquals(
        "the run cannot be resumed: the training data (data.train) are not the ones it began with:"
            + " 10 rows and 10 sequences as before, but others; give the same job and data, or"
            + " begin a new run",
        refused(before, data("x", 5, "b", "c")));
  }

  @Test
  void testDataMayBeAddedAndLeftOut() {
    Resumption.checkSameData(run(data("a", 5, "b", null)), data("a", 5, "b", "c"));
    Resumption.checkSameData(run(data("a", 5, "b", "c")), data("a", 5, "b", null));
  }

  @Test
  void aRunOfAnEarlierReleaseKnowsItsTrainingDataOnly() {
    Map<String, Object> before = new HashMap<>(Map.of("data-fingerprint", "a"));
    Resumption.checkSameData(before, data("a", 5, "b", "c"));
    assertEquals(
        "the run cannot be resumed: the training data are not the ones it began with; give the same"
            + " job and data, or begin a new run",
        refused(before, data("x", 5, "b", "c")));
  }
}
