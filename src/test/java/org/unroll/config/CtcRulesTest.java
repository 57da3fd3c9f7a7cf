package org.unroll.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be joined with an output of texts is refused, each with a reason. */
class CtcRulesTest {
  private static final String TEXTS =
      """
      data { format = delimited, train = a, input.column = 1, target.column = 0 }
      model { topology = many-to-many, output = ctc, layers = [ { cell = gru, units = 5 } ] }
      training.epochs = 3
      """;

  private static String refusal(String... settings) {
    return assertThrows(
            JobException.class, () -> JobReader.read(TEXTS, "job.conf", List.of(settings)))
        .getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          model.topology=many-to-one | model.output = ctc needs model.topology = many-to-many
          data.target.column= | model.output = ctc needs data.target.column
          training.label-smoothing=0.1 | training.label-smoothing needs model.output = softmax
          training.balance-classes=true | training.balance-classes needs model.output = softmax
          training.class-weights=[{label=a,weight=2}] | training.class-weights needs model.output
          model.ctc.beam-width=0 | model.ctc.beam-width must be at least 1, got 0
          """)
  void isRefused(String setting, String expected) {
    String message = refusal(setting);
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().filter(line -> line.contains(", got ")).count(), message);
  }

  @Test
  void textsAreNotCut() {
    String message = refusal("data.max-length.steps=9", "data.max-length.action=split");
    assertTrue(
        message.contains(
            "data.max-length.action = split cannot be used with model.output = ctc, whose texts"
                + " cannot be cut where sequences are, got split (--set data.max-length.action):"
                + " set data.max-length.action = reject"),
        message);
  }

  @Test
  void keysOfTextsBelongToThem() {
    String tokens = refusal("model.output=softmax", "data.target.tokens=characters");
    assertTrue(
        tokens.contains("data.target.tokens needs model.output = ctc, whose targets are texts"),
        tokens);
    String beam = refusal("model.output=softmax", "model.ctc.beam-width=2");
    assertTrue(beam.contains("model.ctc.beam-width belongs to ctc, got one for softmax"), beam);
  }
}
