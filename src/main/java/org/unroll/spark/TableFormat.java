package org.unroll.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.unroll.config.Problem;
import org.unroll.data.DataException;

/**
 * Tables whose directory holds more files than the table: those of rows that were removed or
 * replaced. Which of them count, only the table's own log says.
 */
enum TableFormat {
  DELTA("a Delta table", "_delta_log", "spark.read.format(\"delta\").load(\"%s\")"),
  ICEBERG("an Iceberg table", "metadata", "spark.read.format(\"iceberg\").load(\"%s\")"),
  HUDI("a Hudi table", ".hoodie", "spark.read.format(\"hudi\").load(\"%s\")"),
  STREAMED("a table that Spark streamed", "_spark_metadata", "spark.read.load(\"%s\")");

  private static final String ICEBERG_SUFFIX = ".metadata.json";

  private final String what;
  private final String mark;
  private final String read;

  TableFormat(String what, String mark, String read) {
    this.what = what;
    this.mark = mark;
    this.read = read;
  }

  /**
   * The table whose directory this is.
   *
   * @param names what stands in the directory
   */
  static Optional<TableFormat> of(FileSystem system, Path directory, Set<String> names)
      throws IOException {
    for (TableFormat each : values()) {
      if (names.contains(each.mark) && each.isMarked(system, directory)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /**
   * The table that a directory is a part of, and where it is; null if there is none.
   *
   * @param judged directories known to be no tables; grows
   */
  static Found above(FileSystem system, Path directory, Set<Path> judged) {
    for (Path each = directory; each != null && judged.add(each); each = each.getParent()) {
      for (TableFormat format : values()) {
        try {
          if (format.isMarked(system, each)) {
            return new Found(format, each);
          }
        } catch (IOException e) {
          // What is above what was named may be closed to us; then it is not ours to judge.
          continue;
        }
      }
    }
    return null;
  }

  /** A table and its directory. */
  record Found(TableFormat format, Path directory) {}

  private boolean isMarked(FileSystem system, Path directory) throws IOException {
    try {
      Path path = new Path(directory, mark);
      if (this != ICEBERG) {
        return system.getFileStatus(path).isDirectory();
      }
      return Arrays.stream(system.listStatus(path))
          .anyMatch(each -> each.getPath().getName().endsWith(ICEBERG_SUFFIX));
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /**
   * Says how the table is to be read.
   *
   * @param directory of the table
   * @param place the key and what was named
   */
  DataException refusal(String directory, String place) {
    return new DataException(
        new Problem(
            "a table cannot be read as plain files: rows that were removed from it would come back",
            what + " in " + directory,
            place,
            "write its rows out, in Spark by "
                + String.format(read, directory)
                + ".write.parquet(...), and name the new directory with data.format = parquet"));
  }
}
