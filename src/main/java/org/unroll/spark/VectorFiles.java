package org.unroll.spark;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.unroll.config.Problem;
import org.unroll.data.DataException;
import org.unroll.data.WordVectors;

/** Reads files of pretrained vectors on the driver, from any Hadoop file system, decompressed. */
public final class VectorFiles {
  private VectorFiles() {}

  /**
   * Reads a file.
   *
   * @param key of the job file that names it, for messages
   * @throws DataException if it is missing, unreadable, or does not fit the job
   */
  public static WordVectors.Coverage read(
      Configuration hadoop, String key, String path, WordVectors vectors) {
    InputFile file = find(hadoop, key, path);
    String name = file.name();
    try (InputStream in = Files.open(hadoop, file, 0)) {
      return vectors.read(in, name);
    } catch (IOException e) {
      throw InputFiles.unreadable(name, e);
    }
  }

  /**
   * Looks for a file, so that a name that is wrong is told before anything else is read.
   *
   * @param key of the job file that names it, for messages
   * @throws DataException if there is not exactly one
   */
  public static void check(Configuration hadoop, String key, String path) {
    find(hadoop, key, path);
  }

  private static InputFile find(Configuration hadoop, String key, String path) {
    List<InputFile> files = InputFiles.list(hadoop, key, path);
    if (files.size() != 1) {
      throw new DataException(
          new Problem(key + " must name one file", files.size() + " files", path, ""));
    }
    return files.get(0);
  }
}
