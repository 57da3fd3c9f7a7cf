package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.unroll.store.OutputDirectory.Existing;

class OutputDirectoryTest {
  @TempDir Path folder;

  private Directory runs() {
    return Directory.at(folder.resolve("runs"));
  }

  private Directory target() {
    return Directory.at(folder.resolve("out"));
  }

  private void finishedRun() {
    try (OutputDirectory output = OutputDirectory.open(target(), Existing.REFUSE)) {
      output.model().create();
      output.model().writeText("config.json", "{}");
      output.checkpoints().child("round-000001").create();
      output.rejected().create();
      for (String name : new String[] {"metrics.jsonl", "report.html", "events.out.tfevents.1.h"}) {
        output.directory().writeText(name, "x");
      }
      output.writeRun(Map.of("epochs", 3));
    }
  }

  @Test
  void freshOnesCountUp() {
    for (int n = 1; n <= 11; n++) {
      try (OutputDirectory output = OutputDirectory.fresh(runs(), "names")) {
        assertEquals(folder.resolve("runs/names-" + n).toString(), output.directory().location());
        assertFalse(output.resumed());
      }
    }
    runs().delete("names-4");
    runs().child("names-x").create();
    runs().child("other-99").create();
    OutputDirectory.fresh(runs(), "names").close();
    assertTrue(runs().exists("names-12"));
  }

  private void assertNewest(String expected) {
    assertEquals(
        Optional.ofNullable(expected).map(name -> runs().child(name).location()),
        OutputDirectory.newest(runs(), "names").map(Directory::location));
  }

  /** An attempt that failed at the start does not stand before the run that was interrupted. */
  @Test
  void theNewestIsTheNewestThatBegan() {
    assertNewest(null);
    for (int n = 1; n <= 12; n++) {
      try (OutputDirectory output = OutputDirectory.fresh(runs(), "names")) {
        if (n == 2 || n == 10) {
          output.writeRun(Map.of("outcome", "interrupted"));
        }
      }
    }
    runs().child("names-13").create();
    assertNewest("names-10");
    runs().delete("names-10");
    assertNewest("names-2");
    runs().delete("names-2");
    assertNewest(null);
  }

  @Test
  void onlyWhatHoldsNothingIsAbandoned() {
    try (OutputDirectory blank = OutputDirectory.fresh(runs(), "names")) {
      blank.abandon();
    }
    assertFalse(runs().exists("names-1"));
    try (OutputDirectory rows = OutputDirectory.fresh(runs(), "names")) {
      rows.rejected().create();
      rows.abandon();
    }
    assertTrue(runs().child("names-1").exists("rejected"));
    try (OutputDirectory begun = OutputDirectory.fresh(runs(), "names")) {
      begun.writeRun(Map.of("outcome", "running"));
      begun.abandon();
    }
    assertTrue(runs().child("names-2").exists("run.json"));
    try (OutputDirectory named = OutputDirectory.open(target(), Existing.REFUSE)) {
      named.abandon();
    }
    assertTrue(target().exists("run.json"));
  }

  @Test
  void freshOnesAreNeverShared() {
    var names = new TreeSet<String>();
    IntStream.range(0, 40)
        .parallel()
        .mapToObj(i -> OutputDirectory.fresh(runs(), "job").directory().location())
        .forEach(
            name -> {
              synchronized (names) {
                assertTrue(names.add(name), name);
              }
            });
    assertEquals(40, names.size());
  }

  @Test
  void jobNamesBecomeFileNames() {
    for (String job : new String[] {"a/b", "..", "", "../../etc", "x y"}) {
      OutputDirectory.fresh(runs(), job).close();
    }
    assertEquals(5, runs().list().size());
    assertEquals(1, Directory.at(folder).list().size());
  }

  @Test
  void anExistingRunIsRefused() {
    finishedRun();
    StoreException e =
        assertThrows(StoreException.class, () -> OutputDirectory.open(target(), Existing.REFUSE));
    assertTrue(e.getMessage().contains("--overwrite"), e.getMessage());
    assertTrue(e.getMessage().contains("--resume"), e.getMessage());
    assertTrue(target().exists("report.html"));
    assertFalse(target().exists("lock"));
  }

