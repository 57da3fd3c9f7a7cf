package org.unroll.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.config.DataConfig.TooLong;
import org.unroll.config.Predicted;
import org.unroll.config.Topology;

class ExampleEncoderTest {
  private static final Vocabulary FRAMED =
      Vocabulary.of(Vocabulary.Kind.FRAMED, List.of("<unk>", "<s>", "</s>", "a", "b", "c"));
  private static final Vocabulary PLAIN =
      Vocabulary.of(Vocabulary.Kind.SYMBOLS, List.of("<unk>", "a", "b", "c"));
  private static final Vocabulary LABELS = Vocabulary.of(Vocabulary.Kind.LABELS, List.of("O", "X"));

  private static RawRecord record(byte[] bytes) {
    return new RawRecord(17, 0, bytes, null);
  }

  private static RowParser parser(DataConfig data, Topology topology) {
    return new RowParser(
        data,
        DataConfigs.columns(data, 2),
        SequenceShape.of(data, Predicted.classes(topology), Role.TRAIN));
  }

  private static List<Example> encode(DataConfig data, Topology topology, String text)
      throws BadRowException {
    RowParser parser = parser(data, topology);
    boolean framed = parser.shape().inputs() == Vocabulary.Kind.FRAMED;
    Vocabulary inputs = framed ? FRAMED : PLAIN;
    Vocabulary targets = parser.shape().languageModel() ? inputs : LABELS;
    List<Example> examples =
        new ExampleEncoder(parser, InputCoding.of(inputs), TargetCoding.of(targets))
            .encode(record(text.getBytes(UTF_8)), Delimiter.TAB, ExampleEncoder.fileId("f"));
    TokenRow row = parser.parse(record(text.getBytes(UTF_8)), Delimiter.TAB);
    assertEquals(examples.size(), row == null ? 0 : parser.shape().sequences(row));
    return examples;
  }

  private static String show(List<Example> examples) {
    return examples.stream()
        .map(e -> Arrays.toString(e.inputs()) + Arrays.toString(e.targets().symbols()))
        .collect(Collectors.joining(" "));
  }

  private static String lines(DataConfigs data, String text) throws BadRowException {
    return show(encode(data.build(), Topology.MANY_TO_MANY, text));
  }

  private static String label(DataConfigs data, String text) throws BadRowException {
    return show(encode(data.build(), Topology.MANY_TO_ONE, text));
  }

  private static BadRowException bad(DataConfigs data, Topology topology, String text) {
    return assertThrows(BadRowException.class, () -> encode(data.build(), topology, text));
  }

  @Test
  void unknownLabelsMayBeTargetsThatAreNoClass() throws BadRowException {
    DataConfig data = DataConfigs.delimited(0, 1).build();
    RowParser parser = parser(data, Topology.MANY_TO_MANY);
    ExampleEncoder encoder =
        new ExampleEncoder(parser, InputCoding.of(PLAIN), TargetCoding.of(LABELS), true);
    TokenRow row = parser.parse(record("ab\tO Z".getBytes(UTF_8)), Delimiter.TAB);
    Example example = encoder.encode(row, 1, 2).get(0);
    assertArrayEquals(new int[] {0, Example.UNKNOWN_TARGET}, example.targets().symbols());
    assertEquals(List.of("Z"), encoder.unknownTargets(row));
    assertEquals(
        "unknown-label",
        bad(DataConfigs.delimited(0, 1), Topology.MANY_TO_MANY, "ab\tO Z").reason());
  }

  @Test
  void languageModel() throws BadRowException {
    assertEquals("[1, 3, 4][3, 4, 2]", lines(DataConfigs.lines(), "ab"));
    assertEquals("[1, 0][0, 2]", lines(DataConfigs.lines(), "z"));
    assertEquals("", lines(DataConfigs.lines(), ""));
  }

  @Test
  void languageModelWithLimit() throws BadRowException {
    DataConfigs truncated = DataConfigs.lines().maxLength(2, TooLong.TRUNCATE);
    assertEquals("[1, 3][3, 4]", lines(truncated, "abc"));
    assertEquals("[1, 3][3, 4]", lines(truncated, "ab"));
    assertEquals("[1, 3][3, 2]", lines(truncated, "a"));
    DataConfigs split = DataConfigs.lines().maxLength(2, TooLong.SPLIT);
    assertEquals("[1, 3][3, 4] [4, 5][5, 2]", lines(split, "abc"));
    assertEquals("[1, 3][3, 4] [4][2]", lines(split, "ab"));
    BadRowException rejected =
        bad(DataConfigs.lines().maxLength(2, TooLong.REJECT), Topology.MANY_TO_MANY, "ab");
    assertEquals("a sequence must have at most 2 steps, got 3", rejected.getMessage());
  }

  @Test
  void streamPiecesOverlapByOneSymbol() throws BadRowException {
    assertEquals("[1, 2][2, 3] [3, 1][1, 2]", lines(DataConfigs.stream(2), "abcab"));
    assertEquals("[1, 0][0, 2] [2][3]", lines(DataConfigs.stream(2), "a\r\nbc"));
    assertEquals("", lines(DataConfigs.stream(2), "a"));
  }

  @Test
  void labels() throws BadRowException {
    DataConfigs words = DataConfigs.delimited(0, 1).words();
    assertEquals("[1, 0, 2][1]", label(words, "a zz b\t X "));
    assertEquals("", label(words, "  \tX"));
    DataConfigs split = DataConfigs.delimited(0, 1).maxLength(2, TooLong.SPLIT);
    assertEquals("[1, 2][0] [3][0]", label(split, "abc\tO"));
    assertEquals("unknown-label", bad(words, Topology.MANY_TO_ONE, "a\tY").reason());
    assertEquals("no-label", bad(words, Topology.MANY_TO_ONE, "a\t ").reason());
    assertEquals("too-few-columns", bad(words, Topology.MANY_TO_ONE, "a").reason());
  }

