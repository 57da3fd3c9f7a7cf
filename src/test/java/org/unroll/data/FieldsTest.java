package org.unroll.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.config.Job;
import org.unroll.config.JobReader;

/** Real values, further fields, and lines of JSON. */
class FieldsTest {
  private static final String VALUES =
      "input { column = %s, tokens = features, width = 2 }, target.column = %s";

  private static RowParser parser(String data, String topology) {
    String text =
        "data { train = a, %s }, training.epochs = 1, model { topology = %s, layers = [ { cell ="
            + " rnn, units = 1 } ] }";
    Job job =
        JobReader.read(
            text.formatted(data, topology),
            "test.conf",
            data.contains("fields") ? List.of("model.embedding=3") : List.of());
    SequenceShape shape = SequenceShape.of(job.data(), job.model().predicted(), Role.TRAIN);
    return new RowParser(job.data(), DataConfigs.columns(job.data(), 2), shape);
  }

  private static RowParser delimited(String topology) {
    return parser("format = delimited, " + VALUES.formatted("0", "1"), topology);
  }

  private static RowParser json(String topology) {
    return parser("format = json, " + VALUES.formatted("x", "y"), topology);
  }

  private static RowParser fields() {
    return parser(
        """
        format = json, input { column = words, tokens = words }, target.column = tags
        fields = [
          { name = case, column = words, tokens = words, embedding = 2 }
          { name = pitch, column = p, tokens = features, width = 1 }
          { name = beat, column = b, tokens = features, width = 2 }
        ]
        """,
        "many-to-many");
  }

  private static TokenRow parse(RowParser parser, String text) throws BadRowException {
    return parser.parse(new RawRecord(0, 0, text.getBytes(UTF_8), null), Delimiter.TAB);
  }

  @Test
  void numbersOfAColumn() throws BadRowException {
    TokenRow row = parse(delimited("many-to-one"), "1 -2.5  3e2\t4\tyes".replaceFirst("\t", " "));
    assertEquals(2, row.steps());
    assertArrayEquals(new double[] {1, -2.5, 300, 4}, row.features());
    assertEquals(List.of("yes"), row.targets());
    assertEquals(List.of(), row.symbols());
    TokenRow tags = parse(delimited("many-to-many"), ".5 6. 7 8\ta b");
    assertArrayEquals(new double[] {.5, 6, 7, 8}, tags.features());
    assertEquals(List.of("a", "b"), tags.targets());
    assertEmptyButLabelled(parse(delimited("many-to-one"), "  \tyes"));
    assertNull(parse(delimited("many-to-one"), "  \t "), "an empty row");
  }

  @Test
  void numbersOfJson() throws BadRowException {
    String nested = "{\"other\": {\"x\": [1]}, \"x\": [[1, -2.5], [3e2, 4]], \"y\": \"yes\"}";
    assertArrayEquals(
        new double[] {1, -2.5, 300, 4}, parse(json("many-to-one"), nested).features());
    String flat = "{\"y\": 7, \"x\": [1, -2.5, 3e2, 4]}";
    TokenRow row = parse(json("many-to-one"), flat);
    assertArrayEquals(new double[] {1, -2.5, 300, 4}, row.features());
    assertEquals(List.of("7"), row.targets());
    TokenRow tags = parse(json("many-to-many"), "{\"x\": [[0, 1], [2, 3]], \"y\": [0, 1]}");
    assertEquals(List.of("0", "1"), tags.targets());
    assertEmptyButLabelled(parse(json("many-to-one"), "{\"x\": [], \"y\": \"yes\"}"));
    assertNull(parse(json("many-to-one"), "{\"x\": [], \"y\": \"\"}"), "an empty row");
  }

  private static void assertEmptyButLabelled(TokenRow row) {
    assertEquals(0, row.steps());
    assertEquals(List.of("yes"), row.targets());
  }

  @Test
  void fieldsBesideEachOther() throws BadRowException {
    TokenRow row =
        parse(
            fields(),
            "{\"words\": [\"Ab\", \"c d\"], \"p\": [1, 2], \"b\": [[3, 4], [5, 6]], \"tags\": \"X"
                + " Y\"}");
    assertEquals(List.of(List.of("Ab", "c d"), List.of("Ab", "c d")), row.symbols());
    assertArrayEquals(new double[] {1, 3, 4, 2, 5, 6}, row.features());
    assertEquals(List.of("X", "Y"), row.targets());
  }

