package org.unroll.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.unroll.config.DataConfig;
import org.unroll.config.DataConfig.Delimiter;

/** How many columns delimited rows have, and what becomes of rows that have others. */
class ColumnsTest {
  private static final DataConfig NAMED = DataConfigs.named("text", "label").build();
  private static final DataConfig NUMBERED = DataConfigs.delimited(1, 0).build();

  private static Columns columns(DataConfig data, String file, String content) {
    byte[] bytes = content.getBytes(UTF_8);
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    RecordReader reader =
        file.endsWith(".csv") ? new CsvReader(in, 99) : new LineReader(in, 0, bytes.length, 99);
    try {
      return Columns.of(data, Columns.beginning(data, reader), file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String refused(DataConfig data, String file, String content) {
    return assertThrows(DataException.class, () -> columns(data, file, content)).getMessage();
  }

  /** Line feeds, tabs: written so that a row of a table can hold them. */
  private static String unescape(String text) {
    return text.replace("\\n", "\n").replace("\\t", "\t");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          a.csv | pos,good, very      | too-many-columns | put fields that hold a comma into quotes
          a.csv | pos,good,           | too-many-columns | remove the separator at its end
          a.csv | pos                 | too-few-columns  | separate columns by commas
          a.csv | pos,"good, very"    | right            |
          a.csv | pos,                | right            |
          a.tsv | pos\\tgood\\tvery   | too-many-columns | remove tabs from fields
          a.tsv | pos\\tgood\\t       | too-many-columns | remove the separator at its end
          a.tsv | pos,good            | too-few-columns  | separate columns by tabs
          a.tsv | pos\\tgood, very    | right            |
          """)
  void aRowHasAsManyColumnsAsTheHeader(String file, String row, String reason, String fix)
      throws BadRowException {
    boolean comma = file.endsWith(".csv");
    Columns columns = columns(NAMED, file, comma ? "label,text\n" : "label\ttext\n");
    Delimiter delimiter = comma ? Delimiter.COMMA : Delimiter.TAB;
    List<String> fields = DelimitedParser.fields(unescape(row), delimiter);
    if (reason.equals("right")) {
      columns.check(fields, delimiter);
      return;
    }
    BadRowException bad =
        assertThrows(BadRowException.class, () -> columns.check(fields, delimiter));
    assertEquals(reason, bad.reason());
    String found = fields.size() == 1 ? "1 column" : fields.size() + " columns";
    assertEquals(
        "a row must have 2 columns like the header of " + file + ", got " + found,
        bad.getMessage());
    assertTrue(bad.fix().contains(fix), bad.fix());
  }

  @Test
  void withoutAHeaderTheFirstRowSaysHowMany() {
    Columns columns = columns(NUMBERED, "a.csv", "\n\npos,good\nneg,bad, really\nx,y\n");
    assertEquals(2, columns.width());
    assertEquals("the first row of a.csv", columns.like());
    assertThrows(
        BadRowException.class, () -> columns.check(List.of("a", "b", "c"), Delimiter.COMMA));
    assertEquals(1, columns(DataConfigs.delimited(0, -1).build(), "a.tsv", "a\n").width());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          named    | label,text\\nx,a,b\\ny,c,d\\n  | a header must name every column of the rows, got 2 columns in the header [label, text] and 3 in each of the 2 rows after it (a.csv:1)
          named    | label,text\\nx\\ny,c,d\\n      | and 1 to 3 in each of the 2 rows
          numbered | 1,good\\n,x,a\\n,y,b\\n        | all rows must have as many columns as the first, got 2 columns in the first row and 3 in each
          numbered | good\\nx,a\\ny,b\\n            | data.input.column must be one of the columns 0 to 0, counted from 0, got 1 (a.csv:1)
          named    | text;label\\na;x\\n            | data.input.column must be one of the columns [text;label], got 'text'
          named    | label,"text\\nx,a\\n           | a field that starts with a quote must end with one
          """)
  void aBeginningThatDoesNotFitIsTold(String by, String content, String message) {
    String said = refused(by.equals("named") ? NAMED : NUMBERED, "a.csv", unescape(content));
    assertTrue(said.contains(message), said);
    assertTrue(said.contains("a.csv:1"), said);
  }

  @Test
  void oneRowAloneProvesNothing() {
    assertEquals(2, columns(NAMED, "a.csv", "label,text\nx,a,b\n").width());
    assertEquals(2, columns(NAMED, "a.csv", "label,text\nx,a,b\ny,c,d\nx,y\n").width());
  }

  @Test
  void aHeaderMustBeUtf8() {
    RawRecord header = new RawRecord(0, 0, new byte[] {'a', (byte) 0xFF}, null);
    String said =
        assertThrows(DataException.class, () -> Columns.of(NAMED, List.of(header), "a.tsv"))
            .getMessage();
    assertTrue(said.contains("text must be valid UTF-8"), said);
  }

  @Test
  void allFilesHaveAsManyColumns() {
    DataConfig data = DataConfigs.delimited(1, 0).header().build();
    Columns columns = columns(data, "a.tsv", "label\ttext\nx\ta\n");
    columns.check(data, new RawRecord(0, 0, "class\tsentence".getBytes(UTF_8), null), "b.tsv");
    RawRecord other = new RawRecord(0, 0, "id\tlabel\ttext".getBytes(UTF_8), null);
    String said =
        assertThrows(DataException.class, () -> columns.check(data, other, "b.tsv")).getMessage();
    assertTrue(
        said.contains(
            "all files must have 2 columns like the header of a.tsv, got [id, label, text]"),
        said);
  }
}