  /** Models may have been made when 1.0 was another label than 1. */
  @Test
  void labelsThatAreNumbersAreFoundByNumber() throws BadRowException {
    Vocabulary labels = Vocabulary.of(Vocabulary.Kind.LABELS, List.of("2.0", "1.0", "v1"));
    DataConfig data = DataConfigs.json("x", "y").build();
    RowParser parser = parser(data, Topology.MANY_TO_ONE);
    ExampleEncoder encoder =
        new ExampleEncoder(parser, InputCoding.of(PLAIN), TargetCoding.of(labels));
    for (String one : List.of("1", "1.0", "1e0", "\"1.0\"", "\"1\"")) {
      byte[] line = ("{\"x\": \"a\", \"y\": " + one + "}").getBytes(UTF_8);
      assertArrayEquals(
          new int[] {1}, encoder.encode(record(line), Delimiter.TAB, 0).get(0).targets().symbols());
    }
    byte[] version = "{\"x\": \"a\", \"y\": \"1.00\"}".getBytes(UTF_8);
    BadRowException unknown =
        assertThrows(
            BadRowException.class, () -> encoder.encode(record(version), Delimiter.TAB, 0));
    assertEquals("write the number as the training data does, '1.0'", unknown.fix());
  }

  @Test
  void tags() throws BadRowException {
    DataConfigs words = DataConfigs.delimited(0, 1).words();
    assertEquals("[1, 2][0, 1]", show(encode(words.build(), Topology.MANY_TO_MANY, "a b\tO X")));
    assertEquals(
        "a row must have one tag per token, got 1 tag for 2 tokens",
        bad(words, Topology.MANY_TO_MANY, "a b\tO").getMessage());
    DataConfigs truncated = DataConfigs.delimited(0, 1).words().maxLength(1, TooLong.TRUNCATE);
    assertEquals("[1][0]", show(encode(truncated.build(), Topology.MANY_TO_MANY, "a b\tO X")));
  }

  @Test
  void identitiesAreOfThePlace() throws BadRowException {
    DataConfig split = DataConfigs.lines().maxLength(1, TooLong.SPLIT).build();
    List<Example> parts = encode(split, Topology.MANY_TO_MANY, "aa");
    assertEquals(3, parts.stream().map(Example::id).distinct().count());
    assertEquals(parts.get(0).id(), encode(split, Topology.MANY_TO_MANY, "b").get(0).id());
    assertNotEquals(ExampleEncoder.fileId("f"), ExampleEncoder.fileId("g"));
  }

  @Test
  void truncationIsNoticed() throws BadRowException {
    DataConfig data = DataConfigs.lines().maxLength(2, TooLong.TRUNCATE).build();
    RowParser parser = parser(data, Topology.MANY_TO_MANY);
    assertFalse(parser.parse(record("abc".getBytes(UTF_8)), Delimiter.TAB).whole());
    assertNull(parser.parse(record(new byte[0]), Delimiter.TAB));
  }

  @Test
  void malformedTextIsLocated() {
    DataConfig data = DataConfigs.lines().build();
    RowParser parser = parser(data, Topology.MANY_TO_MANY);
    BadRowException thrown =
        assertThrows(
            BadRowException.class,
            () -> parser.parse(record(new byte[] {'a', 'b', (byte) 0xFF, 'c'}), Delimiter.TAB));
    assertEquals(
        "text must be valid UTF-8, got byte 0xFF as byte 3 of the record", thrown.getMessage());
  }

  @Test
  void replacementCharactersAreText() throws BadRowException {
    assertEquals("[1, 0][0, 2]", lines(DataConfigs.lines(), "\uFFFD"));
  }

  @Test
  void inputsOfTextToPredict() {
    DataConfig data = DataConfigs.lines().build();
    ExampleEncoder language =
        new ExampleEncoder(
            parser(data, Topology.MANY_TO_MANY), InputCoding.of(FRAMED), TargetCoding.of(FRAMED));
    assertArrayEquals(new int[] {1, 3, 0}, language.inputs("ax", new CharacterTokenizer(false)));
    DataConfig rows = DataConfigs.delimited(0, 1).build();
    ExampleEncoder labels =
        new ExampleEncoder(
            parser(rows, Topology.MANY_TO_ONE), InputCoding.of(PLAIN), TargetCoding.of(LABELS));
    assertArrayEquals(new int[] {1, 3}, labels.inputs("ac", new CharacterTokenizer(false)));
  }

  @Test
  void fields() {
    assertEquals(List.of("a", "", "\"b"), DelimitedParser.fields("a\t\t\"b", Delimiter.TAB));
    assertEquals(
        List.of("a,\"x\"\n", "", "b", ""),
        DelimitedParser.fields("\"a,\"\"x\"\"\n\",,b,", Delimiter.COMMA));
    assertEquals(List.of("", "", "c"), DelimitedParser.fields("\"\",,c", Delimiter.COMMA));
    assertEquals(List.of("a,"), DelimitedParser.fields("\"a,\"", Delimiter.COMMA));
  }

  @Test
  void oneToOneTakesOneStepOnly() throws BadRowException {
    DataConfigs data = DataConfigs.delimited(0, 1);
    assertEquals(label(data, "a\tO"), show(encode(data.build(), Topology.ONE_TO_ONE, "a\tO")));
    BadRowException refused = bad(data, Topology.ONE_TO_ONE, "ab\tO");
    assertEquals("several-steps", refused.reason());
    assertTrue(refused.getMessage().contains("one-to-one"), refused.getMessage());
  }
}
