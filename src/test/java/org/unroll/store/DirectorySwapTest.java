package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A kill can come between any two steps of a replacement; a reader always finds a whole. */
class DirectorySwapTest {
  private static final String LAST = "config.json";
  private static final String NEW = Directory.TEMPORARY_PREFIX + "model-new";
  private static final String OLD = Directory.TEMPORARY_PREFIX + "model-old";

  @TempDir Path folder;

  /** A run's directory on a disk and on an object store. */
  private List<Directory> parents() {
    return List.of(
        Directory.at(folder.resolve("disk")),
        HadoopDirectoryTest.open(
            new AbortableFileSystem(), "abortable", folder.resolve("objects").toString()));
  }

  private static void write(Directory directory, String text) {
    directory.create();
    directory.writeText("weights", text);
    directory.writeText("only-in-" + text, text);
    directory.writeText(LAST, text);
  }

  private static void replace(Directory parent, String text) {
    DirectorySwap.replace(parent.child("model"), LAST, beside -> write(beside, text));
  }

  /** Weights, which must be those of the last file. */
  private static String read(Directory parent) {
    return DirectorySwap.read(
        () -> DirectorySwap.find(parent.child("model"), LAST),
        LAST,
        directory -> {
          String weights = new String(directory.readBytes("weights", 100), StandardCharsets.UTF_8);
          assertEquals(weights, new String(directory.readBytes(LAST, 100), StandardCharsets.UTF_8));
          return weights;
        });
  }

  private static List<String> names(Directory directory) {
    return directory.list().stream().map(Directory.Entry::name).toList();
  }

  @Test
  void theNewOneTakesThePlaceOfTheOld() {
    for (Directory parent : parents()) {
      replace(parent, "a");
      assertEquals("a", read(parent));
      replace(parent, "b");
      assertEquals("b", read(parent));
      assertEquals(List.of("model"), names(parent), parent::location);
      assertEquals(List.of(LAST, "only-in-b", "weights"), names(parent.child("model")));
    }
  }

  @Test
  void whatCannotBeWrittenLeavesTheOldOne() {
    for (Directory parent : parents()) {
      replace(parent, "a");
      assertThrows(
          StoreException.class,
          () ->
              DirectorySwap.replace(
                  parent.child("model"),
                  LAST,
                  beside -> {
                    beside.create();
                    beside.writeText("weights", "b");
                    throw new StoreException("No space left on device");
                  }));
      assertEquals("a", read(parent));
      assertEquals(List.of("model"), names(parent), parent::location);
    }
  }

  /** What a kill leaves behind, and what is then to be read. */
  private record Killed(String moment, String expected, List<String> whole, List<String> half) {}

  private static Stream<Killed> moments() {
    return Stream.of(
        new Killed("while the first one was written", "", List.of(), List.of(NEW)),
        new Killed("before the first one was renamed", NEW, List.of(NEW), List.of()),
        new Killed("while one was written", "model", List.of("model"), List.of(NEW)),
        new Killed("when it was written", "model", List.of("model", NEW), List.of()),
        new Killed("between the renames", NEW, List.of(NEW, OLD), List.of()),
        new Killed("while the old one was deleted", "model", List.of("model"), List.of(OLD)),
        new Killed("while copies were made", NEW, List.of(NEW), List.of("model")),
        new Killed("when the new one was lost", OLD, List.of(OLD), List.of(NEW)));
  }

  @ParameterizedTest
  @MethodSource("moments")
  void aKillAtAnyMomentLeavesAWhole(Killed killed) {
    for (Directory parent : parents()) {
      for (String whole : killed.whole()) {
        write(parent.child(whole), whole);
      }
      for (String half : killed.half()) {
        parent.child(half).create();
        parent.child(half).writeText("weights", half);
      }
      if (!killed.expected().isEmpty()) {
        assertEquals(killed.expected(), read(parent));
      }
      // The next writer clears up; should it fail in turn, nothing is lost either.
      assertThrows(
          StoreException.class,
          () ->
              DirectorySwap.replace(
                  parent.child("model"),
                  LAST,
                  beside -> {
                    throw new StoreException("disk full");
                  }));
      if (!killed.expected().isEmpty()) {
        assertEquals(killed.expected(), read(parent));
        assertEquals(List.of("model"), names(parent), parent::location);
      }
      replace(parent, "next");
      assertEquals("next", read(parent));
      assertEquals(List.of("model"), names(parent), parent::location);
    }
  }

  /** A reader that was overtaken begins anew: it never mixes two writings. */
  @Test
  void aReaderSeesOneWritingOnly() {
    Directory parent = parents().get(0);
    replace(parent, "a");
    List<String> seen = new ArrayList<>();
    String result =
        DirectorySwap.read(
            () -> DirectorySwap.find(parent.child("model"), LAST),
            LAST,
            directory -> {
              String config = new String(directory.readBytes(LAST, 100), StandardCharsets.UTF_8);
              if (seen.isEmpty()) {
                replace(parent, "b");
              }
              String weights =
                  new String(directory.readBytes("weights", 100), StandardCharsets.UTF_8);
              seen.add(config + weights);
              return config + weights;
            });
    assertEquals("bb", result);
    assertEquals(List.of("ab", "bb"), seen);
  }

  @Test
  void whatFailsByItselfFailsAtOnce() {
    Directory parent = parents().get(0);
    replace(parent, "a");
    parent.child("model").delete("weights");
    assertThrows(StoreException.class, () -> read(parent));
    assertFalse(parent.exists(NEW));
    assertTrue(parent.child("model").exists(LAST));
  }
}
