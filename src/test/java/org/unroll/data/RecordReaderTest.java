package org.unroll.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where records begin and end, whatever stretches a file is read in. */
class RecordReaderTest {
  private static InputStream from(byte[] bytes, long position) {
    return new ByteArrayInputStream(bytes, (int) position, bytes.length - (int) position);
  }

  private static List<String> records(RecordReader reader) throws IOException {
    List<String> records = new ArrayList<>();
    for (RawRecord r = reader.next(); r != null; r = reader.next()) {
      String defect = r.defect() == null ? "" : "!" + r.defect().reason();
      records.add(r.offset() + ":" + new String(r.bytes(), UTF_8) + defect);
    }
    return records;
  }

  private static List<String> lines(String text, int maxBytes) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    return records(new LineReader(from(bytes, 0), 0, bytes.length, maxBytes));
  }

  private static List<String> csv(String text, int maxBytes) throws IOException {
    return records(new CsvReader(from(text.getBytes(UTF_8), 0), maxBytes));
  }

  @Test
  void lines() throws IOException {
    assertEquals(List.of("0:a", "2:", "3:b", "6:c\rd"), lines("a\n\nb\r\nc\rd", 9));
    assertEquals(List.of("0:a"), lines("\uFEFFa\n", 9));
    assertEquals(List.of("0:"), lines("\r\n", 9));
    assertEquals(List.of(), lines("", 9));
  }

  @Test
  void longLinesAreReported() throws IOException {
    assertEquals(List.of("0:abc", "4:abcd!too-long", "9:x"), lines("abc\nabcd\nx", 3));
    assertEquals(List.of("0:abc", "5:abcd!too-long"), lines("abc\r\nabcdefg\r\n", 3));
  }

  @Test
  void everyLineBelongsToOneStretch() throws IOException {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(30);
      for (int i = 0; i < length; i++) {
        text.append("ab\r\n\n".charAt(random.nextInt(5)));
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      List<String> whole = lines(text.toString(), 5);
      for (int size = 1; size < 8; size++) {
        List<String> found = new ArrayList<>();
        for (int start = 0; start < bytes.length; start += size) {
          int end = Math.min(bytes.length, start + size);
          InputStream in = from(bytes, Math.max(0, start - 1));
          found.addAll(records(new LineReader(in, start, end, 5)));
        }
        assertEquals(whole, found, text.toString());
      }
    }
  }

  @Test
  void quotedFieldsSpanLines() throws IOException {
    assertEquals(List.of("0:a,\"b\n\"\"c\"", "10:d"), csv("a,\"b\n\"\"c\"\nd\r\n", 99));
    assertEquals(List.of("0:\"a\nb\"", "9:c"), csv("\uFEFF\"a\nb\"\nc", 99));
    assertEquals(List.of("0:5\" wide,x"), csv("5\" wide,x\n", 99));
  }

  @Test
  void brokenQuotingCostsOneLine() throws IOException {
    assertEquals(List.of("0:\"a!bad-quoting", "3:b", "5:c"), csv("\"a\nb\nc", 99));
    assertEquals(List.of("0:\"a\"b!bad-quoting", "5:c"), csv("\"a\"b\nc\n", 99));
    assertEquals(
        List.of("0:\"a!bad-quoting", "3:\"b!bad-quoting", "6:c"), csv("\"a\n\"b\nc\n", 99));
    assertEquals(List.of("0:\"a!bad-quoting", "3:bcdef", "9:g"), csv("\"a\nbcdef\ng", 6));
  }

  @Test
  void longCsvRecords() throws IOException {
    assertEquals(List.of("0:abc", "4:abcde!too-long", "12:x"), csv("abc\nabcdefg\nx", 3));
    assertEquals(List.of("0:abc", "5:abcd!too-long", "10:x"), csv("abc\r\nabcd\nx", 3));
  }

  private static String segments(byte[] bytes, int start, long end, int size, boolean words)
      throws IOException {
    RecordReader reader = new SegmentReader(from(bytes, start), start, end, size, words);
    StringBuilder text = new StringBuilder();
    for (RawRecord r = reader.next(); r != null; r = reader.next()) {
      text.append(r.offset()).append(':').append(new String(r.bytes(), UTF_8)).append('|');
    }
    return text.toString();
  }

  @Test
  void segmentsCutNothingApart() throws IOException {
    byte[] text = "ab \u65e5\u672c\u8a9e cd\r\nef gh".getBytes(UTF_8);
    // The first multiple of 4 falls into the first character after the blank.
    assertEquals(
        "0:ab \u65e5\u672c\u8a9e|12: cd\r\n|17:ef |20:gh|",
        segments(text, 0, Long.MAX_VALUE, 4, false));
    assertEquals("0:ab \u65e5\u672c\u8a9e|12: cd\r|16:\nef gh|", segments(text, 0, 22, 4, true));
  }

  @Test
  void segmentsDoNotDependOnWhoReadsThem() throws IOException {
    Random random = new Random(4);
    for (int round = 0; round < 100; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(60); i >= 0; i--) {
        text.append("a \n\u65e5\u0301".charAt(random.nextInt(5)));
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      for (boolean words : new boolean[] {true, false}) {
        String whole = segments(bytes, 0, Long.MAX_VALUE, 8, words);
        StringBuilder parts = new StringBuilder();
        for (int start = 0; start < bytes.length; start += 16) {
          boolean last = start + 16 >= bytes.length;
          parts.append(segments(bytes, start, last ? Long.MAX_VALUE : start + 16, 8, words));
        }
        assertEquals(whole, parts.toString());
        String joined = whole.replaceAll("\\d+:", "").replace("|", "");
        assertEquals(text.toString(), joined);
      }
    }
  }

  @Test
  void textWithoutGoodPlacesIsStillCut() throws IOException {
    String text = "\u65e5".repeat(60_000);
    RecordReader reader =
        new SegmentReader(from(text.getBytes(UTF_8), 0), 0, Long.MAX_VALUE, 1000, false);
    RawRecord first = reader.next();
    assertEquals(1002, first.bytes().length);
    assertEquals(1002, reader.next().offset());
    assertTrue(new String(first.bytes(), UTF_8).indexOf('\uFFFD') < 0);
  }
}