  @Test
  void fieldsAreEncodedByTheirOwnVocabularies() throws BadRowException {
    Vocabulary first = Vocabulary.of(Vocabulary.Kind.SYMBOLS, List.of("<unk>", "Ab"));
    Vocabulary second = Vocabulary.of(Vocabulary.Kind.SYMBOLS, List.of("<unk>", "x", "c", "Ab"));
    Vocabulary tags = Vocabulary.of(Vocabulary.Kind.LABELS, List.of("X", "Y"));
    InputCoding coding =
        new InputCoding(
            List.of(first, second),
            new FeatureScaler(new double[] {1, 0, 0}, new double[] {0.5, 1, 0}));
    ExampleEncoder encoder = new ExampleEncoder(fields(), coding, TargetCoding.of(tags));
    TokenRow row =
        parse(
            fields(),
            "{\"words\": \"Ab c\", \"p\": [1, 2], \"b\": [3, 4, 5, 6], \"tags\": \"X Y\"}");
    Example example = encoder.encode(row, 1, 2).get(0);
    assertEquals(2, example.steps());
    assertArrayEquals(new int[] {1, 3, 0, 2}, example.inputs());
    assertArrayEquals(new float[] {0, 3, 0, 2, 5, 0}, example.features());
    assertArrayEquals(new int[] {0, 1}, example.targets().symbols());
  }

  @Test
  void longRowsAreCutInAllFields() throws BadRowException {
    String limit = "max-length { steps = 1, action = %s }, ";
    String data = "format = delimited, " + limit + VALUES.formatted("0", "1");
    TokenRow cut = parse(parser(data.formatted("truncate"), "many-to-many"), "1 2 3 4\ta b");
    assertArrayEquals(new double[] {1, 2}, cut.features());
    assertEquals(List.of("a"), cut.targets());
    assertEquals(1, cut.steps());
    RowParser split = parser(data.formatted("split"), "many-to-many");
    Vocabulary tags = Vocabulary.of(Vocabulary.Kind.LABELS, List.of("a", "b"));
    List<Example> parts =
        new ExampleEncoder(
                split, new InputCoding(List.of(), FeatureScaler.none(2)), TargetCoding.of(tags))
            .encode(parse(split, "1 2 3 4\ta b"), 1, 0);
    assertEquals(2, parts.size());
    assertArrayEquals(new float[] {3, 4}, parts.get(1).features());
    assertArrayEquals(new int[] {1}, parts.get(1).targets().symbols());
  }

  /** They are centred before they are rounded, so that a difference of 30 seconds is left. */
  @Test
  void largeNumbersKeepTheirDifferences() throws BadRowException {
    double[] times = {1_700_000_000, 1_700_000_030};
    String nested = "{\"x\": [[1700000000, 1700000030]], \"y\": \"a\"}";
    assertArrayEquals(times, parse(json("many-to-one"), nested).features());
    String flat = "{\"x\": [1700000000, 1700000030], \"y\": \"a\"}";
    assertArrayEquals(times, parse(json("many-to-one"), flat).features());
    assertArrayEquals(
        times, parse(delimited("many-to-one"), "1700000000 1700000030\ta").features());
    FeatureScaler scaler =
        new FeatureScaler(new double[] {1_700_000_015, 0}, new double[] {15, 1e9});
    assertArrayEquals(new float[] {-1, 1.70000003f}, scaler.apply(times));
  }

