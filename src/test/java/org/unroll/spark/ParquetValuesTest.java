package org.unroll.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.unroll.config.DataConfig.Delimiter;
import org.unroll.config.Job;
import org.unroll.config.JobReader;
import org.unroll.data.BadRowException;
import org.unroll.data.Columns;
import org.unroll.data.DataException;
import org.unroll.data.RawRecord;
import org.unroll.data.Role;
import org.unroll.data.RowParser;
import org.unroll.data.SequenceShape;
import org.unroll.data.TokenRow;

/** What values of annotated types mean, read without Spark. */
class ParquetValuesTest {
  @TempDir Path directory;

  private static final String WORDS = "input { column = x, tokens = words }, target.column = y";
  private static final String FRAMES =
      "input { column = x, tokens = features, width = 2 }, target.column = y";

  /** Writes rows and reads them as a job does; in place of a bad row stands its message. */
  private List<Object> read(String data, String schema, List<Consumer<Group>> rows)
      throws IOException {
    MessageType type = MessageTypeParser.parseMessageType("message rows { " + schema + " }");
    Path file = directory.resolve("rows.parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toString()))
            .withType(type)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .build()) {
      for (Consumer<Group> row : rows) {
        Group group = new SimpleGroupFactory(type).newGroup();
        row.accept(group);
        writer.write(group);
      }
    }
    Job job =
        JobReader.read(
            "data { format = parquet, train = a, "
                + data
                + " }, model { topology = many-to-one, layers = [ { cell = rnn, units = 1 } ] },"
                + " training.epochs = 1",
            "test.conf",
            List.of());
    Columns columns = Columns.of(job.data());
    RowParser parser =
        new RowParser(
            job.data(), columns, SequenceShape.of(job.data(), job.model().predicted(), Role.TRAIN));
    String name = file.toString();
    InputFile input = new InputFile(file.toUri().toString(), name, name, Files.size(file), "");
    ReadUnit unit = new ReadUnit(Role.TRAIN, input, 0, Long.MAX_VALUE);
    List<Object> found = new ArrayList<>();
    try (ParquetRecords records =
        new ParquetRecords(new Configuration(), unit, columns.names(), -1)) {
      for (RawRecord row = records.next(); row != null; row = records.next()) {
        try {
          found.add(parser.parse(row, Delimiter.TAB));
        } catch (BadRowException e) {
          found.add(e.reason() + ": " + e.getMessage());
        }
      }
    }
    return found;
  }

  private static Consumer<Group> row(String x, Object y) {
    return row -> {
      row.append("x", x);
      if (y instanceof String text) {
        row.append("y", text);
      } else if (y instanceof Integer number) {
        row.append("y", number);
      } else if (y instanceof Double number) {
        row.append("y", number);
      } else if (y instanceof Binary bytes) {
        row.append("y", bytes);
      }
    };
  }

  private static String show(Object row) {
    return row instanceof TokenRow tokens
        ? String.join(" ", tokens.symbols().get(0)) + " -> " + String.join(" ", tokens.targets())
        : String.valueOf(row);
  }

  private List<String> show(String schema, List<Consumer<Group>> rows) throws IOException {
    return read(WORDS, schema, rows).stream().map(ParquetValuesTest::show).toList();
  }

  @Test
  void aColumnThatIsThereTwiceIsOnlyRefusedWhereItIsRead() {
    MessageType all =
        MessageTypeParser.parseMessageType(
            "message rows { required binary x (STRING); required binary x (STRING);"
                + " required int32 y; }");
    assertEquals(1, new ParquetRow(all, List.of("y"), -1, "a.parquet").schema().getFieldCount());
    assertEquals(
        "a column that the job names must be there once, got 'x', which is there twice"
            + " (a.parquet): rename one of the columns",
        assertThrows(
                DataException.class, () -> new ParquetRow(all, List.of("y", "x"), -1, "a.parquet"))
            .getMessage());
  }

