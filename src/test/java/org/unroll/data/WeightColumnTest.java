package org.unroll.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.config.Job;
import org.unroll.config.JobReader;

/** The weight of a row ({@code data.weight.column}). */
class WeightColumnTest {
  private static RowParser parser(String data) {
    String text =
        """
        data { train = a, %s }
        model { topology = many-to-one, layers = [ { cell = rnn, units = 1 } ] }
        training.epochs = 1
        """;
    Job job = JobReader.read(text.formatted(data), "test.conf", List.of());
    SequenceShape shape = SequenceShape.of(job.data(), job.model().predicted(), Role.TRAIN);
    return new RowParser(job.data(), DataConfigs.columns(job.data(), 3), shape);
  }

  private static TokenRow parse(RowParser parser, String text) throws BadRowException {
    return parser.parse(new RawRecord(0, 0, text.getBytes(UTF_8), null), Delimiter.TAB);
  }

  private static RowParser delimited() {
    return parser("format = delimited, input.column = 1, target.column = 0, weight.column = 2");
  }

  @Test
  void isReadFromAColumn() throws BadRowException {
    assertEquals(2.5f, parse(delimited(), "yes\tabc\t2.5").weight());
    assertEquals(0f, parse(delimited(), "yes\tabc\t-0.0").weight());
    assertEquals(100f, parse(delimited(), "yes\tabc\t 1e2 ").weight());
    RowParser json =
        parser("format = json, input.column = x, target.column = y, weight.column = w");
    assertEquals(0.25f, parse(json, "{\"w\": 0.25, \"x\": \"a\", \"y\": \"b\"}").weight());
    RowParser none = parser("format = delimited, input.column = 1, target.column = 0");
    assertEquals(1f, parse(none, "yes\tabc\t2.5").weight());
  }

  @Test
  void everyPieceOfARowHasIt() throws BadRowException {
    String split = "max-length { steps = 2, action = split }";
    RowParser parser =
        parser(
            "format = delimited, input.column = 1, target.column = 0, weight.column = 2, " + split);
    Vocabulary symbols = Vocabulary.of(Vocabulary.Kind.SYMBOLS, List.of("<unk>", "a"));
    InputCoding inputs = InputCoding.of(symbols);
    ExampleEncoder encoder =
        new ExampleEncoder(
            parser, inputs, TargetCoding.of(Vocabulary.of(Vocabulary.Kind.LABELS, List.of("yes"))));
    List<Example> pieces = encoder.encode(parse(parser, "yes\taaaaa\t3"), 1, 0);
    assertEquals(List.of(3f, 3f, 3f), pieces.stream().map(Example::weight).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "NaN", "inf", "1e39", "", "heavy", "1 2", "0x1", "1f"})
  void mustBeAFiniteNumberFromZero(String weight) {
    var e = assertThrows(BadRowException.class, () -> parse(delimited(), "yes\tabc\t" + weight));
    assertEquals("bad-weight", e.reason());
    assertEquals(
        "the weight of a row (data.weight.column) must be a finite number from 0", e.rule());
    assertEquals("'" + weight + "'", e.value());
  }

  @Test
  void aListIsNoWeight() {
    RowParser json =
        parser("format = json, input.column = x, target.column = y, weight.column = w");
    assertThrows(
        BadRowException.class, () -> parse(json, "{\"w\": [1], \"x\": \"a\", \"y\": \"b\"}"));
  }

  @Test
  void isNeededWhereItIsNamed() {
    var e = assertThrows(BadRowException.class, () -> parse(delimited(), "yes\tabc"));
    assertEquals("too-few-columns", e.reason());
  }
}