  @Test
  void overwritingDeletesOnlyWhatARunWrites() throws IOException {
    finishedRun();
    Path precious = Files.createDirectory(folder.resolve("precious"));
    Files.writeString(precious.resolve("data"), "x");
    target().delete("model");
    Files.createSymbolicLink(folder.resolve("out/model"), precious);
    target().writeText("notes.txt", "mine");
    target().child("lib").create();
    try (OutputDirectory output = OutputDirectory.open(target(), Existing.OVERWRITE)) {
      assertFalse(output.resumed());
      assertEquals(
          "[lib, lock, notes.txt, run.json]",
          target().list().stream().map(Directory.Entry::name).toList().toString());
      assertEquals(Map.of("written-by", "unroll"), output.readRun());
    }
    assertTrue(Files.exists(precious.resolve("data")));
  }

  @ParameterizedTest
  @EnumSource(Existing.class)
  void whatIsNotOursIsLeftAlone(Existing existing) {
    target().create();
    target().child("model").create();
    target().writeText("report.html", "mine");
    StoreException e =
        assertThrows(StoreException.class, () -> OutputDirectory.open(target(), existing));
    assertTrue(e.getMessage().contains("model, report.html"), e.getMessage());
    target().writeText("run.json", "{\"tool\":\"another\"}");
    assertThrows(StoreException.class, () -> OutputDirectory.open(target(), existing));
    target().writeText("run.json", "not json");
    assertThrows(StoreException.class, () -> OutputDirectory.open(target(), existing));
    assertEquals(3, target().list().size());
  }

  @Test
  void resumingGoesOnOrBegins() {
    try (OutputDirectory output = OutputDirectory.open(target(), Existing.RESUME)) {
      assertFalse(output.resumed());
      output.writeRun(Map.of("epochs", 3));
    }
    try (OutputDirectory output = OutputDirectory.open(target(), Existing.RESUME)) {
      assertTrue(output.resumed());
      assertEquals(3L, output.readRun().get("epochs"));
    }
  }

  @Test
  void aRunThatDiedBeforeItBeganIsNoObstacle() {
    target().create();
    target().writeText(Directory.TEMPORARY_PREFIX + "1", "x");
    OutputDirectory.open(target(), Existing.REFUSE).close();
    assertTrue(target().exists("run.json"));
  }

  /** A wrong path in the job: whoever mends it may call again, and still loses nothing. */
  @Test
  void aRunThatFailedBeforeItTrainedIsNoObstacle() {
    OutputDirectory.open(target(), Existing.REFUSE).close();
    target().writeText("report.html", "mine");
    try (OutputDirectory output = OutputDirectory.open(target(), Existing.REFUSE)) {
      assertFalse(output.resumed());
      output.writeRun(Map.of("outcome", "running"));
    }
    assertTrue(target().exists("report.html"));
    assertThrows(StoreException.class, () -> OutputDirectory.open(target(), Existing.REFUSE));
  }

  @ParameterizedTest
  @EnumSource(
      value = Existing.class,
      names = {"OVERWRITE", "RESUME"})
  void aRunningRunIsNotTouched(Existing existing) {
    try (OutputDirectory running = OutputDirectory.open(target(), Existing.REFUSE)) {
      running.directory().writeText("metrics.jsonl", "x");
      assertThrows(StoreException.class, () -> OutputDirectory.open(target(), existing));
      assertTrue(target().exists("metrics.jsonl"));
    }
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    Files.writeString(folder.resolve("out"), "x");
    StoreException e =
        assertThrows(
            StoreException.class, () -> OutputDirectory.open(target(), Existing.OVERWRITE));
    assertTrue(e.getMessage().contains("must be a directory"), e.getMessage());
    StoreException below =
        assertThrows(
            StoreException.class,
            () -> OutputDirectory.open(target().child("below"), Existing.REFUSE));
    assertTrue(below.getMessage().contains(folder.resolve("out").toString()), below.getMessage());
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNamed() {
    // Nobody, root included, makes directories there.
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "no /proc on this system");
    Directory directory = Directory.at(Path.of("/proc/unroll-run"));
    StoreException e =
        assertThrows(StoreException.class, () -> OutputDirectory.open(directory, Existing.REFUSE));
    assertTrue(e.getMessage().contains("cannot create directory /proc/unroll-run"), e.getMessage());
  }
}
