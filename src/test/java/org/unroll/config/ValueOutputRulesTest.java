package org.unroll.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Outputs of real values beside other keys. */
class ValueOutputRulesTest {
  private static Job job(String... overrides) {
    return JobReader.read(
        """
        data { format = json, train = a, input.column = x, target.column = y }
        model { topology = many-to-many, layers = [ { cell = rnn, units = 1 } ] }
        training.epochs = 1
        """,
        "test.conf",
        List.of(overrides));
  }

  @Test
  void realValuesForRowsAndSteps() {
    Job job = job("model.output=linear", "data.target.width=3", "model.topology=many-to-one");
    assertEquals(new Predicted(Topology.MANY_TO_ONE, TargetType.VALUES), job.model().predicted());
    assertEquals(3, job.data().target().width());
    job("model.output=linear", "data.target.standardize=false");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          linear  | training.label-smoothing=0.1  | training.label-smoothing needs model.output = softmax: targets are real values
          linear  | training.balance-classes=true | training.balance-classes needs model.output = softmax
          linear  | training.class-weights=[{label=a,weight=2}] | training.class-weights needs model.output = softmax
          linear  | data.target.column=           | model.output = linear needs data.target.column
          quantile | model.quantile.quantiles=[0.5,0.1] | model.quantile.quantiles must rise
          quantile | model.quantile.quantiles=[0.5,1] | from above 0 to below 1, got [0.5, 1.0]
          softmax | data.target.width=2           | data.target.width needs an output of real values, such as model.output = linear
          softmax | data.target.standardize=false | data.target.standardize needs an output of real values
          """)
  void combinationsThatMakeNoSense(String output, String setting, String message) {
    JobException refused =
        assertThrows(JobException.class, () -> job("model.output=" + output, setting));
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
  }
}
