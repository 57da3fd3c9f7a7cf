package org.unroll.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.store.Directory;

/** Reads event files back with a reader that shares nothing with the writer. */
class TensorBoardLogTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_700_000_000, 250_000_000), ZoneOffset.UTC);

  @TempDir Path folder;

  private Directory directory() {
    return Directory.at(folder);
  }

  private List<byte[]> records(int file) throws IOException {
    String name = directory().list().get(file).name();
    assertTrue(name.startsWith("events.out.tfevents.17000000"), name);
    ByteBuffer in =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name))).order(ByteOrder.LITTLE_ENDIAN);
    var records = new ArrayList<byte[]>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertEquals(maskedCrc(length), in.getInt());
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(data);
      assertEquals(maskedCrc(data), in.getInt());
      records.add(data);
    }
    return records;
  }

  /** Bit by bit from the reversed Castagnoli polynomial, and the mask of TFRecord's definition. */
  private static int maskedCrc(byte[] bytes) {
    int crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82f63b78;
      }
    }
    crc = ~crc;
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }

  /** Fields of a message: varints and fixed numbers as Long, the rest as byte[]. */
  private static Map<Integer, List<Object>> fields(Object message) {
    ByteBuffer in = ByteBuffer.wrap((byte[]) message).order(ByteOrder.LITTLE_ENDIAN);
    var fields = new LinkedHashMap<Integer, List<Object>>();
    while (in.hasRemaining()) {
      long tag = varint(in);
      Object value =
          switch ((int) (tag & 7)) {
            case 0 -> varint(in);
            case 1 -> in.getLong();
            case 2 -> {
              byte[] bytes = new byte[(int) varint(in)];
              in.get(bytes);
              yield bytes;
            }
            case 5 -> (long) in.getInt();
            default -> throw new AssertionError("wire type " + (tag & 7));
          };
      fields.computeIfAbsent((int) (tag >> 3), key -> new ArrayList<>()).add(value);
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private static String text(Object bytes) {
    return new String((byte[]) bytes, StandardCharsets.UTF_8);
  }

  @Test
  void writesWhatTensorBoardReads() throws IOException {
    var scalars = new LinkedHashMap<String, Number>();
    scalars.put("loss/train", 1.5);
    scalars.put("größe", 3);
    TensorBoardLog log = TensorBoardLog.create(directory(), "ho st/1", CLOCK);
    log.scalars(300, scalars);
    // Not closed yet: every event must already be readable.
    List<byte[]> records = records(0);
    log.close();
    assertEquals(3, records.size());
    Map<Integer, List<Object>> first = fields(records.get(0));
    assertEquals("brain.Event:2", text(first.get(3).get(0)));
    assertEquals(1_700_000_000.25, Double.longBitsToDouble((Long) first.get(1).get(0)));
    // The first start that a reader sees is the beginning; only later ones make it forget.
    assertEquals(List.of(0L), starts(records));
    Map<Integer, List<Object>> second = fields(records.get(2));
    assertEquals(300L, second.get(2).get(0));
    List<Object> values = fields(second.get(5).get(0)).get(1);
    var read = new LinkedHashMap<String, Float>();
    for (Object value : values) {
      Map<Integer, List<Object>> fields = fields(value);
      read.put(
          text(fields.get(1).get(0)),
          Float.intBitsToFloat(((Long) fields.get(2).get(0)).intValue()));
    }
    assertEquals(Map.of("loss/train", 1.5f, "größe", 3f), read);
    assertEquals("events.out.tfevents.1700000000.ho-st-1", directory().list().get(0).name());
  }

  /** Steps of the session starts among events. */
  private static List<Long> starts(List<byte[]> records) {
    return records.stream()
        .map(TensorBoardLogTest::fields)
        .filter(event -> event.containsKey(7))
        .peek(event -> assertEquals(List.of(1L), fields(event.get(7).get(0)).get(1)))
        .map(event -> (Long) event.get(2).get(0))
        .toList();
  }

  /** Steps of the values among events. */
  private static List<Long> steps(List<byte[]> records) {
    return records.stream()
        .map(TensorBoardLogTest::fields)
        .filter(event -> event.containsKey(5))
        .map(event -> (Long) event.get(2).get(0))
        .toList();
  }

  /** Two epochs of three rounds and a round; the first has been validated. */
  private static final List<Map<String, Object>> KEPT =
      List.of(
          Map.of("kind", "round", "round", 1L, "train-loss", 3.0),
          Map.of("kind", "round", "round", 2L, "train-loss", 2.5),
          Map.of("kind", "round", "round", 3L, "train-loss", 2.0),
          Map.of("kind", "epoch", "round", 3L, "train-loss", 2.5, "valid-loss", 2.25),
          Map.of("kind", "round", "round", 4L, "train-loss", 1.75));

  /**
   * Readers forget what a killed run wrote beyond its checkpoint: one at a start, for all tags; the
   * other at the next value of a tag, for that tag alone. So each tag's last value comes again.
   */
  @Test
  void resumingBeginsALaterFileInWhichEveryTagComesAgain() throws IOException {
    TensorBoardLog.create(directory(), "h", CLOCK).close();
    TensorBoardLog.resume(directory(), "h", CLOCK, KEPT).close();
    assertEquals(2, directory().list().size());
    List<byte[]> records = records(1);
    assertEquals("brain.Event:2", text(fields(records.get(0)).get(3).get(0)));
    // Two, because files of older releases hold none.
    assertEquals(List.of(3L, 3L), starts(records));
    assertEquals(List.of(3L, 3L, 4L), steps(records));
  }

  @Test
  void whoeverBeginsAgainForgetsAll() throws IOException {
    TensorBoardLog.create(directory(), "h", CLOCK).close();
    TensorBoardLog.resume(directory(), "h", CLOCK, List.of()).close();
    assertEquals(List.of(0L, 0L), starts(records(1)));
    assertEquals(List.of(), steps(records(1)));
  }

  /** Files are read in the order of their names, whatever the clock of a resuming machine says. */
  @Test
  void aLaterFileSortsBehind() {
    directory().writeText("events.out.tfevents.1700009999.other", "x");
    TensorBoardLog.create(directory(), "h", CLOCK).close();
    assertEquals("events.out.tfevents.1700010000.h", directory().list().get(1).name());
  }

  @Test
  void crcMatchesItsPublishedCheckValue() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    int crc = 0xe3069283;
    int masked = (crc >>> 15 | crc << 17) + 0xa282ead8;
    assertEquals(masked, maskedCrc(digits));
    assertEquals(masked, TensorBoardLog.maskedCrc(digits, 0, digits.length));
  }
}
