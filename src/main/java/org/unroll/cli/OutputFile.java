package org.unroll.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.unroll.store.ContentWriter;
import org.unroll.store.Directory;
import org.unroll.store.Location;

/**
 * A local file that a command was told to write.
 *
 * @param directory where it goes; exists
 * @param name of the file in it
 */
record OutputFile(Directory directory, String name) {

  /**
   * Makes the directory of a file, so that what cannot be written is told before anything is
   * computed.
   *
   * @param option that names the file, for messages
   * @throws UsageException if the path was meant for a shell
   * @throws org.unroll.store.StoreException if the directory cannot be made
   */
  static OutputFile of(String option, Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null || Files.isDirectory(absolute)) {
      throw new UsageException(option + " must name a file, got the directory " + file);
    }
    if (Location.isForShell(file.toString()) && !Files.isDirectory(parent)) {
      throw new UsageException(Location.problem(file.toString(), option).toString());
    }
    Directory directory = Directory.at(parent);
    directory.create();
    return new OutputFile(directory, absolute.getFileName().toString());
  }

  /** Writes the file, whole or not at all. */
  void write(ContentWriter content) {
    directory.atomicWrite(name, content);
  }
}
