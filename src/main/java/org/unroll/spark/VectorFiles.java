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
    try (InputStream in = open(hadoop, key, file)) {
      return vectors.read(in, name);
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw Unreadable.because(name, e);
    }
  }

  private static InputStream open(Configuration hadoop, String key, InputFile file)
      throws IOException {
    String rule = key + " must name vectors written as text";
    return new TextInput(hadoop, rule, false, false).open(file, 0);
  }

  /**
   * Looks at a file, so that one that is wrong is told before anything else is read.
   *
   * @param key of the job file that names it, for messages
   * @throws DataException if there is not exactly one, or it is no text
   */
  public static void check(Configuration hadoop, String key, String path) {
    InputFile file = find(hadoop, key, path);
    try (InputStream in = open(hadoop, key, file)) {
      in.read();
    } catch (IOException e) {
      throw Unreadable.because(file.name(), e);
    }
  }

  private static InputFile find(Configuration hadoop, String key, String path) {
    List<InputFile> files = InputFiles.list(hadoop, key, path).files();
    if (files.size() != 1) {
      throw new DataException(
          new Problem(key + " must name one file", files.size() + " files", path, ""));
    }
    return files.get(0);
  }
}