  /** The hash chooses validation rows, so that numbers without such a difference keep theirs. */
  @Test
  void rowsOfLargeNumbersAreToldApart() {
    Content.Numbers before = new Content.Numbers(new double[] {1_700_000_000});
    Content.Numbers after = new Content.Numbers(new double[] {1_700_000_030});
    assertNotEquals(before.hash(), after.hash());
    assertEquals(
        new Content.Numbers(new double[] {0.1f}).hash(),
        new Content.Numbers(new double[] {0.1}).hash());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 2 3      | ragged-width | multiple of 2, the features of a step (data.input.width), got 3
          1 NaN      | not-finite   | got NaN as feature 2 of step 1
          1 2 3 inf  | not-finite   | feature 2 of step 2
          1 1e39     | not-finite   | got 1.0E39 as feature 2
          1 two      | not-a-number | got 'two' as number 2 of the row
          1 2f       | not-a-number | '2f'
          0x1p3 2    | not-a-number | '0x1p3'
          1,2        | not-a-number | '1,2'
          """)
  void badNumbersOfAColumn(String numbers, String reason, String message) {
    assertBad(delimited("many-to-one"), numbers + "\tyes", reason, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"x": [[1, 2], [3]], "y": 1}      | ragged-width  | 2 features (data.input.width), got 1 in step 2
          {"x": [1, 2, 3], "y": 1}          | ragged-width  | multiple of 2
          {"x": [[1, NaN]], "y": 1}         | not-finite    | NaN as feature 2 of step 1
          {"x": [[1, "a"]], "y": 1}         | wrong-type    | the text 'a' as feature 2 of step 1 of x
          {"x": [[1, 2], 3], "y": 1}        | wrong-type    | 3 as step 2 of x
          {"x": [1, null], "y": 1}          | wrong-type    | null as item 2 of x
          {"x": {"a": 1}, "y": 1}           | wrong-type    | an object as x
          {"x": [1, "a"], "y": 1}           | not-a-number  | 'a'
          {"x": [1, 2]}                     | missing-field | must have the field 'y', got none
          {"x": null, "y": 1}               | missing-field | must have the field 'x', got null
          {"x": [1, 2], "y": [1, 2]}        | wrong-type    | a label must be text or a number, got a list
          [1, 2]                            | invalid-json  | got a list
          {"x": [1, 2], "y": 1              | invalid-json  | one JSON object
          {"x": [1, 2], "x": [1], "y": 1}   | invalid-json  | the field 'x' twice
          {"x": [1, 2], "y": 1} {}          | invalid-json  | more behind it
          """)
  void badLinesOfJson(String line, String reason, String message) {
    assertBad(json("many-to-one"), line, reason, message);
  }

  @Test
  void fieldsOfOtherLengths() {
    assertBad(
        fields(),
        "{\"words\": \"a b\", \"p\": [1, 2, 3], \"b\": [[1, 2]], \"tags\": \"X Y\"}",
        "fields-differ",
        "as many steps as data.input, got 3 in field 'pitch', 2 in data.input");
    assertBad(
        fields(),
        "{\"words\": [[1]], \"p\": [1], \"b\": [[1, 2]], \"tags\": \"X\"}",
        "wrong-type",
        "must hold text or a list of tokens");
  }

  @Test
  void allFieldsAreComparedWhereTheInputIsEmpty() {
    assertBad(
        fields(),
        "{\"words\": \"\", \"p\": [1, 2], \"b\": [], \"tags\": \"\"}",
        "fields-differ",
        "got 2 in field 'pitch', 0 in data.input");
    assertBad(
        fields(),
        "{\"words\": \"\", \"p\": [], \"b\": [], \"tags\": \"X Y Z\"}",
        "tags-differ",
        "got 3 tags for 0 tokens");
  }

  @ParameterizedTest
  @CsvSource({"[, ]", "{\"a\":, }"})
  void whatIsNotWantedMayHaveAnyDepthAndLength(String open, String close) throws BadRowException {
    String deep = open.repeat(2000) + "1".repeat(2000) + close.repeat(2000);
    String line = "{\"o\": " + deep + ", \"x\": \"a\", \"y\": 1, \"i\": 1}";
    assertEquals(List.of("1"), parse(text("words", "many-to-one"), line).targets());
  }

