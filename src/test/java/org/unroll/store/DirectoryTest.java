package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every kind of directory must do; each kind inherits these cases. */
abstract class DirectoryTest {
  @TempDir Path folder;

  /** A directory that does not exist, in a folder that does. */
  abstract Directory directory();

  /** Whether {@code rename} may be used for whole directories. */
  boolean renamesAtomically() {
    return true;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Directory directory, String name) {
    return new String(directory.readBytes(name, 1000), StandardCharsets.UTF_8);
  }

  @Test
  void beginsAsNothing() {
    Directory directory = directory();
    assertFalse(directory.exists());
    assertFalse(directory.exists("a"));
    assertTrue(directory.list().isEmpty());
    assertFalse(directory.delete("a"));
    assertThrows(StoreException.class, () -> directory.length("a"));
    assertThrows(StoreException.class, () -> directory.open("a").close());
    assertEquals(renamesAtomically(), directory.renamesAtomically());
  }

  @Test
  void isMadeOnce() {
    assertTrue(directory().createNew());
    assertFalse(directory().createNew());
    directory().create();
    assertTrue(directory().exists());
    directory().child("b").child("c").create();
    assertTrue(directory().child("b").child("c").exists());
    assertTrue(directory().parent().orElseThrow().exists(name(directory())));
  }

  private static String name(Directory directory) {
    return directory.location().substring(directory.location().lastIndexOf('/') + 1);
  }

  @Test
  void replacesFilesWhole() {
    Directory directory = directory();
    directory.create();
    directory.writeText("a", "one");
    directory.writeText("a", "second");
    assertEquals("second", text(directory, "a"));
    assertEquals(6, directory.length("a"));
    assertEquals(1, directory.list().size(), directory.list().toString());
    assertEquals(new Directory.Entry("a", false, 6), directory.list().get(0));
  }

  @Test
  void keepsTheOldFileWhenWritingFails() {
    Directory directory = directory();
    directory.create();
    directory.writeText("a", "one");
    ContentWriter failing =
        out -> {
          out.write(new byte[200_000]);
          throw new IOException("No space left on device");
        };
    StoreException e =
        assertThrows(StoreException.class, () -> directory.atomicWrite("a", failing));
    assertTrue(e.getMessage().contains("free space"), e.getMessage());
    assertThrows(
        IllegalStateException.class,
        () ->
            directory.atomicWrite(
                "a",
                out -> {
                  out.write(1);
                  throw new IllegalStateException("bug");
                }));
    assertEquals("one", text(directory, "a"));
    assertThrows(StoreException.class, () -> directory.atomicWrite("b", failing));
    assertEquals(1, directory.list().size(), directory.list().toString());
  }

  @Test
  void createsExclusively() {
    Directory directory = directory();
    directory.create();
    assertTrue(directory.createExclusive("lock", utf8("one")));
    assertFalse(directory.createExclusive("lock", utf8("two")));
    assertEquals("one", text(directory, "lock"));
    assertTrue(directory.delete("lock"));
    assertTrue(directory.createExclusive("lock", utf8("three")));
    assertEquals(1, directory.list().size());
  }

  @Test
  void appends() throws IOException {
    Directory directory = directory();
    directory.create();
    for (String part : new String[] {"one\n", "two\n"}) {
      try (OutputStream out = directory.append("log")) {
        out.write(utf8(part));
        out.flush();
      }
    }
    assertArrayEquals(utf8("one\ntwo\n"), directory.readBytes("log", 1000));
  }

  @Test
  void renamesAndDeletes() {
    Directory directory = directory();
    directory.child("d").create();
    directory.child("d").writeText("a", "x");
    directory.rename("d", "e");
    assertEquals("x", text(directory.child("e"), "a"));
    directory.child("f").create();
    assertThrows(StoreException.class, () -> directory.rename("e", "f"));
    assertThrows(StoreException.class, () -> directory.rename("none", "g"));
    assertTrue(directory.delete("e"));
    assertFalse(directory.exists("e"));
  }

  @Test
  void refusesPathsForNames() {
    Directory directory = directory();
    for (String name : new String[] {"", ".", "..", "a/b", "../x", "/x", "a\0b", "a\\b"}) {
      assertThrows(StoreException.class, () -> directory.child(name), name);
      assertThrows(StoreException.class, () -> directory.writeText(name, "x"), name);
      assertThrows(StoreException.class, () -> directory.delete(name), name);
    }
  }

  @Test
  void takesNamesThatLookLikeUris() {
    Directory directory = directory();
    directory.create();
    directory.writeText("a:b c%20", "x");
    assertEquals("x", text(directory, "a:b c%20"));
  }

  @Test
  void readsNoMoreThanTheLimit() {
    Directory directory = directory();
    directory.create();
    directory.writeText("a", "12345");
    assertEquals(5, directory.readBytes("a", 5).length);
    assertThrows(StoreException.class, () -> directory.readBytes("a", 4));
  }
}