  @Test
  void columnsOfJsonAreReadAsLinesOfJsonAre() throws IOException {
    assertEquals(
        List.of(
            "bad day -> 1",
            "fine -> a",
            "7 -> 1",
            "wrong-type: a field must hold text, a number, a list of these, or a list of lists of"
                + " numbers, got an object as x",
            "missing-field: a row must have a value in the column 'x', got JSON's null",
            "half-character: text must consist of whole characters, got half a surrogate pair,"
                + " \\ud83d, as character 1 of 'x'"),
        show(
            "required binary x (JSON); required binary y (JSON); optional binary z (BSON);",
            List.of(
                row("[\"bad\", \"day\"]", "1.0"),
                row("\"fine\"", "\"a\""),
                row("7.0", "1"),
                row("{\"a\": 1}", "1"),
                row("null", "1"),
                row("\"\\ud83d\"", "1"))));
    List<Object> broken =
        read(
            WORDS,
            "required binary x (JSON); required binary y (STRING);",
            List.of(row("a day", "1")));
    assertTrue(
        broken.get(0).toString().contains("'x', a column of JSON, must be one value of JSON"),
        broken.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "0x3C00, 1",
    "0xC000, -2",
    "0x2E66, 0.0999755859375",
    "0x7BFF, 65504",
    "0x0001, 5.9604644775390625e-8",
    "0x03FF, 6.097555160522461e-5",
    "0x0400, 6.103515625e-5",
    "0x8000, -0.0",
    "0x7C00, Infinity",
    "0xFC00, -Infinity",
    "0x7E00, NaN"
  })
  void halfPrecisionIsExact(String bits, float value) {
    int half = Integer.decode(bits);
    assertEquals(value, ParquetValue.half(new byte[] {(byte) half, (byte) (half >> 8)}));
  }

  private static Binary half(int bits) {
    return Binary.fromConstantByteArray(new byte[] {(byte) bits, (byte) (bits >> 8)});
  }

  @Test
  void halfPrecisionIsReadEverywhere() throws IOException {
    String list =
        "optional group x (LIST) { repeated group list { required fixed_len_byte_array(2) element"
            + " (FLOAT16); } } required fixed_len_byte_array(2) y (FLOAT16);";
    List<Object> rows =
        read(
            FRAMES,
            list,
            List.of(
                row -> {
                  Group x = row.addGroup("x");
                  x.addGroup("list").append("element", half(0x3C00));
                  x.addGroup("list").append("element", half(0x3800));
                  row.append("y", half(0x4000));
                }));
    TokenRow row = (TokenRow) rows.get(0);
    assertArrayEquals(new double[] {1, 0.5}, row.features());
    assertEquals(List.of("2"), row.targets());
  }

  @Test
  void numbersAreOneLabelWhateverTheirType() throws IOException {
    assertEquals(
        List.of("a -> 1", "b -> 2"),
        show("required binary x (STRING); required int32 y;", List.of(row("a", 1), row("b", 2))));
    String nothing = "not-finite: a value must be text or a finite number, got ";
    assertEquals(
        List.of("a -> 1", "b -> 2.5", nothing + "NaN", nothing + "-Infinity"),
        show(
            "required binary x (STRING); required double y;",
            List.of(
                row("a", 1.0),
                row("b", 2.5),
                row("c", Double.NaN),
                row("d", Double.NEGATIVE_INFINITY))));
    assertEquals(
        List.of("a -> 1.5"),
        show(
            "required binary x (STRING); required int32 y (DECIMAL(9,2));",
            List.of(row("a", 150))));
  }

  @Test
  void columnsWithoutATypeHoldNulls() throws IOException {
    assertEquals(
        List.of("a -> p"),
        show(
            "required binary x (STRING); required binary y (STRING); optional int32 z (UNKNOWN);"
                + " optional group s { optional group t { optional int96 u; } }",
            List.of(row("a", "p"))));
    assertEquals(
        List.of("missing-field: a row must have a value in the column 'y', got null"),
        show("required binary x (STRING); optional int32 y (UNKNOWN);", List.of(row("a", null))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          binary y (BSON)
          fixed_len_byte_array(16) y (UUID)
          fixed_len_byte_array(2) y
          int32 y (DATE)
          int64 y (TIMESTAMP(MILLIS,true))
          int32 y (TIME(MILLIS,true))
          """)
  void typesThatAreNotReadAreRefused(String column) {
    String schema = "required binary x (STRING); optional " + column + ";";
    String said =
        assertThrows(DataException.class, () -> show(schema, List.of(row("a", null)))).getMessage();
    assertTrue(said.contains("got optional " + column), said);
  }
}
