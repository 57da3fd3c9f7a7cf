package org.unroll.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.config.Job;
import org.unroll.config.JobReader;

/** Targets that are texts of their own length ({@code model.output = ctc}). */
class TextTargetTest {
  private static RowParser parser(String data) {
    String text =
        """
        data { train = a, %s }
        model {
          topology = many-to-many, output = ctc, layers = [ { cell = rnn, units = 1 } ]
        }
        training.epochs = 1
        """;
    Job job = JobReader.read(text.formatted(data), "test.conf", List.of());
    SequenceShape shape = SequenceShape.of(job.data(), job.model().predicted(), Role.TRAIN);
    return new RowParser(job.data(), DataConfigs.columns(job.data(), 2), shape);
  }

  private static RowParser rows(String more) {
    return parser("format = delimited, target.column = 1, " + more);
  }

  private static RowParser json(String more) {
    return parser("format = json, input.column = x, target.column = y, " + more);
  }

  private static TokenRow parse(RowParser parser, String text) throws BadRowException {
    return parser.parse(new RawRecord(0, 0, text.getBytes(UTF_8), null), Delimiter.TAB);
  }

  private static List<String> targets(RowParser parser, String row) throws BadRowException {
    return parse(parser, row).targets();
  }

  @Test
  void isCutIntoWordsOrCharacters() throws BadRowException {
    assertEquals(List.of("one", "two"), targets(rows("target.tokens = words"), "abcd\t one  two "));
    assertEquals(
        List.of("o", "n", "é", " ", "😀"),
        targets(rows("target.tokens = characters"), "abcdefgh\t one\u0301 😀 "));
    assertEquals(List.of(), targets(rows("target.tokens = characters"), "abc\t "));
  }

  @Test
  void aListIsCutAlready() throws BadRowException {
    for (String tokens : List.of("words", "characters")) {
      RowParser parser = json("target.tokens = " + tokens);
      assertEquals(
          List.of("one two", "3"), targets(parser, "{\"x\": \"abc\", \"y\": [\"one two\", 3]}"));
      assertEquals(List.of(), targets(parser, "{\"x\": \"abc\", \"y\": []}"));
    }
    var e =
        assertThrows(
            BadRowException.class, () -> targets(json(""), "{\"x\": \"abc\", \"y\": [[1], [2]]}"));
    assertEquals("wrong-type", e.reason());
    assertEquals("a target must be a text or a list of symbols (model.output = ctc)", e.rule());
  }

  @Test
  void aRowWithoutInputIsEmpty() throws BadRowException {
    assertNull(parse(rows(""), "\t"));
    assertEquals(0, parse(rows(""), "\ta b").steps());
  }

  @Test
  void everySymbolTakesAStepAndARepetitionOneMore() throws BadRowException {
    assertEquals(3, targets(rows(""), "abc\tone two one").size());
    assertEquals(2, targets(rows(""), "abc\tone one").size());
    var e = assertThrows(BadRowException.class, () -> parse(rows(""), "abcd\tone one one two"));
    assertEquals("too-short-for-target", e.reason());
    assertEquals(
        "a row must have a step for each symbol of its target, and one more for each that equals"
            + " the one before it (model.output = ctc)",
        e.rule());
    assertEquals("4 steps for 4 symbols with 2 repetitions", e.value());
    assertEquals("mend the row, or leave such rows out: data.bad-rows = skip", e.fix());
  }

  @Test
  void truncatedRowsMustStillHaveTheSteps() throws BadRowException {
    RowParser parser = rows("max-length.steps = 3");
    assertEquals(3, parse(parser, "abcdef\tone two").steps());
    var e = assertThrows(BadRowException.class, () -> parse(parser, "abcdef\tone two three four"));
    assertEquals("too-short-for-target", e.reason());
    assertEquals(
        "3 steps (of 6, cut by data.max-length.steps) for 4 symbols with 0 repetitions", e.value());
    assertEquals("raise data.max-length.steps, or set data.max-length.action = reject", e.fix());
  }

  @Test
  void isEncodedWhole() throws BadRowException {
    Vocabulary symbols = Vocabulary.of(Vocabulary.Kind.SYMBOLS, List.of("<unk>", "a", "b"));
    TargetCoding targets =
        TargetCoding.of(Vocabulary.of(Vocabulary.Kind.LABELS, List.of("one", "two")));
    RowParser parser = rows("");
    TokenRow row = parse(parser, "aabb\ttwo three two");
    ExampleEncoder strict = new ExampleEncoder(parser, InputCoding.of(symbols), targets);
    assertEquals(
        "unknown-label",
        assertThrows(BadRowException.class, () -> strict.encode(row, 1, 0)).reason());
    ExampleEncoder lenient = new ExampleEncoder(parser, InputCoding.of(symbols), targets, true);
    List<Example> examples = lenient.encode(row, 1, 0);
    assertEquals(1, examples.size());
    assertEquals(4, examples.get(0).steps());
    assertArrayEquals(
        new int[] {1, Example.UNKNOWN_TARGET, 1}, examples.get(0).targets().symbols());
    assertEquals(List.of("three"), lenient.unknownTargets(row));
  }
}
