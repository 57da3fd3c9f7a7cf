package org.unroll.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.unroll.store.StoreException;

/** Files that {@code --out} and {@code --plot} name. */
class OutputFileTest {
  @TempDir Path folder;

  @Test
  void isWrittenWithItsDirectory() throws IOException {
    Path file = folder.resolve("new/plot.svg");
    OutputFile.of("--plot", file).write(out -> out.write('x'));
    assertEquals("x", Files.readString(file));
  }

  @Test
  void whatCannotBeWrittenIsToldAtOnce() throws IOException {
    UsageException shell =
        assertThrows(UsageException.class, () -> OutputFile.of("--plot", Path.of("~/a/plot.svg")));
    assertTrue(
        shell.getMessage().contains("got ~/a/plot.svg (--plot): write /"), shell.getMessage());
    UsageException directory =
        assertThrows(UsageException.class, () -> OutputFile.of("--out", folder));
    assertEquals("--out must name a file, got the directory " + folder, directory.getMessage());
    Files.writeString(folder.resolve("file"), "");
    assertThrows(
        StoreException.class, () -> OutputFile.of("--out", folder.resolve("file/plot.svg")));
  }
}
