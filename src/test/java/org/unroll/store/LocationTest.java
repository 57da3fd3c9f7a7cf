package org.unroll.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories of models and runs as users write them. */
class LocationTest {
  @TempDir Path folder;

  private static String refused(String location) {
    return assertThrows(StoreException.class, () -> Directory.at(location, new Configuration()))
        .getMessage();
  }

  @Test
  void aColonIsNoScheme() {
    assertEquals("./run:1", Directory.at("run:1", new Configuration()).location());
    assertEquals("/a:b/c", Directory.at("/a:b/c", new Configuration()).location());
    assertEquals("/a/b", Directory.at("file:/a/b", new Configuration()).location());
    assertEquals("/a/b", Directory.at("file:///a/b", new Configuration()).location());
  }

  @Test
  void whatOnlyAShellReplaces() {
    String rule =
        "a path must be written out: only a shell replaces ~ and $NAME, and only outside of quotes";
    String home = System.getProperty("user.home");
    assertEquals(rule + ", got ~/runs/a: write " + home + "/runs/a", refused("~/runs/a"));
    assertEquals(
        rule + ", got ${NO_SUCH_NAME}/a: write the whole path", refused("${NO_SUCH_NAME}/a"));
  }

  @Test
  void whatIsReallyCalledSo() throws IOException {
    Path odd = Files.createDirectory(folder.resolve("$HOME"));
    assertEquals(odd.toString(), Directory.at(odd.toString(), new Configuration()).location());
  }
}
