package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.unroll.check.GradientFlow.Line;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.Intake;
import org.unroll.data.Role;

/** What is concluded stands in the table, and enough sequences stand behind it. */
class GradientFlowResultTest {
  private static final Job JOB =
      JobReader.read(
          """
          data { format = lines, train = x }
          model { topology = many-to-many, layers = [ { cell = rnn, units = 1 } ] }
          training.epochs = 1
          """,
          "flow.conf",
          List.of());

  private static String text(double[] norms, long[] sequences) {
    GradientFlowResult result =
        new GradientFlowResult(
            "m",
            "d.txt",
            JOB.model(),
            new Intake(1).counts(Role.TEST),
            sequences[0],
            List.of(new Line("layers.0", true, norms, sequences)),
            List.of());
    StringWriter text = new StringWriter();
    try (PrintWriter out = new PrintWriter(text)) {
      result.print(out);
    }
    return text.toString();
  }

  private static void assertSays(String text, String part) {
    assertTrue(text.contains(part), () -> "'" + part + "' is not in: " + text);
  }

  /** One sequence of 1,000 reaches back to k = 4; what it shows is chance. */
  @Test
  void aSingleLongSequenceDecidesNothing() {
    String text = text(new double[] {1, 0.3, 0.02, 0.004, 0.9}, new long[] {1000, 900, 400, 60, 1});
    assertSays(text, "From k = 1 on it is below a half, from k = 3 on below a hundredth");
    assertFalse(text.contains("hardly fades"), text);
    assertSays(text, "below 50  too few to tell");
    assertFalse(text.contains("9.000e-01"), text);
    assertSays(text, "layers.0 (rnn, 1 unit)");
  }

  @Test
  void aValleyIsNoFlatLand() {
    String text = text(new double[] {1, 0.2, 0.1, 0.7}, new long[] {100, 100, 100, 100});
    assertSays(text, "It falls to 0.10 of its size at k = 2 and is 0.70 of it after 3 steps.");
    assertSays(
        text(new double[] {1, 0.9}, new long[] {100, 100}),
        "It hardly fades: after 1 step it is 0.90 of its size.");
  }

  @Test
  void rowsThatWordsNameAreShown() {
    double[] norms = new double[201];
    long[] sequences = new long[201];
    for (int k = 0; k <= 200; k++) {
      norms[k] = Math.pow(0.97, k);
      sequences[k] = 40;
    }
    String text = text(norms, sequences);
    assertSays(text, "From k = 23 on it is below a half, from k = 152 on below a hundredth");
    assertSays(text, "\n      23    4.96");
    assertSays(text, "\n     152    9.7");
    assertSays(text, "\n     200 ");
  }

  @Test
  void fewSequencesAreSaidToBeFew() {
    assertSays(
        text(new double[] {1, 0.9}, new long[] {1, 1}), "From only 1 sequence: It hardly fades");
  }
}
