package org.unroll.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.store.Directory;
import org.unroll.store.StoreException;

class MetricsLogTest {
  private static final String NAME = "metrics.jsonl";

  @TempDir Path folder;

  private Directory directory() {
    return Directory.at(folder);
  }

  private static Map<String, Object> entry(long epoch, long round) {
    var entry = new LinkedHashMap<String, Object>();
    entry.put("epoch", epoch);
    entry.put("round", round);
    entry.put("loss", 1.5);
    return entry;
  }

  /** Three epochs of two rounds, each epoch followed by a record of its own. */
  private void writeRun() {
    try (MetricsLog log = MetricsLog.create(directory(), NAME)) {
      for (long epoch = 1; epoch <= 3; epoch++) {
        log.append(entry(epoch, 2 * epoch - 1));
        log.append(entry(epoch, 2 * epoch));
        log.append(Map.of("epoch", epoch, "valid-loss", 2.0));
      }
      assertEquals(9, log.records());
    }
  }

  private String text() throws IOException {
    return Files.readString(folder.resolve(NAME));
  }

  @Test
  void everyRecordIsThereAtOnce() throws IOException {
    try (MetricsLog log = MetricsLog.create(directory(), NAME)) {
      assertEquals("", text());
      log.append(entry(1, 1));
      assertEquals("{\"epoch\":1,\"round\":1,\"loss\":1.5}\n", text());
    }
    MetricsLog.create(directory(), NAME).close();
    assertEquals("", text());
  }

  @Test
  void resumingDropsWhatFollows() throws IOException {
    writeRun();
    String before = text();
    try (MetricsLog log = MetricsLog.resume(directory(), NAME, 4)) {
      assertEquals(4, log.records());
      log.append(entry(2, 4));
    }
    List<Map<String, Object>> entries = MetricsLog.read(directory(), NAME);
    assertEquals(5, entries.size());
    assertEquals(entry(2, 4), entries.get(4));
    assertTrue(before.startsWith(text()));
  }

  @Test
  void resumingByCountIsExact() throws IOException {
    writeRun();
    String before = text();
    MetricsLog.resume(directory(), NAME, 6).close();
    assertEquals(6, MetricsLog.read(directory(), NAME).size());
    MetricsLog.resume(directory(), NAME, 99).close();
    assertEquals(6, MetricsLog.read(directory(), NAME).size());
    assertTrue(before.startsWith(text()));
  }

  @Test
  void aHalfWrittenLastLineIsPassedOver() throws IOException {
    writeRun();
    String half = "{\"epoch\":4,\"rou";
    Files.writeString(folder.resolve(NAME), half, StandardOpenOption.APPEND);
    assertEquals(9, MetricsLog.read(directory(), NAME).size());
    try (MetricsLog log = MetricsLog.resume(directory(), NAME, 9)) {
      log.append(entry(4, 7));
    }
    assertEquals(10, MetricsLog.read(directory(), NAME).size());
  }

  @Test
  void aBrokenLineWithinIsAnError() throws IOException {
    Files.writeString(folder.resolve(NAME), "{\"epoch\":1}\n{\"epoch\":\n{\"epoch\":2}\n");
    StoreException e = assertThrows(StoreException.class, () -> MetricsLog.read(directory(), NAME));
    assertTrue(e.getMessage().contains("record 2"), e.getMessage());
  }

  @Test
  void resumingWithoutALogBegins() {
    MetricsLog.resume(directory(), NAME, 3).close();
    assertEquals(List.of(), MetricsLog.read(directory(), NAME));
  }

  @Test
  void whatIsNotFiniteBecomesNull() {
    try (MetricsLog log = MetricsLog.create(directory(), NAME)) {
      log.append(Map.of("loss", Double.NaN));
      log.append(Map.of("loss", Float.POSITIVE_INFINITY));
      assertThrows(IllegalArgumentException.class, () -> log.append(Map.of("validLoss", 1)));
      assertThrows(IllegalArgumentException.class, () -> log.append(Map.of("valid_loss", 1)));
    }
    for (Map<String, Object> entry : MetricsLog.read(directory(), NAME)) {
      assertTrue(entry.containsKey("loss"));
      assertNull(entry.get("loss"));
    }
  }
}