  private static RowParser text(String tokens, String topology) {
    return parser(
        "format = json, input { column = x, tokens = "
            + tokens
            + " }, target.column = y, id.column = i",
        topology);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"x": "a", "y": 1, "i": 1}               | a     | 1     | 1
          {"x": ["a", 1], "y": 1.0, "i": 1.0}      | a 1   | 1     | 1
          {"x": [2, 1.0, 1e1], "y": 1e0, "i": "1"} | 2 1 10| 1     | 1
          {"x": ["a", 1.50], "y": "1.0", "i": -0}  | a 1.5 | 1.0   | 0
          {"x": 7.0, "y": true, "i": "q"}          | 7     | true  | q
          {"x": "7.0", "y": "true", "i": "1.0"}    | 7.0   | true  | 1.0
          """)
  void numbersHaveOneNameAndTextsStayAsTheyAre(String line, String x, String y, String id)
      throws BadRowException {
    TokenRow row = parse(text("words", "many-to-one"), line);
    assertEquals(List.of(x.split(" ")), row.symbols().get(0));
    assertEquals(List.of(y), row.targets());
    assertEquals(id, row.id());
  }

  @Test
  void tagsThatAreNumbersHaveOneNameEach() throws BadRowException {
    TokenRow row =
        parse(text("words", "many-to-many"), "{\"x\": \"a b\", \"y\": [1, 1.0], \"i\": 0}");
    assertEquals(List.of("1", "1"), row.targets());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"x": NaN, "y": 1, "i": 1}            | not-finite     | got NaN
          {"x": ["a", NaN], "y": 1, "i": 1}     | not-finite     | got NaN
          {"x": [1, Infinity], "y": 1, "i": 1}  | not-finite     | got Infinity
          {"x": "a", "y": NaN, "i": 1}          | not-finite     | a value must be text or a finite number, got NaN
          {"x": "a", "y": -Infinity, "i": 1}    | not-finite     | got -Infinity
          {"x": "a", "y": 1, "i": NaN}          | not-finite     | got NaN
          {"x": "a \\ud83d", "y": 1, "i": 1}  | half-character | text must consist of whole characters, got half a surrogate pair, \\ud83d, as character 3 of 'x'
          {"x": ["a", "\\ude00"], "y": 1, "i": 1} | half-character | \\ude00, as character 1 of item 2 of 'x'
          {"x": "a", "y": "\\ude00\\ud83d", "i": 1} | half-character | of 'y'
          {"x": "a", "y": 1, "i": "\\ud83d!"} | half-character | of 'i'
          {"x": "a", "y": [1], "i": 1}          | wrong-type     | got a list
          """)
  void badValuesOfJson(String line, String reason, String message) {
    assertBad(text("words", "many-to-one"), line, reason, message);
  }

  @Test
  void whatIsNotNamedIsNotLookedAt() throws BadRowException {
    TokenRow row =
        parse(
            text("characters", "many-to-one"),
            "{\"o\": {\"a\": 1, \"a\": 2}, \"o\": [NaN, {\"b\": \"\\ud83d\"}], \"x\":"
                + " \"\\ud83d\\ude00\", \"y\": 1, \"i\": 1}");
    assertEquals(List.of(List.of("\ud83d\ude00")), row.symbols());
  }

  @Test
  void tagsPerWordAreNotTagsPerCharacter() {
    BadRowException bad =
        assertThrows(
            BadRowException.class,
            () ->
                parse(
                    text("characters", "many-to-many"),
                    "{\"x\": \"we go\", \"y\": \"P V\", \"i\": 1}"));
    assertEquals("set data.input.tokens = words, for there is one tag per word", bad.fix());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          words    | many-to-many | {"x": "a b", "y": "c d e", "i": 1} | such as translations, are not supported yet
          features | many-to-many | {"x": [1, 2], "y": "hello", "i": 1} | such as that of a recording, set model.output = ctc
          features | many-to-many | {"x": [1, 2], "y": [[1], [2]], "i": 1} | model.output = linear predicts real values
          words    | many-to-one  | {"x": "a", "y": ["p", "q"], "i": 1} | for several labels in a row set model.output = sigmoid
          words    | many-to-one  | {"x": {"a": 1}, "y": "p", "i": 1}  | data of this structure is not supported
          words    | many-to-one  | {"x": [["a"]], "y": "p", "i": 1}   | data of this structure is not supported
          features | many-to-one  | {"x": ["a"], "y": "p", "i": 1}     | tokens = words or characters reads text
          """)
  void whatManyRowsAreLikeIsNamed(String tokens, String topology, String line, String message) {
    RowParser parser = text(tokens.equals("features") ? "features, width = 1" : tokens, topology);
    BadRowException bad = assertThrows(BadRowException.class, () -> parse(parser, line));
    assertTrue(bad.ifMany().contains(message), bad.ifMany());
  }

  private static void assertBad(RowParser parser, String line, String reason, String message) {
    BadRowException bad = assertThrows(BadRowException.class, () -> parse(parser, line));
    assertEquals(reason, bad.reason(), bad.getMessage());
    assertTrue(bad.getMessage().contains(message), bad.getMessage());
  }
}
