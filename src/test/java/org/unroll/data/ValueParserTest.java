package org.unroll.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.unroll.config.Column;
import org.unroll.config.DataConfig;

class ValueParserTest {
  private static final double NAN = Double.NaN;

  private static Content json(String value) throws BadRowException {
    return JsonRow.parse("{\"y\": " + value + "}", List.of("y"), 0)[0];
  }

  private static double[] ofRow(String value, int width) throws BadRowException {
    return ValueParser.ofRow(json(value), width).values();
  }

  private static double[] ofSteps(String value, int width, int steps) throws BadRowException {
    return ValueParser.ofSteps(json(value), width, steps).values();
  }

  @Test
  void numbersAreReadHoweverTheyAreNested() throws BadRowException {
    assertArrayEquals(new double[] {1.5}, ofRow("1.5", 1));
    assertArrayEquals(new double[] {1, 2e-3}, ofRow("[1, 2e-3]", 2));
    assertArrayEquals(new double[] {1, 2}, ofRow("\"1 2\"", 2));
    assertArrayEquals(new double[] {1, 2}, ofRow("[\"1\", \"2\"]", 2));
    assertArrayEquals(new double[] {1, 2}, ofRow("[[1, 2]]", 2));
    assertArrayEquals(new double[] {1, 2, 3, 4}, ofSteps("[[1, 2], [3, 4]]", 2, 2));
    assertArrayEquals(new double[] {1, 2, 3, 4}, ofSteps("[1, 2, 3, 4]", 2, 2));
    assertArrayEquals(new double[] {1, 2, 3}, ofSteps("\" 1  2 3\"", 1, 3));
    assertArrayEquals(new double[] {1, 2, 3}, ofSteps("[[1], [2], [3]]", 1, 3));
  }

  @Test
  void missingValuesAreNotGuessed() throws BadRowException {
    assertArrayEquals(new double[] {NAN, NAN}, ofRow("null", 2));
    assertArrayEquals(new double[] {NAN}, ofRow("\"\"", 1));
    assertArrayEquals(new double[] {NAN}, ofRow("NaN", 1));
    assertArrayEquals(new double[] {NAN, 2}, ofRow("[null, 2]", 2));
    assertArrayEquals(new double[] {1, NAN}, ofRow("\"1 nan\"", 2));
    assertArrayEquals(new double[] {NAN, 2}, ofRow("[null, \"2\"]", 2));
    assertArrayEquals(new double[] {NAN, 2, NAN, NAN}, ofSteps("[[null, 2], null]", 2, 2));
    assertArrayEquals(new double[] {NAN, NAN, 1, 2}, ofSteps("[null, [1, 2]]", 2, 2));
    assertArrayEquals(new double[] {NAN, NAN}, ofSteps("null", 1, 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "yes"        | 1 | 1 | not-a-number  | a target value must be a number, got 'yes' as value 1
          [1, "0x1"]   | 1 | 2 | not-a-number  | got '0x1' as value 2
          true         | 1 | 1 | not-a-number  | got 'true' as value 1
          "null"       | 1 | 1 | not-a-number  | got 'null' as value 1
          1e39         | 1 | 1 | not-finite    | in the range of single precision, got 1.0E39 as value 1
          -Infinity    | 1 | 1 | not-finite    | got -Infinity as value 1
          [1, 2]       | 1 | 3 | values-differ | a row must have 1 target value per step (data.target.width), got 2 values for 3 steps
          []           | 1 | 2 | values-differ | got 0 values for 2 steps
          [[1, 2], [3]] | 2 | 2 | ragged-width | every step must have 2 target values (data.target.width), got 1 in step 2
          """)
  void whatIsNoNumberIsABadRow(String value, int width, int steps, String reason, String message) {
    BadRowException bad =
        assertThrows(BadRowException.class, () -> ofSteps(value, width, steps), value);
    assertEquals(reason, bad.reason());
    assertEquals(true, bad.getMessage().contains(message), bad.getMessage());
  }

  @Test
  void aRowHasAsManyAsTheJobSays() {
    BadRowException bad = assertThrows(BadRowException.class, () -> ofRow("[1, 2, 3]", 2));
    assertEquals("a row must have 2 target values (data.target.width), got 3", bad.getMessage());
  }

  /** Centred in double precision: what differs by a second since 1970 still does. */
  @Test
  void targetsAreStandardisedInDoublePrecision() throws BadRowException {
    List<FeatureMoments> moments = TargetCoding.moments(2);
    double[] values = {1.7e9, NAN, 1.7e9 + 2, 5, NAN, 5};
    TargetCoding.count(new Answers.Values(2, values), moments);
    TargetCoding coding = TargetCoding.ofValues(moments, true);
    assertEquals(2, moments.get(0).steps());
    float gone = Float.NaN;
    assertArrayEquals(new float[] {-1, gone, 1, 0, gone, 0}, coding.scale(values));
    // What never changed may do so later.
    assertArrayEquals(new float[] {0, 2}, coding.scale(new double[] {1.7e9 + 1, 7}));
    assertArrayEquals(
        new float[] {2, 3}, TargetCoding.ofValues(moments, false).scale(new double[] {2, 3}));
    BadRowException far =
        assertThrows(BadRowException.class, () -> coding.scale(new double[] {1, 1e39}));
    assertEquals("too-far-away", far.reason());
  }

  private static DataConfig.Target target(int width) {
    return new DataConfig.Target(new Column.None(), width, true, DataConfig.TargetTokens.WORDS);
  }

  @Test
  void constantTargetsAreTold() {
    List<FeatureMoments> moments = TargetCoding.moments(2);
    TargetCoding.count(new Answers.Values(2, new double[] {1, 5, 2, 5}), moments);
    String told = ValueRules.check(target(2), moments, "a.csv").toString();
    assertEquals(
        "[every target value should change in data.train, got target value 1 (mean 5.0, deviation"
            + " 0.0), counted from 0, which never changes (data.target): what never changes need"
            + " not be predicted; check data.target.column]",
        told);
    List<FeatureMoments> none = TargetCoding.moments(1);
    assertThrows(DataException.class, () -> ValueRules.check(target(1), none, "a.csv"));
  }
}
